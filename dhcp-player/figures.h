// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Durations of many exchanges, and the few figures that describe them.
#pragma once

#include <chrono>
#include <vector>

namespace mobility::player {

class Figures {
public:
    using Duration = std::chrono::nanoseconds;

    void add(Duration duration) { durations_.push_back(duration); }
    std::size_t count() const { return durations_.size(); }
    /// The smallest duration that `percent` (0 to 100) of all do not exceed. Zero without any.
    Duration percentile(double percent) const;

private:
    std::vector<Duration> durations_;
};

}  // namespace mobility::player
