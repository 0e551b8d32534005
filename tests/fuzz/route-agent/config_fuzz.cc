// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any text as the route agent's configuration and as an inventory: it is read, or a ConfigError
// says why not, and an inventory that was refused changes nothing.
#include <cstdint>

#include "core/inventory.h"
#include "route-agent/settings.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/route-agent/text_file.h"

namespace mobility {
namespace {

void fuzz_settings(const TextFile& file) {
    try {
        const auto settings = read_settings(file.path());
        require(settings.anchor || settings.access || settings.authority, "there is a role");
        require(!settings.identity.empty(), "there is an identity");
        require(!settings.anchor || !settings.anchor->prefixes.empty(), "an anchor owns something");
        require(!settings.access || !settings.access->anchors.empty(), "an AR has an anchor");
    } catch (const ConfigError& error) {
        require(*error.what() != '\0', "a refusal has words");
    }
}

void fuzz_inventory(const TextFile& file) {
    Inventory inventory;
    const SourceClaim before{"kea.example", "metro/6", {*Prefix::parse("2001:db8::/32")}};
    require(bool(inventory.replace({}, {before})), "the first inventory is good");
    AnchorRole role;
    role.inventory_file = file.path();
    try {
        read_inventory(role, inventory);
        for (const auto& source : inventory.sources()) {
            require(!source.prefixes.empty(), "a source speaks for something");
        }
    } catch (const ConfigError& error) {
        require(*error.what() != '\0', "a refusal has words");
        require(
            inventory.sources().size() == 1 && inventory.sources()[0].identity == before.identity,
            "what is refused changes nothing");
    }
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static mobility::TextFile file("route-agent.conf");
    file.write({data, size});
    mobility::fuzz_settings(file);
    mobility::fuzz_inventory(file);
    return 0;
}
