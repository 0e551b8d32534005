// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// By which numbers an agent's roles know their own objects in the kernel, what they need of it, and
// how all of them go.
#pragma once

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

/// Takes away all that the agent of this configuration has installed. Returns how much; the error
/// is the kernel's.
Result<std::size_t> remove_all(const RouteAgentSettings& settings);

}  // namespace mobility
