// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The numbers, the needs, and the end.
#include "route-agent/own_kernel.h"

#include <algorithm>

namespace mobility {
namespace {

void expect(const AnchorRole& role, bool tunnels, const Inventory& inventory,
            KernelExpectations& expected) {
    expected.aggregates = role.prefixes;
    const bool ipv4 = std::ranges::any_of(role.prefixes, [](const Prefix& prefix) {
        return prefix.address().family() == Family::kIpv4;
    });
    if (!ipv4 || !tunnels || !role.reverse_tunnel) return;
    for (const auto& ar : inventory.access_routers()) {
        expected.ipv4_peers.push_back(ar.tunnel_address);
    }
}

/// An interface stands there once for each of its link-addresses; one of IPv4 is a giaddr.
void expect(const AccessRole& role, bool tunnels, KernelExpectations& expected) {
    const auto add = [](std::vector<std::string>& names, const std::string& name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    for (const auto& interface : role.interfaces) {
        add(expected.interfaces, interface.name);
        if (interface.link_address.family() == Family::kIpv4) {
            add(expected.ipv4_interfaces, interface.name);
        }
    }
    if (!tunnels) return;
    expected.core_mtu = role.core_mtu;
    if (expected.ipv4_interfaces.empty()) return;
    for (const auto& anchor : role.anchors) {
        if (anchor.address) expected.ipv4_peers.push_back(anchor.address->address);
    }
}

std::vector<Operation> removals(const ForwardingState& state) {
    std::vector<Operation> operations;
    for (const auto& [prefix, forwarding] : state.routes) operations.push_back(RemoveRoute{prefix});
    for (const auto& path : state.reverse_paths) operations.push_back(RemoveReversePath{path});
    for (const auto& path : state.direct_paths) operations.push_back(RemoveDirectPath{path});
    for (const auto& end : state.decapsulations) operations.push_back(RemoveDecapsulation{end});
    return operations;
}

void remove_all(const NetlinkSettings& kernel, Removal& removal) {
    auto forwarder = NetlinkForwarder::open(kernel);
    if (!forwarder) return removal.refused.push_back(forwarder.error());
    const auto state = (*forwarder)->installed();
    if (!state) return removal.refused.push_back(state.error());
    for (const auto& outcome : (*forwarder)->apply(removals(*state))) {
        if (outcome.kind == Outcome::Kind::kDone) {
            ++removal.removed;
        } else {
            removal.refused.push_back(outcome.reason);
        }
    }
    if (const auto purged = (*forwarder)->purge(); !purged) {
        removal.refused.push_back(purged.error());
    }
}

}  // namespace

KernelExpectations kernel_expectations(const RouteAgentSettings& settings,
                                       const Inventory& inventory) {
    KernelExpectations expected;
    const bool tunnels = settings.mode != TunnelMode::kRouted;
    if (!tunnels) expected.nexthop_device.clear();
    if (settings.anchor) expect(*settings.anchor, tunnels, inventory, expected);
    if (settings.access) expect(*settings.access, tunnels, expected);
    if (tunnels) {
        expected.tunnel_address =
            settings.anchor ? settings.anchor->tunnel_address : settings.access->tunnel_address;
    }
    return expected;
}

NetlinkSettings anchor_kernel(const AnchorRole& role) {
    NetlinkSettings settings;
    settings.tunnel_source = role.tunnel_address;
    return settings;
}

NetlinkSettings access_kernel(const RouteAgentSettings& agent) {
    NetlinkSettings settings;
    settings.tunnel_source = agent.access->tunnel_address;
    if (!agent.anchor) return settings;
    settings.protocol = 214;
    settings.metric = 214;
    settings.first_nexthop = 214'000'000;
    settings.first_reverse_table = 21'400;
    settings.rule_priority = 21'400;
    return settings;
}

Removal remove_all(const RouteAgentSettings& settings) {
    Removal removal;
    if (settings.anchor) remove_all(anchor_kernel(*settings.anchor), removal);
    if (settings.access) remove_all(access_kernel(settings), removal);
    return removal;
}

}  // namespace mobility
