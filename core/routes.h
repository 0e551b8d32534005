// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What decides a node's routes, as its Reconciler sees it: asked prefix by prefix, told what the
// kernel did.
#pragma once

#include <optional>

#include "core/forwarder.h"

namespace mobility {

/// What must be there for a route to carry packets both ways.
struct RouteNeeds {
    std::optional<Decapsulation> decapsulation;
    std::optional<ReversePath> reverse_path;
};

/// The wanted side of a node: an Anchor or an AccessRouter.
class Routes {
public:
    virtual ~Routes() = default;
    /// What the kernel should have for this prefix now; nothing: no route of ours.
    virtual std::optional<Forwarding> wanted(const Prefix& prefix) const = 0;
    /// The kernel has just been changed to this; null: it lacks the route now.
    virtual void written(const Prefix&, const Forwarding*) {}
    /// The kernel has (or lacks, with nothing) just this now.
    virtual void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) = 0;
    /// Nothing here: it comes whatever tunnel ends there are.
    virtual RouteNeeds needs(const Prefix&, const Forwarding&) const { return {}; }
    /// The kernel would not (or one of its needs is not there); it is tried again now and then.
    /// `again`: it has said just this before. Returns what the kernel is to have meanwhile, if
    /// anything; what is asked for and fails as well is told here too.
    virtual std::optional<Forwarding> failed(const Prefix& prefix, const Forwarding& forwarding,
                                             const Outcome& outcome, bool again) = 0;
    /// It had no room, and has again; what waits for it is tried within seconds.
    virtual void has_room_again() = 0;
};

}  // namespace mobility
