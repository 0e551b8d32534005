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
