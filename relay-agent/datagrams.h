// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Datagrams in batches: one system call receives or sends up to kBatch of them.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

inline constexpr std::size_t kBatch = 32;

/// One datagram with what the kernel says about it. A view until the next receive().
struct Received {
    Bytes bytes;
    const sockaddr_storage* from = nullptr;
    bool truncated = false;
    /// IPV6_PKTINFO, IP_PKTINFO: where it arrived; 0 where the socket does not tell.
    unsigned interface_index = 0;
    /// IPV6_RECVFRAGSIZE: it came in fragments.
    bool fragmented = false;
    /// PACKET_AUXDATA: the checksum is verified already, or is not filled in yet since the packet
    /// never left this machine's memory (veth, virtio).
    bool checksum_trusted = false;
};

class ReceiveBatch {
public:
    ReceiveBatch();
    ~ReceiveBatch();
    /// Never blocks. How many datagrams arrived; 0 for none and for an error, which on these
    /// sockets is one of the past (an interface went down) and is gone by being read.
    std::size_t receive(int fd);
    Received operator[](std::size_t i) const;

private:
    // Larger than any IPv6 packet without a jumbogram; pages that no packet reaches are never used.
    static constexpr std::size_t kSize = 65536;
    struct Slot;
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::unique_ptr<Slot[]> slots_;
    std::array<mmsghdr, kBatch> headers_{};
};

struct Destination {
    IpAddress address;
    std::uint16_t port = 0;
    /// The interface to leave by; 0: as the routes say.
    unsigned interface_index = 0;
    /// Unspecified: the kernel chooses.
    IpAddress source;
};

class SendBatch {
public:
    /// Told of each datagram that the kernel refused: where to, and errno.
    using OnRefused = std::function<void(const IpAddress&, int)>;

    SendBatch(int fd, OnRefused on_refused);
    ~SendBatch();
    /// `payload` must stay as it is until flush(), which is called when kBatch wait.
    void add(Bytes payload, const Destination& to);
    void flush();
    /// All that the kernel took.
    std::uint64_t sent() const { return sent_; }

private:
    struct Slot;
    void refuse(std::size_t i, int error);

    int fd_;
    OnRefused on_refused_;
    std::unique_ptr<Slot[]> slots_;
    std::array<mmsghdr, kBatch> headers_{};
    std::size_t waiting_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace mobility
