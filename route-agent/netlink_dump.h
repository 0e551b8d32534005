// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reading the kernel's tables back: into the index, and from the index into a ForwardingState.
#pragma once

#include <cstdint>

#include "core/forwarding_state.h"
#include "core/result.h"
#include "route-agent/netlink_forwarder.h"
#include "route-agent/netlink_index.h"
#include "route-agent/netlink_socket.h"

namespace mobility {

/// Everything with our protocol. A dump that the kernel marks as inconsistent is read again; the
/// error comes when the tables change all the time, or when the kernel refuses.
Result<NetlinkIndex> read_index(NetlinkSocket& socket, const NetlinkSettings& settings);

/// What a route with our protocol is to us. `nexthop` is that of its id, if known.
struct PlacedRoute {
    enum class Where : std::uint8_t { kMain, kReverseDefault, kStray } where = Where::kStray;
    IndexedRoute route;  ///< with kMain
};
PlacedRoute place(const KernelRoute& route, const NexthopUse* nexthop,
                  const NetlinkSettings& settings);
bool is_ours(const KernelNexthop& nexthop, const NetlinkSettings& settings);
/// A rule with our protocol, of a reverse or a direct path.
bool is_ours(const KernelRule& rule, const NetlinkSettings& settings);

/// Leaves out what hangs on an interface that exists no more: the kernel is removing it.
ForwardingState forwarding_state(const NetlinkIndex& index);

}  // namespace mobility
