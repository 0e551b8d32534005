// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay agent is told about DHCPv4: of each access link, and of the servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ip_address.h"
#include "daemon/config_value.h"
#include "dhcp-wire/dhcp4_codes.h"

namespace mobility {

/// Of an access interface whose DHCPv4 is relayed.
struct Dhcp4Link {
    /// One of this machine's addresses, which servers reach: tells them which link the client is
    /// on, as link-address does in DHCPv6. Links may share one.
    IpAddress giaddr;
    /// Agent Circuit ID; unique in this relay. By default what DHCPv6 says in Interface-ID, so that
    /// a route agent knows the interface by one name.
    std::string circuit_id;
};

struct Dhcp4Server {
    IpAddress address;
    std::uint16_t port = kDhcp4ServerPort;
};

struct Dhcp4Config {
    /// Every message goes to every one of them.
    std::vector<Dhcp4Server> servers;
    /// Source of what goes to the servers; without it the link's giaddr.
    std::optional<IpAddress> source_address;
    /// Agent Remote ID; empty: none is sent.
    std::string remote_id;
    /// Messages whose hops exceed this are discarded.
    std::uint8_t hop_limit = kDhcp4MostHops;
    /// What clients get as Server Identifier (RFC 5107), so that they renew and release through the
    /// relay agent where they are: an address that every access router has. None: the servers' own.
    std::optional<IpAddress> server_identifier_override = std::nullopt;
};

/// IPv4, and an address that one host on some link can have.
bool is_unicast_ipv4(const IpAddress& address);

/// The keys "giaddr" and "circuit-id" of an access interface; none without "giaddr". Throws a
/// ConfigError that names what is wrong.
std::optional<Dhcp4Link> read_dhcp4_link(const ConfigMap& interface,
                                         const std::string& interface_id);
/// The section "dhcp4". Throws a ConfigError.
Dhcp4Config read_dhcp4_config(const ConfigValue& value);

/// "192.0.2.1" or "192.0.2.1:1067"
Dhcp4Server read_dhcp4_server(const ConfigValue& value);

}  // namespace mobility
