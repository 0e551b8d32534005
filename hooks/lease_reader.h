// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The lease database as the full list needs it: live leases, a little at a time.
#pragma once

#include <optional>
#include <vector>

#include "core/mobility_event.h"

namespace mobility {

struct LeasePage {
    std::vector<LeaseEntry> leases;    ///< in the database's order
    std::optional<Prefix> next_after;  ///< nothing when no lease lies behind
};

/// Called in Kea's turn only (KeaTurn).
class LeaseReader {
public:
    virtual ~LeaseReader() = default;
    /// The next live leases inside one of `prefixes` (in order), behind `after`. Takes about a
    /// millisecond; may find none although some lie behind. Throws what Kea's database throws.
    virtual LeasePage read(const std::vector<Prefix>& prefixes,
                           const std::optional<Prefix>& after) = 0;
};

}  // namespace mobility
