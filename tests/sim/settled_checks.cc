// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What must be true when nothing is under way any more.
#include <algorithm>

#include "tests/sim/checks.h"
#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {

std::string text_of(const Attachment& place) {
    return place.relay_source.text() + " " + place.link_address.text() + " \"" +
           place.interface_id + "\"";
}

}  // namespace

void Checks::settled() {
    altered_ = false;
    if (!world_.limited) check_leases();
    for (const auto& anchor : world_.anchors) {
        check_bindings(*anchor);
        check_anchor_kernel(*anchor);
    }
    check_access_kernels();
    check_counters();
}

/// (d) every live lease has its binding, of the right MN, at a place that its messages allow.
void Checks::check_leases() {
    for (const auto& server : world_.servers) {
        for (const auto& [prefix, lease] : server->leases()) {
            if (lease.state != DhcpServer::Lease::State::kActive) continue;
            const auto anchor = std::find_if(
                world_.anchors.begin(), world_.anchors.end(),
                [&, &p = prefix](const auto& each) { return each->node->anchor().owns(p); });
            const auto* binding = (*anchor)->node->anchor().bindings().find(prefix);
            if (!binding || binding->ended) {
                violated("(d) the lease " + prefix.text() + " has no binding");
                continue;
            }
            if (binding->mn != plan::mn(lease.mn)) {
                violated("(d) the binding of " + prefix.text() + " is of " + binding->mn.text());
            }
            std::optional<Attachment> place;
            if (binding->where && binding->where->sequence != 0) {
                place = binding->where->attachment;
            }
            const bool vague = binding->where ? binding->where->sequence == 0 : full_;
            if (!vague && !world_.truth.may_be_at(prefix, place)) {
                std::string allowed;
                for (const auto& each : world_.truth.find(prefix)->possible) {
                    allowed += "\n    " + (each.place ? text_of(*each.place) : "nowhere");
                }
                violated("(d) MN " + std::to_string(lease.mn) + " with " + prefix.text() +
                         " is said to be at " + (place ? text_of(*place) : "no place") +
                         "; its messages allow" + allowed);
            }
        }
    }
}

/// (d) every binding is of a live lease and at rest.
void Checks::check_bindings(const AnchorHost& anchor) {
    const auto& state = anchor.node->anchor();
    if (state.recovering()) violated(anchor.name() + " is still recovering");
    for (const auto& [prefix, binding] : state.bindings().all()) {
        const bool leased = std::any_of(
            world_.servers.begin(), world_.servers.end(), [&, &p = prefix](const auto& server) {
                const auto found = server->leases().find(p);
                return found != server->leases().end() &&
                       found->second.state == DhcpServer::Lease::State::kActive;
            });
        if (!leased) violated("(d) " + anchor.name() + " binds " + prefix.text() + ", no lease");
        if (binding.where != binding.route || binding.route != binding.routed) {
            violated("(d) the binding of " + prefix.text() + " is not at rest");
        }
    }
}

void Checks::check_anchor_kernel(const AnchorHost& anchor) {
    std::map<Prefix, Forwarding> expected;
    for (const auto& [prefix, binding] : anchor.node->anchor().bindings().all()) {
        if (!binding.where) continue;
        expected.emplace(
            prefix, Tunnel{anchor.inventory.tunnel_address(binding.where->ar), TunnelMode::kSeg6});
    }
    const auto& state = anchor.kernel.state();
    if (state.routes != expected) {
        violated("(d) the kernel of " + anchor.name() + " has " +
                 std::to_string(state.routes.size()) + " routes, not the " +
                 std::to_string(expected.size()) + " that its bindings imply");
    }
    const std::size_t ends = anchor.node->anchor().bindings().size() > 0 ? 1 : 0;
    if (state.decapsulations.size() != ends) {
        violated("(d) " + anchor.name() + " has " + std::to_string(state.decapsulations.size()) +
                 " tunnel ends");
    }
}

void Checks::check_access_kernels() {
    std::vector<std::map<Prefix, Forwarding>> expected(world_.access_routers.size());
    for (const auto& anchor : world_.anchors) {
        for (const auto& [prefix, binding] : anchor->node->anchor().bindings().all()) {
            if (!binding.where) continue;
            const auto to = anchor->inventory.tunnel_address(binding.where->ar);
            for (const auto& ar : world_.access_routers) {
                if (plan::ar_tunnel(ar->number) != to) continue;
                const auto mn =
                    static_cast<std::size_t>(static_cast<unsigned char>(binding.mn.bytes[8]) << 8 |
                                             static_cast<unsigned char>(binding.mn.bytes[9]));
                std::size_t link = 0;
                const auto& route = ar->kernel.state().routes;
                const auto found = route.find(prefix);
                for (std::size_t i = 0; i < plan::kLinks; ++i) {
                    const bool here =
                        binding.where->sequence != 0
                            ? binding.where->attachment == plan::attachment(mn, ar->number, i)
                            : found != route.end() &&
                                  found->second == plan::access_route(prefix, mn, ar->number, i);
                    if (here) link = i;
                }
                expected[ar->number].emplace(prefix,
                                             plan::access_route(prefix, mn, ar->number, link));
            }
        }
    }
    for (const auto& ar : world_.access_routers) {
        const auto& state = ar->kernel.state();
        for (const auto& [prefix, forwarding] : expected[ar->number]) {
            const auto found = state.routes.find(prefix);
            if (found == state.routes.end() || found->second != forwarding) {
                violated("(d) " + ar->name() + " has " + prefix.text() + " " +
                         (found == state.routes.end() ? "nowhere" : text(found->second)) +
                         ", not " + text(forwarding));
            }
        }
        for (const auto& [prefix, forwarding] : state.routes) {
            if (!expected[ar->number].contains(prefix)) {
                violated("(d) " + ar->name() + " has a route for " + prefix.text() +
                         " left over: " + text(forwarding));
            }
        }
        const std::size_t ends = state.routes.empty() ? 0 : 1;
        if (state.decapsulations.size() != ends) {
            violated("(d) " + ar->name() + " has " + std::to_string(state.decapsulations.size()) +
                     " tunnel ends and " + std::to_string(state.routes.size()) + " routes");
        }
        check_tunnel_ends(*ar);
    }
}

/// (e)
void Checks::check_counters() {
    std::size_t given = 0;
    for (const auto& source : world_.sources) {
        const auto& c = source->source().counters();
        if (source->open_holds() + source->source().holds() > 0) {
            violated("(c) " + source->name() + " has open Holds");
        }
        if (c.holds != c.hold_installed + c.hold_refused + c.hold_limit + c.hold_session_lost +
                           c.hold_anchor_away) {
            violated("(e) the counters of " + source->name() + "'s Holds do not add up");
        }
        given += c.holds;
    }
    if (given > holds_completed_ + holds_dropped_) violated("(c) Holds are missing");
    for (const auto& anchor : world_.anchors) {
        const auto& c = anchor->node->anchor().counters();
        const auto answered = c.installed + c.unchanged + c.deferred + c.superseded + c.refused;
        const bool equal = answered == c.attached;
        if (answered > c.attached || (!equal && !world_.faults_were.sessions_break())) {
            violated("(e) " + anchor->name() + " heard " + std::to_string(c.attached) +
                     " items and answered " + std::to_string(answered));
        }
    }
}

void Checks::placed() {
    std::size_t looked_at = 0;
    for (const auto& mn : world_.mobile_nodes) {
        if (mn->exchanging() || !mn->confirmed_here()) continue;
        for (const auto& prefix : mn->prefixes()) {
            const auto& server = *world_.servers[mn->server()];
            const auto lease = server.leases().find(prefix);
            if (lease == server.leases().end() || lease->second.mn != mn->number()) continue;
            for (const auto& anchor : world_.anchors) {
                const auto* binding = anchor->node->anchor().bindings().find(prefix);
                if (!anchor->node->anchor().owns(prefix)) continue;
                ++looked_at;
                const auto here = plan::attachment(mn->number(), mn->ar(), mn->link());
                if (!binding || !binding->routed || binding->routed->attachment != here) {
                    violated("(d) MN " + std::to_string(mn->number()) + " was answered at " +
                             text_of(here) + "; " + prefix.text() + " is routed to " +
                             (binding && binding->routed ? text_of(binding->routed->attachment)
                                                         : "nowhere"));
                }
            }
        }
    }
    if (looked_at < world_.mobile_nodes.size() / 2) {
        violated("only " + std::to_string(looked_at) + " prefixes could be looked at");
    }
}

void Checks::empty() {
    const auto nothing = [&](const std::string& name, const ForwardingState& state) {
        if (state == ForwardingState{}) return;
        violated("(d) left over at " + name + ": " + std::to_string(state.routes.size()) +
                 " routes, " + std::to_string(state.decapsulations.size()) + " tunnel ends, " +
                 std::to_string(state.reverse_paths.size()) + " reverse paths, " +
                 std::to_string(state.direct_paths.size()) + " direct paths");
    };
    for (const auto& ar : world_.access_routers) nothing(ar->name(), ar->kernel.state());
    for (const auto& anchor : world_.anchors) {
        nothing(anchor->name(), anchor->kernel.state());
        if (anchor->node->anchor().bindings().size() > 0) {
            violated("(d) " + anchor->name() + " has bindings left over");
        }
    }
}

}  // namespace mobility::sim
