// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads and judges the relay agent's configuration.
#include "relay-agent/relay_config.h"

#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mobility {
namespace {

constexpr std::size_t kMaxInterfaceId = 255;

std::string read_interface_name(const ConfigValue& value) {
    std::string name = value.string();
    if (name.size() >= IF_NAMESIZE || name.find_first_of("/ \t\n:") != std::string::npos) {
        value.refuse(
            "is no name of a network interface; expected at most 15 characters, none of "
            "them a slash, a colon or a blank");
    }
    return name;
}

std::string read_interface_id(const ConfigValue& value) {
    std::string id = value.string();
    if (id.size() > kMaxInterfaceId) {
        value.refuse("is too long; expected at most 255 bytes");
    }
    return id;
}

AccessInterface read_access_interface(const ConfigValue& value) {
    const ConfigMap map =
        value.map({"name", "link-address", "interface-id", "giaddr", "circuit-id"});
    AccessInterface interface;
    interface.name = read_interface_name(map.required("name"));
    interface.link_address = map.required("link-address").global_ipv6_address();
    const auto id = map.optional("interface-id");
    interface.interface_id = id ? read_interface_id(*id) : interface.name;
    interface.dhcp4 = read_dhcp4_link(map, interface.interface_id);
    return interface;
}

std::vector<AccessInterface> read_access_interfaces(const ConfigValue& value) {
    std::vector<AccessInterface> interfaces;
    for (const ConfigValue& element : value.list_not_empty()) {
        AccessInterface interface = read_access_interface(element);
        for (const AccessInterface& earlier : interfaces) {
            if (earlier.name == interface.name) {
                element.refuse("names interface \"" + interface.name + "\" a second time");
            }
            if (earlier.interface_id == interface.interface_id) {
                element.refuse("has the interface-id \"" + interface.interface_id + "\" of \"" +
                               earlier.name + "\"; expected one of its own");
            }
            if (interface.dhcp4 && earlier.dhcp4 &&
                interface.dhcp4->circuit_id == earlier.dhcp4->circuit_id) {
                element.refuse("has the circuit-id \"" + interface.dhcp4->circuit_id + "\" of \"" +
                               earlier.name + "\"; expected one of its own");
            }
        }
        interfaces.push_back(std::move(interface));
    }
    return interfaces;
}

std::vector<ServerAddress> read_servers(const ConfigValue& value) {
    std::vector<ServerAddress> servers;
    for (const ConfigValue& element : value.list_not_empty()) {
        const ServerAddress server = read_server_address(element);
        for (const ServerAddress& earlier : servers) {
            if (earlier.address == server.address && earlier.port == server.port) {
                element.refuse("is there twice");
            }
        }
        servers.push_back(server);
    }
    return servers;
}

/// Servers and links of DHCPv4 are given together or not at all.
std::optional<Dhcp4Config> read_dhcp4(const ConfigMap& map,
                                      const std::vector<AccessInterface>& interfaces) {
    const auto section = map.optional("dhcp4");
    const auto link = std::ranges::find_if(
        interfaces, [](const AccessInterface& interface) { return interface.dhcp4.has_value(); });
    if (!section && link != interfaces.end()) {
        map.refuse("access interface \"" + link->name + "\" has a giaddr, and dhcp4 is missing");
    }
    if (section && link == interfaces.end()) {
        section->refuse("is there, and no access interface has a giaddr");
    }
    return section ? std::optional(read_dhcp4_config(*section)) : std::nullopt;
}

}  // namespace

ServerAddress read_server_address(const ConfigValue& value) {
    const std::string text = value.string();
    ServerAddress server;
    std::string_view address = text;
    if (text[0] == '[') {
        const auto bracket = text.find("]:");
        const char* const end = text.data() + text.size();
        const char* const digits = bracket == std::string::npos ? end : text.data() + bracket + 2;
        const auto read = std::from_chars(digits, end, server.port);
        if (read.ec != std::errc() || read.ptr != end || server.port == 0) {
            value.refuse("is not a server; expected \"2001:db8::1\" or \"[2001:db8::1]:547\"");
        }
        address = address.substr(1, bracket - 1);
    }
    const auto parsed = IpAddress::parse(address);
    if (!parsed || parsed->family() != Family::kIpv6) {
        value.refuse("is not a server; expected \"2001:db8::1\" or \"[2001:db8::1]:547\"");
    }
    // Loopback serves a box that is relay and server in one.
    if (!parsed->is_global() && !parsed->is_loopback()) {
        value.refuse(
            "is not a server's unicast address that is reachable from everywhere; "
            "expected a global IPv6 address");
    }
    server.address = *parsed;
    return server;
}

RelayConfig read_relay_config(const ConfigValue& root) {
    const ConfigMap map = root.map({"access-interfaces", "servers", "source-address",
                                    "attestation-socket", "dhcp4", "user", "pid-file", "log"});
    RelayConfig config;
    config.access_interfaces = read_access_interfaces(map.required("access-interfaces"));
    config.servers = read_servers(map.required("servers"));
    if (const auto source = map.optional("source-address")) {
        config.source_address = source->global_ipv6_address();
        if (std::ranges::find(config.servers, *config.source_address, &ServerAddress::address) !=
            config.servers.end()) {
            source->refuse("is a server's address too; expected one of this relay agent's own");
        }
    }
    if (const auto socket = map.optional("attestation-socket")) {
        config.attestation_socket = socket->string();
    }
    config.dhcp4 = read_dhcp4(map, config.access_interfaces);
    if (const auto user = map.optional("user")) {
        config.user = read_account(*user);
    }
    if (const auto pid_file = map.optional("pid-file")) {
        config.pid_file = pid_file->string();
    }
    config.log = read_log_config(map.optional("log"));
    return config;
}

}  // namespace mobility
