// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Speaking as a relay agent, straight to the server: any source, any header, any option.
#pragma once

#include <netinet/in.h>

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dhcp-player/link.h"
#include "dhcp-player/receive_clock.h"

namespace mobility::player {

/// What a relay agent writes around a client's message (RFC 9915 section 19.1.1, RFC 6939).
struct RelayHeader {
    IpAddress link_address;
    /// Without: the MN's link-local address.
    std::optional<IpAddress> peer_address;
    std::vector<std::uint8_t> interface_id;
    std::uint8_t hop_count = 0;
    /// The option is left out, or has the MN's MAC, or this one.
    bool client_link_layer = true;
    std::optional<MacAddress> client_mac;
};

class RelayLink;

/// The UDP socket of all relay links in one network namespace that send from the same port.
class RelayPort : public Port {
public:
    /// On the calling thread's network namespace. std::runtime_error when the port is taken.
    explicit RelayPort(std::uint16_t port);
    ~RelayPort() override;
    RelayPort(const RelayPort&) = delete;
    RelayPort& operator=(const RelayPort&) = delete;

    int fd() const override { return fd_; }
    std::size_t receive(Inhabitants& inhabitants) override;
    void flush() override;

private:
    friend class RelayLink;
    struct Datagram {
        std::vector<std::uint8_t> bytes;
        IpAddress source;
        sockaddr_in6 server{};
        LinkCounters* counters = nullptr;
    };
    /// Replies are told apart by where they were sent to and by their link-address.
    struct Key {
        IpAddress source;
        IpAddress link_address;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    Datagram& next_datagram();
    void add(RelayLink& link);
    void take(Bytes datagram, const IpAddress& sent_to, Instant at, Inhabitants& inhabitants);

    static constexpr std::size_t kBatch = 64;
    static constexpr std::size_t kLongestDatagram = 4096;

    int fd_ = -1;
    ReceiveClock clock_;
    std::vector<Datagram> queue_;
    std::size_t queued_ = 0;
    std::vector<std::array<std::uint8_t, kLongestDatagram>> received_;
    std::unordered_multimap<Key, RelayLink*, KeyHash> links_;
};

/// One relay agent as the server sees it.
class RelayLink : public Link {
public:
    struct Path {
        /// Need not be an address of this host, but only then do replies arrive.
        IpAddress source;
        IpAddress server;
        std::uint16_t server_port = 547;
    };

    RelayLink(std::string name, RelayPort& port, Path path, RelayHeader header);

    Result<void> say(const Utterance& utterance) override;
    void announce(const Identity&) override {}

    const Path& path() const { return path_; }
    const RelayHeader& header() const { return header_; }

private:
    friend class RelayPort;
    RelayPort& port_;
    Path path_;
    RelayHeader header_;
};

/// Writes the Relay-forward into `out`, which is emptied first.
Result<void> write_relay_forward(const RelayHeader& header, const Utterance& utterance,
                                 std::vector<std::uint8_t>& out);

}  // namespace mobility::player
