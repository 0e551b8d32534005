// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The numbers, and the end.
#include "route-agent/own_kernel.h"

namespace mobility {

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

Result<std::size_t> remove_all(const RouteAgentSettings& settings) {
    std::size_t removed = 0;
    const auto clear = [&](const NetlinkSettings& kernel) -> Result<void> {
        auto forwarder = NetlinkForwarder::open(kernel);
        if (!forwarder) return Error{forwarder.error()};
        const auto state = (*forwarder)->installed();
        if (!state) return Error{state.error()};
        std::vector<Operation> operations;
        for (const auto& [prefix, forwarding] : state->routes) {
            operations.push_back(RemoveRoute{prefix});
        }
        for (const auto& path : state->reverse_paths) operations.push_back(RemoveReversePath{path});
        for (const auto& path : state->direct_paths) operations.push_back(RemoveDirectPath{path});
        for (const auto& end : state->decapsulations) {
            operations.push_back(RemoveDecapsulation{end});
        }
        for (const auto& outcome : (*forwarder)->apply(operations)) {
            if (outcome.kind != Outcome::Kind::kDone) return Error{outcome.reason};
        }
        removed += operations.size();
        const auto purged = (*forwarder)->purge();
        if (!purged) return Error{purged.error()};
        return {};
    };
    if (settings.anchor) {
        if (auto done = clear(anchor_kernel(*settings.anchor)); !done) return Error{done.error()};
    }
    if (settings.access) {
        if (auto done = clear(access_kernel(settings)); !done) return Error{done.error()};
    }
    return removed;
}

}  // namespace mobility
