// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The invariants.
#include "tests/sim/checks.h"

#include <algorithm>
#include <set>

#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {

constexpr std::size_t kEnough = 20;  // violations: the first is the one to look at

const Prefix* route_of(const Operation& operation) {
    if (const auto* set = std::get_if<SetRoute>(&operation)) return &set->prefix;
    if (const auto* remove = std::get_if<RemoveRoute>(&operation)) return &remove->prefix;
    return nullptr;
}

std::string text_of(const std::optional<Forwarding>& forwarding) {
    return forwarding ? text(*forwarding) : "nothing";
}

}  // namespace

void Checks::violated(const std::string& what) {
    if (violations_.size() >= kEnough) return;
    const auto passed = world_.timeline.now() - Instant{std::chrono::hours{24}};
    violations_.push_back(std::to_string(std::chrono::duration_cast<Milliseconds>(passed).count()) +
                          " ms: " + what);
}

void Checks::anchor_operation(const AnchorHost& anchor, const MemoryForwarder::Step& step) {
    ++operations_;
    const auto* prefix = route_of(step.operation);
    if (!prefix) return;
    if (world_.trace) {
        world_.trace(anchor.name() + " kernel: " + prefix->text() + " " + text_of(step.before) +
                     " -> " + text_of(step.after));
    }
    path_of(*prefix, anchor.name());
    if (step.after && anchor.kernel.state().decapsulations.empty()) {
        violated(anchor.name() + " has a route and no end of the tunnel");
    }
}

void Checks::access_operation(const AccessHost& ar, const MemoryForwarder::Step& step) {
    ++operations_;
    if (const auto* prefix = route_of(step.operation)) {
        if (world_.trace) {
            world_.trace(ar.name() + " kernel: " + prefix->text() + " " + text_of(step.before) +
                         " -> " + text_of(step.after));
        }
        path_of(*prefix, ar.name());
    }
    check_tunnel_ends(ar);
}

/// While an AR has a route to an MN, packets come in by the tunnel and go back through it.
void Checks::check_tunnel_ends(const AccessHost& ar) {
    const auto& state = ar.kernel.state();
    for (const auto& anchor : world_.anchors) {
        const auto owned = plan::owned(anchor->number);
        const auto first = state.routes.lower_bound(owned);
        if (first == state.routes.end() || !owned.contains(first->first)) continue;
        if (state.decapsulations.empty()) violated(ar.name() + " has routes and no tunnel end");
        const auto paths =
            std::count_if(state.reverse_paths.begin(), state.reverse_paths.end(),
                          [&](const ReversePath& path) { return path.source == owned; });
        if (paths == plan::kLinks) continue;
        std::set<std::string> interfaces;
        for (auto route = first; route != state.routes.end() && owned.contains(route->first);
             ++route) {
            interfaces.insert(plan::interface_of(route->second));
        }
        interfaces.erase("");  // of what is dropped
        for (const auto& path : state.reverse_paths) {
            if (path.source == owned) interfaces.erase(path.interface);
        }
        if (!interfaces.empty()) {
            violated(ar.name() + " has routes of " + owned.text() + " on " + *interfaces.begin() +
                     " and no reverse path from there");
        }
    }
}

void Checks::path_of(const Prefix& prefix, const std::string& at) {
    const auto owner = std::find_if(
        world_.anchors.begin(), world_.anchors.end(),
        [&](const auto& anchor) { return plan::owned(anchor->number).contains(prefix); });
    if (owner == world_.anchors.end()) return violated("a route outside: " + prefix.text());
    const auto& routes = (*owner)->kernel.state().routes;
    const auto route = routes.find(prefix);
    bool there = false;
    if (route != routes.end()) {
        const auto to = std::get<Tunnel>(route->second).to;
        const auto ar =
            std::find_if(world_.access_routers.begin(), world_.access_routers.end(),
                         [&](const auto& each) { return plan::ar_tunnel(each->number) == to; });
        there = ar != world_.access_routers.end() && (*ar)->kernel.state().routes.contains(prefix);
        if (!there && !altered_) {
            violated("(b) " + (*owner)->name() + " sends " + prefix.text() + " to " +
                     (ar == world_.access_routers.end() ? to.text() : (*ar)->name()) +
                     ", which has no route: a loop (operation at " + at + ")");
        }
    }
    const auto* lease = world_.truth.find(prefix);
    auto& path = paths_[prefix];
    if (!lease || !lease->alive) {
        path = {};
        return;
    }
    const bool had = path.there && path.epoch == lease->epoch;
    const auto* node = (*owner)->node.get();
    const auto* binding = node ? node->anchor().bindings().find(prefix) : nullptr;
    const bool deliberate = world_.limited && (!binding || binding->ended);
    if (had && !there && !deliberate) {
        violated("(a) " + prefix.text() + " of a live lease lost its path (operation at " + at +
                 ")");
    }
    // A path counts as the lease's own once the anchor has heard a message of this lease and wants
    // the path for it: what is left of an earlier lease may still go.
    const bool own = binding && binding->heard && binding->mn == lease->mn &&
                     lease->transactions.contains(binding->heard->transaction) && there &&
                     node->anchor().wanted(prefix) == route->second;
    paths_watched_ += had ? 1 : 0;
    path = {there && (had || own), lease->epoch};
}

void Checks::paths_lost(const Prefix& within) {
    std::erase_if(paths_, [&](const auto& path) { return within.contains(path.first); });
}

void Checks::hold_completed(const std::string& source, Instant::duration lasted,
                            Milliseconds limit) {
    ++holds_completed_;
    if (lasted > limit) {
        violated("(c) a Hold of " + source + " lasted " +
                 std::to_string(std::chrono::duration_cast<Milliseconds>(lasted).count()) + " ms");
    }
}

}  // namespace mobility::sim
