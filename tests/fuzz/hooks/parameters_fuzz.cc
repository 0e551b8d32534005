// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any text as the hook's parameters: they are read, or a ConfigurationError says why not.
#include <cstdint>
#include <string>

#include "hooks/domain.h"
#include "hooks/parameters.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

void fuzz(const isc::data::ConstElementPtr& json, Family family) {
    try {
        const auto parameters = parse_parameters(json, family);
        require(!parameters.anchors.empty(), "there is an anchor");
        const Domain domain(parameters);
        for (std::size_t i = 0; i < parameters.anchors.size(); ++i) {
            for (const auto& prefix : parameters.anchors[i].prefixes) {
                require(prefix.address().family() == family, "prefixes are of the family");
                require(domain.anchor_of(prefix) == i, "a prefix has the owner that was written");
            }
        }
    } catch (const ConfigurationError& error) {
        require(*error.what() != '\0', "a refusal has words");
    }
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    isc::data::ConstElementPtr json;
    try {
        json = isc::data::Element::fromJSON(std::string(reinterpret_cast<const char*>(data), size));
    } catch (const isc::Exception&) {
        return 0;  // Kea refuses it
    }
    fuzz(json, Family::kIpv6);
    fuzz(json, Family::kIpv4);
    return 0;
}
