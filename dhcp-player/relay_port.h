// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One UDP socket for any number of relay agents: each datagram names its own source address.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-player/link.h"
#include "dhcp-player/receive_batch.h"
#include "dhcp-player/receive_clock.h"

namespace mobility::player {

/// Between which addresses a relay agent's datagrams travel.
struct RelayPath {
    /// Need not be an address of this host, but only then do answers arrive.
    IpAddress source;
    IpAddress server;
    std::uint16_t server_port = 547;
};

/// What a relay agent does with a datagram that came to its address.
class RelayEnd {
public:
    virtual ~RelayEnd() = default;
    /// False when it is not for this one: another at the same address may know it.
    virtual bool take(Bytes datagram, Instant at, Inhabitants& inhabitants) = 0;
    /// None at this address knew it.
    virtual void take_unknown(Bytes datagram, Instant at, Inhabitants& inhabitants) = 0;
    virtual void sending_failed(const std::string& why) = 0;
};

/// All relay agents in one network namespace that send from the same UDP port.
class RelayPort : public Port {
public:
    /// On the calling thread's network namespace. std::runtime_error when the port is taken.
    explicit RelayPort(std::uint16_t port);
    ~RelayPort() override;
    RelayPort(const RelayPort&) = delete;
    RelayPort& operator=(const RelayPort&) = delete;

    /// `end` hears what is sent to this address, for as long as the port lives.
    void add(const IpAddress& address, RelayEnd& end) { ends_[address].push_back(&end); }
    /// A buffer for one more datagram, which flush() sends.
    std::vector<std::uint8_t>& next_datagram(const RelayPath& path, RelayEnd& sender);

    int fd() const override { return fd_; }
    std::size_t receive(Inhabitants& inhabitants) override;
    void flush() override;

private:
    struct Datagram {
        std::vector<std::uint8_t> bytes;
        IpAddress source;
        sockaddr_in6 server{};
        RelayEnd* sender = nullptr;
    };

    void deliver(Bytes datagram, const IpAddress& sent_to, Instant at, Inhabitants& inhabitants);

    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kLongestDatagram = 4096;

    int fd_ = -1;
    ReceiveClock clock_;
    std::vector<Datagram> queue_;
    std::size_t queued_ = 0;
    ReceiveBatch<kLongestDatagram> received_;
    std::unordered_map<IpAddress, std::vector<RelayEnd*>> ends_;
};

}  // namespace mobility::player
