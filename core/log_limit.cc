// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Counts lines in fixed windows.
#include "core/log_limit.h"

#include <utility>

namespace mobility {

bool LogLimit::allow(Instant now) {
    // What an earlier window left out is told first, by take_left_out.
    if (left_out_ == 0 && window_over(now)) {
        begin_ = now;
        lines_ = 0;
    }
    if (lines_ < kLines) {
        ++lines_;
        return true;
    }
    ++left_out_;
    return false;
}

std::uint64_t LogLimit::take_left_out(Instant now) {
    if (left_out_ == 0 || !window_over(now)) {
        return 0;
    }
    lines_ = 0;
    return take_left_out();
}

std::uint64_t LogLimit::take_left_out() { return std::exchange(left_out_, 0); }

}  // namespace mobility
