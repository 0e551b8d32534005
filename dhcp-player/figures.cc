// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Percentiles by nearest rank.
#include "dhcp-player/figures.h"

#include <algorithm>
#include <cmath>

namespace mobility::player {

Figures::Duration Figures::percentile(double percent) const {
    if (durations_.empty()) {
        return Duration{0};
    }
    const auto count = static_cast<double>(durations_.size());
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(percent / 100 * count));
    std::vector<Duration> sorted = durations_;
    const auto nth = sorted.begin() + std::max<std::ptrdiff_t>(rank - 1, 0);
    std::nth_element(sorted.begin(), nth, sorted.end());
    return *nth;
}

}  // namespace mobility::player
