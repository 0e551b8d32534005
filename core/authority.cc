// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One list, many sessions.
#include "core/authority.h"

#include <utility>

namespace mobility {

Authority::Authority(AuthoritySettings settings, const std::unordered_set<MnId>& granted,
                     const Clock& clock, SessionTimers timers,
                     std::function<void(const Notice&)> notices)
    : granted_(granted) {
    for (const auto& anchor : settings.anchors) {
        sessions_.push_back(std::make_unique<AuthoritySession>(
            granted_, settings.identity, settings.software, anchor, timers, clock, notices));
    }
}

void Authority::grant(const std::unordered_set<MnId>& mns) {
    const auto before = std::exchange(granted_, GrantedMns(mns));
    const auto different = granted_.difference(before);
    for (auto& session : sessions_) session->changed(different);
}

void Authority::tick(Instant now) {
    for (auto& session : sessions_) session->tick(now);
}

void Authority::leave(const std::string& why) {
    for (auto& session : sessions_) session->leave(why);
}

}  // namespace mobility
