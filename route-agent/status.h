// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an operator may ask a running agent, answered as one line of JSON.
#pragma once

#include <string>

#include "core/announced_anchors.h"
#include "core/authority.h"
#include "core/nodes.h"

namespace mobility {

/// The roles of one agent; nullptr: it does not have it.
struct Roles {
    const AnchorNode* anchor = nullptr;
    const AccessNode* access = nullptr;
    const Authority* authority = nullptr;
    const AnnouncedAnchors* announced = nullptr;   ///< to the AR
    std::optional<std::uint64_t> announcements{};  ///< sent by the anchor
};

/// Roles, sessions and counters.
std::string status_json(const Roles& roles);

/// The anchor's bindings, at most `most`: {"bindings": [{prefix, mn, iaid, owner, ar, routed,
/// sequence, remaining}], "total": N}. Order is not defined.
std::string bindings_json(const AnchorNode& anchor, const Inventory& inventory, Instant now,
                          std::size_t most);

/// An access point has seen this MN leave (by an address, a link-layer address), or this AR goes
/// out of service (all): anchors are told, and this is how many of their records.
std::string gone_json(AccessNode& access, const std::string& whom);

}  // namespace mobility
