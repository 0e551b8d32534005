// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// This machine's clocks, where the nodes ask for the time.
#pragma once

#include <chrono>

#include "core/clock.h"

namespace mobility {

class SystemClock final : public Clock {
public:
    Moment now() const override {
        const auto wall = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::steady_clock::now(),
                static_cast<std::uint64_t>(
                    std::chrono::duration_cast<std::chrono::milliseconds>(wall).count())};
    }
};

}  // namespace mobility
