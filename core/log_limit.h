// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How often one log message may be written when strangers can cause it.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/instant.h"

namespace mobility {

/// At most kLines in a window of kWindow; what is left out is counted. One object for each message,
/// and where peers or MNs have their shares, for each of them.
class LogLimit {
public:
    static constexpr unsigned kLines = 5;
    static constexpr std::chrono::seconds kWindow{10};

    /// True when one more line may be written at `now`; otherwise it is counted as left out.
    bool allow(Instant now);
    /// Nothing is forgotten with it: it is as a new one.
    bool idle(Instant now) const { return left_out_ == 0 && window_over(now); }
    /// How many were left out in a window that is over at `now`; counting then begins anew.
    std::uint64_t take_left_out(Instant now);
    /// How many were left out, also in a window that goes on.
    std::uint64_t take_left_out();

private:
    bool window_over(Instant now) const { return lines_ == 0 || now - begin_ >= kWindow; }

    Instant begin_{};
    unsigned lines_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace mobility
