// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an operator may ask a running agent, answered as one line of JSON.
#pragma once

#include <string>

#include "core/nodes.h"

namespace mobility {

/// Roles, sessions and counters. Either node may be null.
std::string status_json(const AnchorNode* anchor, const AccessNode* access, Instant now);

/// The anchor's bindings, at most `most`: {"bindings": [{prefix, mn, iaid, owner, ar, routed,
/// sequence, remaining}], "total": N}. Order is not defined.
std::string bindings_json(const AnchorNode& anchor, const Inventory& inventory, Instant now,
                          std::size_t most);

}  // namespace mobility
