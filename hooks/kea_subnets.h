// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The subnets of a Kea configuration, as far as the checks need them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hooks/json_section.h"

namespace mobility {

/// An address or prefix pool: from its first address to its last.
struct PoolRange {
    IpAddress first;
    IpAddress last;
    std::string text;  ///< as configured
};

struct ServedSubnet {
    std::optional<std::uint32_t> id;  ///< nothing: Kea will number it
    Prefix prefix;
    std::string network;  ///< of the shared network, or empty
    std::vector<PoolRange> pools;
    std::vector<IpAddress> relays;  ///< its own and its shared network's
    /// "cache-threshold" or "cache-max-age" with its value, if lease caching is in force here.
    std::optional<std::string> caching;

    /// "subnet 7 (2001:db8::/32)"
    std::string text() const;
};

/// All subnets, those in shared networks included. Throws ConfigurationError.
std::vector<ServedSubnet> read_subnets(const isc::data::ConstElementPtr& server, Family family);

}  // namespace mobility
