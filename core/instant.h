// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Time as core sees it: passed in, never asked for.
#pragma once

#include <chrono>
#include <cstdint>

namespace mobility {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// A point on the monotonic clock of this process. Never compared between machines.
using Instant = std::chrono::steady_clock::time_point;

/// One reading of both clocks. The wall clock serves only to keep sequences growing over restarts.
struct Moment {
    Instant now;
    std::uint64_t wall_ms = 0;  ///< milliseconds since 1970
};

}  // namespace mobility
