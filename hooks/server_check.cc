// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Each check names what it found, why that breaks mobility, and what to write instead.
#include "hooks/server_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "hooks/domain.h"
#include "hooks/kea_subnets.h"

namespace mobility {
namespace {

using isc::data::ConstElementPtr;
using isc::data::Element;

bool meets(const PoolRange& range, const Prefix& prefix) {
    return prefix.contains(range.first) || prefix.contains(range.last) ||
           (range.first <= prefix.address() && prefix.address() <= range.last);
}

[[noreturn]] void partly(const std::string& what, const Prefix& prefix,
                         const AnchorParameters& anchor) {
    throw ConfigurationError(what + " is only partly inside " + prefix.text() + " of anchor \"" +
                             anchor.name + "\": what lies outside would not move; let one prefix " +
                             "of the anchor cover all of it, or none of it");
}

/// The anchor that owns all of the subnet; nothing when none owns any of it.
std::optional<AnchorIndex> owner(const ServedSubnet& subnet, const HookParameters& parameters) {
    for (AnchorIndex i = 0; i < parameters.anchors.size(); ++i) {
        for (const auto& prefix : parameters.anchors[i].prefixes) {
            if (prefix.contains(subnet.prefix)) return i;
            if (prefix.overlaps(subnet.prefix)) {
                partly(subnet.text(), prefix, parameters.anchors[i]);
            }
        }
    }
    return std::nullopt;
}

/// Whether an anchor owns all of the pool; throws when it owns some of it.
bool owned(const PoolRange& pool, const ServedSubnet& subnet, const HookParameters& parameters) {
    for (const auto& anchor : parameters.anchors) {
        for (const auto& prefix : anchor.prefixes) {
            if (prefix.contains(pool.first) && prefix.contains(pool.last)) return true;
            if (meets(pool, prefix)) {
                partly("pool \"" + pool.text + "\" of " + subnet.text(), prefix, anchor);
            }
        }
    }
    return false;
}

/// Access routers are told apart by their link-address: one leads to one subnet.
class RelayCheck {
public:
    explicit RelayCheck(const Domain& domain) : domain_(domain) {}

    void add(const ServedSubnet& subnet) {
        for (const auto& relay : subnet.relays) {
            const auto chosen = domain_.subnet_of(relay);
            if (chosen && subnet.id && *chosen != *subnet.id) {
                throw ConfigurationError(
                    "link-address " + relay.text() + " is named twice: \"relay\" of " +
                    subnet.text() + " and \"link-addresses\" of subnet " + std::to_string(*chosen) +
                    "; take it out of one of the two");
            }
            const auto [known, fresh] = seen_.emplace(relay, subnet);
            if (fresh || (!subnet.network.empty() && subnet.network == known->second.network)) {
                continue;
            }
            throw ConfigurationError("link-address " + relay.text() +
                                     " is named twice: \"relay\" of " + subnet.text() + " and of " +
                                     known->second.text() + "; Kea would only ever use the first");
        }
    }

private:
    const Domain& domain_;
    std::map<IpAddress, ServedSubnet> seen_;
};

void check_networks(const std::vector<ServedSubnet>& subnets, const HookParameters& parameters) {
    std::map<std::string, std::pair<ServedSubnet, bool>> first;  // of each network
    for (const auto& subnet : subnets) {
        if (subnet.network.empty()) continue;
        const bool mobile = owner(subnet, parameters).has_value();
        const auto [known, fresh] = first.emplace(subnet.network, std::pair(subnet, mobile));
        if (fresh || known->second.second == mobile) continue;
        const auto& inside = mobile ? subnet : known->second.first;
        const auto& outside = mobile ? known->second.first : subnet;
        throw ConfigurationError("shared network \"" + subnet.network + "\" splits the domain: " +
                                 inside.text() + " belongs to an anchor, " + outside.text() +
                                 " to none; a client may be given either, so put the second "
                                 "outside the shared network or inside an anchor's \"prefixes\"");
    }
}

void check_link_addresses(const std::vector<ServedSubnet>& subnets,
                          const HookParameters& parameters) {
    for (std::size_t i = 0; i < parameters.link_addresses.size(); ++i) {
        const auto id = parameters.link_addresses[i].subnet_id;
        const bool served = std::any_of(subnets.begin(), subnets.end(),
                                        [&](const auto& subnet) { return subnet.id == id; });
        if (served) continue;
        const bool unnumbered = std::any_of(subnets.begin(), subnets.end(),
                                            [](const auto& subnet) { return !subnet.id; });
        throw ConfigurationError("\"link-addresses[" + std::to_string(i) + "].subnet-id\" is " +
                                 std::to_string(id) + ": no subnet has this \"id\"" +
                                 (unnumbered ? "; write an \"id\" into each subnet" : ""));
    }
}

void check_subnets(const ServerSection& server, const HookParameters& parameters) {
    const auto subnets = read_subnets(server.content, server.family);
    const Domain domain(parameters);
    RelayCheck relays(domain);
    bool anything_moves = false;
    for (const auto& subnet : subnets) {
        bool moves = owner(subnet, parameters).has_value();
        for (const auto& pool : subnet.pools) moves |= owned(pool, subnet, parameters);
        anything_moves |= moves;
        if (!moves) continue;
        relays.add(subnet);
        if (!subnet.caching) continue;
        throw ConfigurationError(*subnet.caching + " for " + subnet.text() +
                                 ": a lease that Kea answers from its cache is not reported, so a "
                                 "move would go unnoticed; remove it or set it to 0");
    }
    if (!anything_moves) {
        throw ConfigurationError(
            "\"anchors\": no subnet or pool lies inside any anchor's \"prefixes\", so nothing "
            "would move; correct the prefixes or the subnets");
    }
    check_networks(subnets, parameters);
    check_link_addresses(subnets, parameters);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> libraries(const ConstElementPtr& server) {
    std::vector<std::string> names;
    const auto list = server->get("hooks-libraries");
    if (!list || list->getType() != Element::list) return names;
    for (const auto& each : list->listValue()) {
        const auto path = each->getType() == Element::map ? each->get("library") : nullptr;
        names.push_back(path ? file_name(path->stringValue()) : "");
    }
    return names;
}

/// Libraries that touch no packet on its way out.
bool harmless_behind(const std::string& name) {
    static constexpr std::array kHarmless{"libdhcp_lease_cmds.so", "libdhcp_stat_cmds.so",
                                          "libdhcp_mysql_cb.so",   "libdhcp_pgsql_cb.so",
                                          "libdhcp_host_cmds.so",  "libdhcp_subnet_cmds.so"};
    return std::find(kHarmless.begin(), kHarmless.end(), name) != kHarmless.end();
}

void check_libraries(const ServerSection& server, const std::string& library,
                     ServerFindings& findings) {
    const auto names = libraries(server.content);
    const auto ours = std::find(names.begin(), names.end(), library);
    if (ours == names.end()) return;
    if (std::find(ours + 1, names.end(), library) != names.end()) {
        throw ConfigurationError("\"hooks-libraries\" has " + library + " twice: remove one");
    }
    for (auto behind = ours + 1; behind != names.end(); ++behind) {
        if (*behind == "libdhcp_ha.so") {
            throw ConfigurationError(
                "\"hooks-libraries\" has libdhcp_ha.so behind " + library +
                ": a Reply may then leave before the partner has the lease; put " + library +
                " last");
        }
        if (server.family == Family::kIpv4 || harmless_behind(*behind)) continue;
        findings.warnings.push_back("\"hooks-libraries\" has " + *behind + " behind " + library +
                                    ": it does not see the Replies to Confirm; put " + library +
                                    " last");
    }
}

/// Kea drops every packet once its parking lot is full, so ours must never fill it. An eighth is
/// left for the packets that Kea's threads are working on and for other libraries.
std::size_t parked_at_most(const ConstElementPtr& server, const HookParameters& parameters) {
    constexpr std::int64_t kKeaDefault = 256;
    const auto configured = server->get("parked-packet-limit");
    const auto limit = static_cast<std::size_t>(
        configured && configured->getType() == Element::integer ? configured->intValue()
                                                                : kKeaDefault);
    if (limit == 0) return parameters.max_held.value_or(1024);  // Kea has no limit
    if (!parameters.max_held) return limit - limit / 4;
    const auto most = limit - limit / 8;
    if (*parameters.max_held <= most) return *parameters.max_held;
    throw ConfigurationError("\"max-held\" is " + std::to_string(*parameters.max_held) +
                             ": with \"parked-packet-limit\" " + std::to_string(limit) +
                             " it may be " + std::to_string(most) +
                             " at most, or Kea drops packets; raise \"parked-packet-limit\"");
}

void check_registrations(const ConstElementPtr& dhcp6, const HookParameters& parameters,
                         ServerFindings& findings) {
    const auto names = libraries(dhcp6);
    if (!parameters.registration.on ||
        std::find(names.begin(), names.end(), "libdhcp_ha.so") == names.end()) {
        return;
    }
    findings.warnings.push_back(
        "\"register-addresses\" beside libdhcp_ha.so: the partner hears nothing of registered "
        "addresses; after a failover each comes back with its host's next refresh");
}

}  // namespace

ServerSection server_section(const ConstElementPtr& whole) {
    if (whole->getType() == Element::map) {
        for (const auto family : {Family::kIpv6, Family::kIpv4}) {
            const auto content = whole->get(family == Family::kIpv6 ? "Dhcp6" : "Dhcp4");
            if (content && content->getType() == Element::map) return {family, content};
        }
    }
    throw ConfigurationError(
        "neither \"Dhcp4\" nor \"Dhcp6\" is there: this is no configuration of kea-dhcp4 or "
        "kea-dhcp6");
}

ServerFindings check_server(const ServerSection& server, const HookParameters& parameters,
                            const std::string& library) {
    ServerFindings findings;
    check_registrations(server.content, parameters, findings);
    check_libraries(server, library, findings);
    check_subnets(server, parameters);
    findings.max_held = parked_at_most(server.content, parameters);
    return findings;
}

ConstElementPtr find_parameters(const ConstElementPtr& server, const std::string& library) {
    const auto list = server->get("hooks-libraries");
    if (!list || list->getType() != Element::list) return nullptr;
    for (const auto& each : list->listValue()) {
        if (each->getType() != Element::map) continue;
        const auto path = each->get("library");
        if (!path || file_name(path->stringValue()) != library) continue;
        const auto parameters = each->get("parameters");
        return parameters ? parameters : ConstElementPtr(Element::createMap());
    }
    return nullptr;
}

}  // namespace mobility
