// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Rounds.
#include "core/announcement.h"

#include <algorithm>

namespace mobility {

bool AnnouncementRounds::due(Instant now) {
    if (begun_ && now - *begun_ < every_) return false;
    begun_ = now;
    return true;
}

void AnnouncementRounds::begin(std::vector<IpAddress> without_session) {
    waiting_.assign(without_session.begin(), without_session.end());
}

std::vector<IpAddress> AnnouncementRounds::next() {
    const auto count = static_cast<std::ptrdiff_t>(std::min(kAtOnce, waiting_.size()));
    std::vector<IpAddress> now(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    return now;
}

}  // namespace mobility
