// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Absence, its warning and its end.
#include "core/absent_peers.h"

namespace mobility {
namespace {
/// A restart forgets at most this much.
constexpr Seconds kTellEvery{300};
}  // namespace

Seconds AbsentPeers::away(std::size_t peer, Instant now) const {
    const auto found = absences_.find(peer);
    if (found == absences_.end()) return Seconds{0};
    const auto& absence = found->second;
    if (!absence.since) return absence.before;
    return absence.before + std::chrono::duration_cast<Seconds>(now - *absence.since);
}

AbsentPeers::Event AbsentPeers::look(std::size_t peer, bool has_session, Instant now) {
    if (!keep_) return Event::kNone;
    auto& absence = absences_[peer];
    if (has_session) {
        const bool told = absence.told + absence.before > Seconds{0};
        absence = {};
        return told ? Event::kCame : Event::kNone;
    }
    if (!absence.since) absence.since = now;
    const auto time = away(peer, now);
    if (time >= *keep_) {
        absence = {now, Seconds{0}, Seconds{0}, false};
        return Event::kEnd;
    }
    if (!absence.warned && time >= *keep_ * 3 / 4) {
        absence.warned = true;
        return Event::kWarn;
    }
    if (time >= absence.told + kTellEvery) {
        absence.told = time;
        return Event::kStays;
    }
    return Event::kNone;
}

}  // namespace mobility
