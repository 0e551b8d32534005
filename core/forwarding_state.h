// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What one node should forward, as plain values: the currency between the wanted side (anchor or
// access router) and a Forwarder.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/ip_address.h"
#include "core/mobility_event.h"

namespace mobility {

enum class TunnelMode : std::uint8_t {
    kSeg6,    ///< nexthop object with seg6 encap.red, one segment: plain IPv6-in-IPv6 (RFC 2473 on
              ///< the wire)
    kIp6Tnl,  ///< a device per far end
    kRouted   ///< no tunnel: others route by our protocol number
};

/// The prefix (a host prefix) is on the access link itself. The neighbour entry saves the first
/// packet from waiting for neighbour discovery; without a link-layer address there is none.
struct OnLink {
    std::string interface;
    LinkLayerAddress link_layer;
    auto operator<=>(const OnLink&) const = default;
};

/// The prefix lies behind the MN: next hop is the MN's link-local on its own interface.
struct Via {
    IpAddress link_local;
    std::string interface;
    LinkLayerAddress link_layer;
    auto operator<=>(const Via&) const = default;
};

/// The prefix lies behind another node: its tunnel address is the destination of the outer header.
struct Tunnel {
    IpAddress to;
    TunnelMode mode = TunnelMode::kSeg6;
    auto operator<=>(const Tunnel&) const = default;
};

struct Drop {
    auto operator<=>(const Drop&) const = default;
};

using Forwarding = std::variant<OnLink, Via, Tunnel, Drop>;

/// Packets to `address` with a packet of this family inside are unwrapped and routed by the main
/// table.
struct Decapsulation {
    IpAddress address;
    TunnelMode mode = TunnelMode::kSeg6;
    Family inside = Family::kIpv6;
    auto operator<=>(const Decapsulation&) const = default;
};

/// Where a node at `address` unwraps what anchors with these prefixes exchange with their ARs. What
/// IPv4 takes is wanted only with an IPv4 prefix: it costs every IPv6 packet of the node a little.
std::vector<Decapsulation> tunnel_ends(const IpAddress& address, TunnelMode mode,
                                       const std::vector<Prefix>& prefixes);

/// Packets from `source` that came in by `interface` go to the anchor.
struct ReversePath {
    Prefix source;
    std::string interface;
    Tunnel anchor;
    auto operator<=>(const ReversePath&) const = default;
};

/// Packets that came in by `interface`, and that this node has a route of its own for inside `to`,
/// take that route, whatever reverse path there is: from MN to MN, straight.
struct DirectPath {
    Prefix to;
    std::string interface;
    auto operator<=>(const DirectPath&) const = default;
};

/// Everything that one node should have, or has. Tunnels (nexthop objects) and neighbour entries
/// are derived from the values here: nobody counts uses.
struct ForwardingState {
    std::map<Prefix, Forwarding> routes;
    std::vector<Decapsulation> decapsulations;  ///< sorted, distinct
    std::vector<ReversePath> reverse_paths;     ///< sorted, distinct
    std::vector<DirectPath> direct_paths{};     ///< sorted, distinct

    bool operator==(const ForwardingState&) const = default;
};

std::string text(const Forwarding& forwarding);
std::string text(const ReversePath& path);

}  // namespace mobility
