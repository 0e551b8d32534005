// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay agent is told: its access links, the servers, and how it runs as a daemon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ip_address.h"
#include "daemon/config_value.h"
#include "daemon/log_config.h"
#include "daemon/privileges.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "relay-agent/dhcp4_config.h"

namespace mobility {

struct AccessInterface {
    /// The kernel's name; the interface need not exist yet.
    std::string name;
    /// Global: tells the server which link the client is on.
    IpAddress link_address;
    /// Contents of the Interface-ID option; unique in this relay.
    std::string interface_id;
    /// None: its DHCPv4 is not relayed.
    std::optional<Dhcp4Link> dhcp4 = std::nullopt;
};

struct ServerAddress {
    IpAddress address;
    std::uint16_t port = kDhcp6ServerPort;
};

struct RelayConfig {
    std::vector<AccessInterface> access_interfaces;
    /// Every message goes to every one of them.
    std::vector<ServerAddress> servers;
    /// Source of Relay-forwards; without it the kernel chooses one.
    std::optional<IpAddress> source_address;
    /// Where the route agent beside this relay hears what was relayed; empty: it is not told.
    std::string attestation_socket;
    /// None: no DHCPv4 is relayed. With it at least one access interface has a giaddr.
    std::optional<Dhcp4Config> dhcp4;
    std::optional<Account> user;
    std::string pid_file;
    LogConfig log;
};

/// Throws a ConfigError that names what is wrong.
RelayConfig read_relay_config(const ConfigValue& root);

/// "2001:db8::1" or "[2001:db8::1]:1547"
ServerAddress read_server_address(const ConfigValue& value);

}  // namespace mobility
