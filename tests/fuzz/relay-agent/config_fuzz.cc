// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any text as the relay agent's configuration: it is read, or a ConfigError says why not.
#include <cstdint>
#include <string>

#include "daemon/config_file.h"
#include "relay-agent/relay_config.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    try {
        const auto file = ConfigFile::parse({reinterpret_cast<const char*>(data), size});
        const auto config = read_relay_config(file.root());
        require(!config.access_interfaces.empty() && !config.servers.empty(), "nothing is missing");
        for (const auto& interface : config.access_interfaces) {
            require(!interface.interface_id.empty() && interface.interface_id.size() <= 255,
                    "an Interface-ID fits its option");
            require(!interface.dhcp4 || config.dhcp4, "a giaddr comes with servers");
            require(!interface.dhcp4 || (is_unicast_ipv4(interface.dhcp4->giaddr) &&
                                         !interface.dhcp4->circuit_id.empty() &&
                                         interface.dhcp4->circuit_id.size() <= 120),
                    "giaddr and Circuit ID can be sent");
        }
        if (config.dhcp4) {
            require(!config.dhcp4->servers.empty() && config.dhcp4->remote_id.size() <= 120 &&
                        config.dhcp4->hop_limit >= 4 && config.dhcp4->hop_limit <= 16,
                    "what is said of DHCPv4 can be kept to");
        }
        for (const auto& server : config.servers) {
            require(server.port != 0 && server.address.family() == Family::kIpv6,
                    "a server can be sent to");
        }
    } catch (const ConfigError& error) {
        require(*error.what() != '\0', "a refusal has words");
    }
    return 0;
}
