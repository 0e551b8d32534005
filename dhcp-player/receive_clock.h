// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The kernel's receive time of a packet, which it gives on the wall clock, on the monotonic clock.
#pragma once

#include <sys/socket.h>

#include "core/instant.h"
#include "core/result.h"

namespace mobility::player {

class ReceiveClock {
public:
    /// Has the kernel put a receive time on each packet of this socket.
    static Result<void> enable(int fd);
    /// Compares both clocks: once before each batch of packets.
    void compare();
    /// When the packet arrived; where the kernel did not say, when the clocks were compared.
    Instant arrival(const msghdr& header) const;

private:
    Instant monotonic_{};
    std::chrono::nanoseconds ahead_{0};
};

}  // namespace mobility::player
