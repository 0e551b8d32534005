// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Subnets out of "Dhcp4" or "Dhcp6": what a subnet does not say is its shared network's, then the
// server's.
#include "hooks/kea_subnets.h"

#include <algorithm>
#include <array>

namespace mobility {
namespace {

using isc::data::ConstElementPtr;
using isc::data::Element;

std::vector<ConstElementPtr> members(const ConstElementPtr& map, const std::string& key) {
    const auto list = map->get(key);
    if (!list || list->getType() != Element::list) return {};
    return {list->listValue().begin(), list->listValue().end()};
}

std::string text_of(const ConstElementPtr& map, const std::string& key) {
    const auto element = map->get(key);
    return element && element->getType() == Element::string ? element->stringValue() : "";
}

IpAddress last_of(const Prefix& prefix) {
    const auto from = prefix.address().bytes();
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < from.size(); ++i) {
        const int covered =
            std::clamp(static_cast<int>(prefix.length()) - static_cast<int>(8 * i), 0, 8);
        bytes[i] = static_cast<std::uint8_t>(from[i] | (0xFF >> covered));
    }
    return *IpAddress::from_bytes({bytes.data(), from.size()});
}

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// "first - last" or a prefix.
PoolRange address_pool(const std::string& text) {
    const auto dash = text.find('-');
    if (dash != std::string::npos) {
        const auto first = IpAddress::parse(trimmed(text.substr(0, dash)));
        const auto last = IpAddress::parse(trimmed(text.substr(dash + 1)));
        if (first && last) return {*first, *last, text};
    } else if (const auto prefix = Prefix::parse(trimmed(text))) {
        return {prefix->address(), last_of(*prefix), text};
    }
    throw ConfigurationError("\"pool\" is \"" + text + "\": expected \"first - last\" or a prefix");
}

PoolRange delegated_pool(const ConstElementPtr& pool) {
    const auto length = pool->get("prefix-len");
    const auto text =
        text_of(pool, "prefix") + "/" + (length ? length->str() : std::string("missing"));
    const auto prefix = Prefix::parse(text);
    if (!prefix) throw ConfigurationError("\"pd-pools\" has \"" + text + "\": " + prefix.error());
    return {prefix->address(), last_of(*prefix), text};
}

void add_relays(const ConstElementPtr& map, std::vector<IpAddress>& relays) {
    const auto relay = map->get("relay");
    if (!relay || relay->getType() != Element::map) return;
    for (const auto& each : members(relay, "ip-addresses")) {
        if (const auto address = IpAddress::parse(each->stringValue())) relays.push_back(*address);
    }
}

/// Kea reuses a lease without writing it (and without telling anybody) when either is set.
std::optional<std::string> caching(const std::vector<ConstElementPtr>& innermost_first) {
    for (const std::string key : {"cache-threshold", "cache-max-age"}) {
        for (const auto& map : innermost_first) {
            const auto value = map->get(key);
            if (!value) continue;
            const bool on = value->getType() == Element::real ? value->doubleValue() > 0
                                                              : value->intValue() > 0;
            if (on) return "\"" + key + "\" is " + value->str();
            break;
        }
    }
    return std::nullopt;
}

ServedSubnet read_subnet(const ConstElementPtr& map, const ConstElementPtr& network,
                         const ConstElementPtr& server) {
    ServedSubnet subnet;
    const auto prefix = Prefix::parse(text_of(map, "subnet"));
    if (!prefix) {
        throw ConfigurationError("\"subnet\" is \"" + text_of(map, "subnet") +
                                 "\": expected a prefix, bits behind the length zero");
    }
    subnet.prefix = *prefix;
    if (const auto id = map->get("id"); id && id->intValue() > 0) {
        subnet.id = static_cast<std::uint32_t>(id->intValue());
    }
    for (const auto& pool : members(map, "pools")) {
        subnet.pools.push_back(address_pool(text_of(pool, "pool")));
    }
    for (const auto& pool : members(map, "pd-pools")) subnet.pools.push_back(delegated_pool(pool));
    std::vector<ConstElementPtr> scopes{map};
    add_relays(map, subnet.relays);
    if (network) {
        subnet.network = text_of(network, "name");
        if (subnet.relays.empty()) add_relays(network, subnet.relays);
        scopes.push_back(network);
    }
    scopes.push_back(server);
    subnet.caching = caching(scopes);
    return subnet;
}

}  // namespace

std::string ServedSubnet::text() const {
    return "subnet " + (id ? std::to_string(*id) + " " : std::string()) + "(" + prefix.text() + ")";
}

std::vector<ServedSubnet> read_subnets(const ConstElementPtr& server, Family family) {
    const std::string key = family == Family::kIpv6 ? "subnet6" : "subnet4";
    std::vector<ServedSubnet> subnets;
    for (const auto& network : members(server, "shared-networks")) {
        for (const auto& subnet : members(network, key)) {
            subnets.push_back(read_subnet(subnet, network, server));
        }
    }
    for (const auto& subnet : members(server, key)) {
        subnets.push_back(read_subnet(subnet, nullptr, server));
    }
    return subnets;
}

}  // namespace mobility
