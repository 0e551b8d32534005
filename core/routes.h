// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What decides a node's routes, as its Reconciler sees it: asked prefix by prefix, told what the
// kernel did.
#pragma once

#include <optional>

#include "core/forwarder.h"

namespace mobility {

/// The wanted side of a node: an Anchor or an AccessRouter.
class Routes {
public:
    virtual ~Routes() = default;
    /// What the kernel should have for this prefix now; nothing: no route of ours.
    virtual std::optional<Forwarding> wanted(const Prefix& prefix) const = 0;
    /// The kernel has (or lacks, with nothing) just this now.
    virtual void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) = 0;
    /// The kernel would not; it is tried again now and then. `again`: it has said just this before.
    virtual void failed(const Prefix& prefix, const Forwarding& forwarding,
                        const std::string& reason, bool again) = 0;
    /// It had no room, and has again; what waits for it is tried within seconds.
    virtual void has_room_again() = 0;
};

}  // namespace mobility
