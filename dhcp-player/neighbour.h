// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The part of neighbour discovery and of ICMPv6 that an MN needs so that an AR finds it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-player/mac_address.h"
#include "dhcp-player/packet.h"

namespace mobility::player {

/// The address that a Neighbour Solicitation asks for (RFC 4861 section 4.3); nothing when the
/// packet is another one, or not valid (section 7.1.1).
std::optional<IpAddress> solicited_address(const Packet& packet);
/// The frame that answers it for a host with this MAC (RFC 4861 section 7.2.4).
void write_neighbour_advertisement(const Packet& solicitation, const IpAddress& target,
                                   const MacAddress& mac, std::vector<std::uint8_t>& out);
/// Asks for routers as a host does that has come to a link: the router learns its MAC
/// (RFC 4861 section 6.2.6).
void write_router_solicitation(const IpAddress& from, const MacAddress& mac,
                               std::vector<std::uint8_t>& out);

bool is_echo_request(const Packet& packet);
/// The frame that answers it, sent back to where it came from.
void write_echo_reply(const Packet& request, const MacAddress& mac, std::vector<std::uint8_t>& out);

}  // namespace mobility::player
