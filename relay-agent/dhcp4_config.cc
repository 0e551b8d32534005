// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads and judges what the relay agent is told about DHCPv4.
#include "relay-agent/dhcp4_config.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mobility {
namespace {

/// Two of these and their headers fit one option.
constexpr std::size_t kMaxSubOption = 120;
constexpr int kLeastHopLimit = 4;

constexpr const char* kExpectedServer =
    "is not a server; expected \"192.0.2.1\" or \"192.0.2.1:67\"";

std::string read_sub_option(const ConfigValue& value) {
    std::string id = value.string();
    if (id.size() > kMaxSubOption) {
        value.refuse("is too long; expected at most 120 bytes");
    }
    return id;
}

IpAddress read_own_address(const ConfigValue& value) {
    const auto address = IpAddress::parse(value.string());
    if (!address || !is_unicast_ipv4(*address)) {
        value.refuse("is no address of this relay agent's own; expected a unicast IPv4 address");
    }
    return *address;
}

std::vector<Dhcp4Server> read_servers(const ConfigValue& value) {
    std::vector<Dhcp4Server> servers;
    for (const ConfigValue& element : value.list_not_empty()) {
        const Dhcp4Server server = read_dhcp4_server(element);
        for (const Dhcp4Server& earlier : servers) {
            if (earlier.address == server.address && earlier.port == server.port) {
                element.refuse("is there twice");
            }
        }
        servers.push_back(server);
    }
    return servers;
}

}  // namespace

bool is_unicast_ipv4(const IpAddress& address) {
    return address.family() == Family::kIpv4 && address.is_global() && address.bytes()[0] != 0 &&
           address.bytes()[0] < 224;
}

std::optional<Dhcp4Link> read_dhcp4_link(const ConfigMap& interface,
                                         const std::string& interface_id) {
    const auto giaddr = interface.optional("giaddr");
    const auto circuit_id = interface.optional("circuit-id");
    if (!giaddr) {
        if (circuit_id) {
            circuit_id->refuse("is of DHCPv4, and giaddr is missing");
        }
        return std::nullopt;
    }
    if (!circuit_id && interface_id.size() > kMaxSubOption) {
        interface.refuse(
            "interface-id is too long to be the circuit-id too; expected one of at most " +
            std::to_string(kMaxSubOption) + " bytes");
    }
    return Dhcp4Link{read_own_address(*giaddr),
                     circuit_id ? read_sub_option(*circuit_id) : interface_id};
}

Dhcp4Server read_dhcp4_server(const ConfigValue& value) {
    const std::string text = value.string();
    std::string_view address = text;
    Dhcp4Server server;
    if (const auto colon = text.find(':'); colon != std::string::npos) {
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + colon + 1, end, server.port);
        if (read.ec != std::errc() || read.ptr != end || server.port == 0) {
            value.refuse(kExpectedServer);
        }
        address = address.substr(0, colon);
    }
    const auto parsed = IpAddress::parse(address);
    if (!parsed || parsed->family() != Family::kIpv4) {
        value.refuse(kExpectedServer);
    }
    // Loopback serves a box that is relay and server in one.
    if (!is_unicast_ipv4(*parsed) && !parsed->is_loopback()) {
        value.refuse(
            "is not a server's unicast address that is reachable from everywhere; expected a "
            "global IPv4 address");
    }
    server.address = *parsed;
    return server;
}

Dhcp4Config read_dhcp4_config(const ConfigValue& value) {
    const ConfigMap map = value.map(
        {"servers", "source-address", "server-identifier-override", "remote-id", "hop-limit"});
    Dhcp4Config config;
    config.servers = read_servers(map.required("servers"));
    if (const auto source = map.optional("source-address")) {
        config.source_address = read_own_address(*source);
    }
    if (const auto override = map.optional("server-identifier-override")) {
        config.server_identifier_override = read_own_address(*override);
        if (std::ranges::find(config.servers, *config.server_identifier_override,
                              &Dhcp4Server::address) != config.servers.end()) {
            override->refuse("is a server's address; expected one of this relay agent's own");
        }
    }
    if (const auto remote_id = map.optional("remote-id")) {
        config.remote_id = read_sub_option(*remote_id);
    }
    if (const auto limit = map.optional("hop-limit")) {
        config.hop_limit =
            static_cast<std::uint8_t>(limit->integer(kLeastHopLimit, kDhcp4MostHops));
    }
    return config;
}

}  // namespace mobility
