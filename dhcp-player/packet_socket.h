// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An Ethernet interface, by packet(7): takes only what MNs need to hear.
#pragma once

#include <sys/socket.h>

#include <array>
#include <string>

#include "dhcp-player/frame_device.h"
#include "dhcp-player/receive_batch.h"
#include "dhcp-player/receive_clock.h"

namespace mobility::player {

class PacketSocket : public FrameDevice {
public:
    /// Opens the interface of the calling thread's network namespace. With `data`, packets for
    /// MNs' leased addresses are taken too, else only DHCPv6 and neighbour discovery.
    /// std::runtime_error when the interface is missing, not Ethernet or without carrier.
    PacketSocket(const std::string& interface, bool data);
    ~PacketSocket() override;
    PacketSocket(const PacketSocket&) = delete;
    PacketSocket& operator=(const PacketSocket&) = delete;

    int fd() const override { return fd_; }
    std::vector<std::uint8_t>& next_frame() override;
    Result<void> flush() override;
    std::size_t receive(const std::function<void(const ReceivedFrame&)>& take) override;

private:
    static constexpr std::size_t kBatch = 64;
    /// DHCPv6 messages on Ethernet fit in; of larger packets only the head is needed.
    static constexpr std::size_t kLongestFrame = 2048;

    std::string interface_;
    int fd_ = -1;
    ReceiveClock clock_;
    std::vector<std::vector<std::uint8_t>> queue_;
    std::size_t queued_ = 0;
    ReceiveBatch<kLongestFrame> received_;
};

}  // namespace mobility::player
