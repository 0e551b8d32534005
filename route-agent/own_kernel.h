// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// By which numbers an agent's roles know their own objects in the kernel, what they need of it, and
// how all of them go.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/inventory.h"
#include "route-agent/netlink_check.h"
#include "route-agent/netlink_forwarder.h"
#include "route-agent/settings.h"

namespace mobility {

/// With both roles in one box each has objects of its own; where both have a route to one prefix
/// the anchor's wins, since it has one only when the MN is elsewhere.
NetlinkSettings anchor_kernel(const AnchorRole& role);
NetlinkSettings access_kernel(const RouteAgentSettings& agent);

/// What is looked at when the agent of this configuration starts.
KernelExpectations kernel_expectations(const RouteAgentSettings& settings,
                                       const Inventory& inventory);

struct Removal {
    std::size_t removed = 0;
    std::vector<std::string> refused;  ///< why, by the kernel
};

/// Takes away all that the agent of this configuration has installed; what the kernel refuses
/// stays, and keeps nothing else.
Removal remove_all(const RouteAgentSettings& settings);

}  // namespace mobility
