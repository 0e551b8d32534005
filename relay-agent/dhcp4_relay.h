// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The DHCPv4 relay agent of RFC 1542 section 4 and RFC 3046 as functions over bytes: a message in,
// a message and its destination out, or the reason why it goes no further. No sockets, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-wire/dhcp4_message.h"
#include "dhcp-wire/dhcp4_writer.h"
#include "relay-agent/dhcp4_counters.h"
#include "relay-agent/relay_config.h"

namespace mobility {

/// What is added to a message makes it no longer than what a link of 1500 bytes carries with the
/// headers of IPv4 and UDP (RFC 3046 section 2.1).
inline constexpr std::size_t kDhcp4MostWithAgentOption = 1472;

/// A message that arrived on an access link: from a client, or from a lower relay agent.
struct Dhcp4FromAccess {
    /// Index in RelayConfig::access_interfaces; of one that has a giaddr.
    std::size_t access_interface = 0;
    IpAddress source;
    Bytes message;
    /// To an address of ours, not to all.
    bool unicast = false;
};

/// A message that arrived elsewhere: only a server's reply is welcome there.
struct Dhcp4FromCore {
    IpAddress source;
    Bytes message;
};

/// How a message from an access link was relayed.
enum class Dhcp4Relayed { kFromClient, kFromClientWithoutAgentOption, kFromLowerRelay };

/// Where a reply leaves for.
struct Dhcp4ToClient {
    std::size_t access_interface = 0;
    /// The client's, or 255.255.255.255.
    IpAddress destination;
    /// Ethernet; empty: to all. A view of what was received.
    Bytes link_layer;
};

class Dhcp4Relay {
public:
    /// `config` has a section dhcp4.
    explicit Dhcp4Relay(const RelayConfig& config);

    const Dhcp4Config& config() const { return config_; }
    const std::optional<Dhcp4Link>& link(std::size_t access_interface) const {
        return links_[access_interface];
    }
    std::size_t size() const { return links_.size(); }
    /// Replaces the addresses by which loops are recognised.
    void set_own_addresses(std::unordered_set<IpAddress> addresses) { own_ = std::move(addresses); }

    /// Writes what the servers get into `out`, whose capacity is reused.
    std::variant<Dhcp4Relayed, Dhcp4Discarded> relay_from_access(
        const Dhcp4FromAccess& received, std::vector<std::uint8_t>& out) const;

    /// Writes what the client gets into `out`.
    std::variant<Dhcp4ToClient, Dhcp4Discarded> relay_from_core(
        const Dhcp4FromCore& received, std::vector<std::uint8_t>& out) const;

private:
    bool is_own(const IpAddress& address) const;
    bool write_relay_information(const Dhcp4FromAccess& received, Dhcp4Writer& writer,
                                 std::vector<std::uint8_t>& out) const;
    std::optional<Dhcp4Discarded> judge_from_access(const Dhcp4FromAccess& received,
                                                    const Dhcp4Message& message) const;
    std::optional<Dhcp4Discarded> judge_from_core(const Dhcp4FromCore& received,
                                                  const Dhcp4Message& message) const;
    std::variant<std::size_t, Dhcp4Discarded> find_link(const Dhcp4Message& reply) const;
    std::variant<std::size_t, Dhcp4Discarded> find_only_link(const IpAddress& giaddr) const;

    Dhcp4Config config_;
    std::vector<std::optional<Dhcp4Link>> links_;
    std::unordered_set<IpAddress> own_;
};

}  // namespace mobility
