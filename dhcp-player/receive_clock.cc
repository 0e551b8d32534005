// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// SO_TIMESTAMPNS, moved from CLOCK_REALTIME to CLOCK_MONOTONIC.
#include "dhcp-player/receive_clock.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace mobility::player {
namespace {

std::chrono::nanoseconds duration(const timespec& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Result<void> ReceiveClock::enable(int fd) {
    const int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
        return Error{std::string("SO_TIMESTAMPNS: ") + std::strerror(errno)};
    }
    return {};
}

void ReceiveClock::compare() {
    timespec real{};
    clock_gettime(CLOCK_REALTIME, &real);
    monotonic_ = Instant::clock::now();
    ahead_ = duration(real) - monotonic_.time_since_epoch();
}

Instant ReceiveClock::arrival(const msghdr& header) const {
    auto* const mutable_header = const_cast<msghdr*>(&header);
    for (const cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(mutable_header, const_cast<cmsghdr*>(part))) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            timespec real{};
            std::memcpy(&real, CMSG_DATA(part), sizeof real);
            // A wall clock that was set in between must not put the arrival into the future.
            return std::min(Instant(duration(real) - ahead_), monotonic_);
        }
    }
    return monotonic_;
}

}  // namespace mobility::player
