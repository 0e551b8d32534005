// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What one DHCP message has changed in the lease database, in the words of core.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/mobility_event.h"

namespace mobility {

/// Leases outside every anchor are left out.
struct Changes {
    std::optional<Attached> attached;
    std::vector<Detached> detached;
    std::size_t outside_anchors = 0;  ///< leases left out
    bool unplaced = false;            ///< leases were written, but nobody says where the MN is
};

}  // namespace mobility
