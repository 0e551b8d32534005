// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Routes, nexthops, neighbours and rules as the kernel numbers them, and their rtnetlink messages
// in both directions: pure translation, no socket.
#pragma once

#include <linux/netlink.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/ip_address.h"
#include "core/mobility_event.h"
#include "route-agent/netlink_socket.h"

namespace mobility {

struct KernelRoute {
    Prefix prefix;
    std::uint32_t table = 0;
    std::uint32_t metric = 0;
    std::uint8_t protocol = 0;
    std::uint8_t type = 0;        ///< RTN_UNICAST or RTN_UNREACHABLE are ours
    std::uint32_t nexthop = 0;    ///< id of a nexthop object, or 0
    std::uint32_t interface = 0;  ///< index, or 0
    std::optional<IpAddress> gateway;
};

struct KernelNeighbour {
    std::uint32_t interface = 0;
    IpAddress address;
    LinkLayerAddress link_layer;  ///< empty while the kernel has none (incomplete, failed)
    std::uint8_t protocol = 0;    ///< who made the entry; the kernel's own have 0
};

/// What a nexthop object of ours does with a packet: wraps it for a segment, or unwraps it and
/// looks it up in the main table. What unwraps is an IPv6 nexthop, whatever is inside.
struct NexthopUse {
    Family family = Family::kIpv6;     ///< of the packets inside
    std::optional<IpAddress> segment;  ///< nothing: unwraps
    auto operator<=>(const NexthopUse&) const = default;
};

struct KernelNexthop {
    std::uint32_t id = 0;
    std::uint8_t protocol = 0;
    std::optional<NexthopUse> use;  ///< nothing: not of the kinds that we make
};

/// from `prefix` iif `interface` lookup `table`; or to `prefix` …, and of what `table` has, only
/// routes longer than `suppressed`; or to `prefix`, by no interface in particular, with what
/// `ip_protocol` says inside.
struct KernelRule {
    enum class Match : std::uint8_t { kFrom, kTo };
    Match match = Match::kFrom;
    Prefix prefix;
    std::string interface;  ///< empty: any
    std::uint32_t table = 0;
    std::uint32_t priority = 0;
    std::uint8_t protocol = 0;
    std::optional<std::uint32_t> suppressed;  ///< routes up to this length do not count
    std::uint8_t ip_protocol = 0;             ///< 0: any
    auto operator<=>(const KernelRule&) const = default;
};

/// `flags`: NLM_F_CREATE with NLM_F_EXCL or NLM_F_REPLACE.
NetlinkMessage add_message(const KernelRoute& route, int flags);
/// Names protocol, table and metric, so that nobody else's route can be meant.
NetlinkMessage remove_message(const KernelRoute& route);
NetlinkMessage add_message(const KernelNexthop& nexthop, std::uint32_t device);
/// Deletes all routes through it as well.
NetlinkMessage remove_message(const KernelNexthop& nexthop);
/// Reachable and externally learned: used at once, verified by ND later, replaced by what ND
/// learns, never aged out, not counted against gc_thresh3.
NetlinkMessage add_message(const KernelNeighbour& neighbour);
NetlinkMessage remove_message(const KernelNeighbour& neighbour);
NetlinkMessage add_message(const KernelRule& rule);
NetlinkMessage remove_message(const KernelRule& rule);

/// Of one protocol, or of all with 0.
NetlinkMessage dump_routes_message(Family family, std::uint8_t protocol);
NetlinkMessage dump_nexthops_message();
NetlinkMessage dump_neighbours_message(Family family);
NetlinkMessage dump_rules_message(Family family);

/// Nothing for messages of other types and for what has no place in the struct.
std::optional<KernelRoute> read_route(const nlmsghdr& message);
std::optional<KernelNexthop> read_nexthop(const nlmsghdr& message);
std::optional<KernelNeighbour> read_neighbour(const nlmsghdr& message);
std::optional<KernelRule> read_rule(const nlmsghdr& message);

}  // namespace mobility
