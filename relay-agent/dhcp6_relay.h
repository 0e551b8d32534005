// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The DHCPv6 relay agent of RFC 9915 section 19 as functions over bytes: a message in, a message
// and its destination out, or the reason why it goes no further. No sockets, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_options.h"
#include "relay-agent/relay_config.h"
#include "relay-agent/relay_counters.h"

namespace mobility {

/// One of this machine's addresses.
struct OwnAddress {
    IpAddress address;
    std::string interface;
};

/// A message that arrived on an access link.
struct FromAccess {
    /// Index in RelayConfig::access_interfaces.
    std::size_t access_interface = 0;
    IpAddress source;
    /// To All_DHCP_Relay_Agents_and_Servers. Clients must (RFC 9915 section 18), lower relay agents
    /// may also send to an address of ours.
    bool multicast = true;
    /// Of the frame; without it (fragments) the option of RFC 6939 is left out.
    std::optional<Dhcp6LinkLayerAddress> link_layer_source;
    Bytes message;
};

/// A message that arrived elsewhere: only a server's Relay-reply is welcome there.
struct FromCore {
    IpAddress source;
    Bytes message;
};

/// A message that leaves for a client or a lower relay agent, a view of the Relay-reply.
struct ToAccess {
    /// Index in RelayConfig::access_interfaces. None: the lower relay agent's global address leads
    /// there by itself.
    std::optional<std::size_t> access_interface;
    IpAddress peer;
    std::uint16_t port = 0;
    Bytes message;
};

class Dhcp6Relay {
public:
    explicit Dhcp6Relay(RelayConfig config);

    const RelayConfig& config() const { return config_; }
    /// Replaces the addresses by which loops are recognised.
    void set_own_addresses(const std::vector<OwnAddress>& addresses);
    bool is_own(const IpAddress& address) const { return own_global_.contains(address); }

    /// Writes the Relay-forward for the servers into `relay_forward` (RFC 9915 section 19.1), whose
    /// capacity is reused.
    std::optional<Discarded> relay_from_access(const FromAccess& received,
                                               std::vector<std::uint8_t>& relay_forward) const;

    /// RFC 9915 section 19.2.
    std::variant<ToAccess, Discarded> relay_from_core(const FromCore& received) const;

private:
    bool is_own_on(std::size_t access_interface, const IpAddress& address) const;
    std::optional<Discarded> judge_source(const FromAccess& received) const;
    std::optional<Discarded> relay_from_client(const FromAccess& received,
                                               std::vector<std::uint8_t>& relay_forward) const;
    std::optional<Discarded> relay_from_lower_relay(const FromAccess& received,
                                                    std::vector<std::uint8_t>& relay_forward) const;
    std::variant<std::optional<std::size_t>, Discarded> find_interface(
        const struct Dhcp6RelayMessage& reply) const;

    RelayConfig config_;
    std::unordered_map<std::string, std::size_t> by_interface_id_;
    std::unordered_set<IpAddress> own_global_;
    /// Link-local addresses mean something on their own link only: per access interface.
    std::vector<std::unordered_set<IpAddress>> own_link_local_;
};

}  // namespace mobility
