// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What waits in a socket, many at a time.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dhcp-player/receive_clock.h"
#include "dhcp-wire/bytes.h"

namespace mobility::player {

/// Of what is longer than `kLongest` octets, the head.
template <std::size_t kLongest>
class ReceiveBatch {
public:
    /// take(octets, header, arrival) for each, where the header has its address and control
    /// messages. Returns how many there were.
    template <typename Take>
    std::size_t receive(int fd, ReceiveClock& clock, Take take) {
        std::array<mmsghdr, kMost> headers{};
        std::array<iovec, kMost> parts{};
        alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kMost> control;
        for (std::size_t i = 0; i < kMost; ++i) {
            parts[i] = {received_[i].data(), received_[i].size()};
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_control = control[i].data();
            headers[i].msg_hdr.msg_controllen = kControl;
        }
        const int count = recvmmsg(fd, headers.data(), kMost, 0, nullptr);
        clock.compare();
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            msghdr& header = headers[at].msg_hdr;
            take(Bytes(received_[at]).first(headers[at].msg_len), header, clock.arrival(header));
        }
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

private:
    static constexpr std::size_t kMost = 64;
    static constexpr std::size_t kControl = 128;

    std::vector<std::array<std::uint8_t, kLongest>> received_{kMost};
};

}  // namespace mobility::player
