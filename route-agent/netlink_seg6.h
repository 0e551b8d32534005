// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// SRv6 in netlink attributes: what libnl-route 3.7 does not know. H.Encaps.Red with one segment is
// plain IP-in-IPv6 without a routing header; End.DT6 unwraps IPv6, End.DX4 IPv4 (RFC 8986
// sections 4.5, 4.6 and 5.2).
#pragma once

#include <optional>

#include "core/ip_address.h"
#include "core/result.h"
#include "route-agent/netlink_objects.h"

struct nlattr;

namespace mobility {

/// Puts NHA_ENCAP_TYPE and NHA_ENCAP.
void put_seg6(nl_msg* message, const NexthopUse& use);
/// The use that NHA_ENCAP_TYPE and NHA_ENCAP of a nexthop object say; nothing for anything that
/// put_seg6() would not write.
std::optional<NexthopUse> read_seg6(Family family, const nlattr* encap_type, nlattr* encap);

/// Sets the source address of outer headers for the thread's network namespace.
Result<void> set_tunnel_source(const IpAddress& source);
/// The error says that the kernel has no SRv6 (CONFIG_IPV6_SEG6_LWTUNNEL), or why it cannot be
/// asked. Anybody may ask.
Result<void> find_seg6();

}  // namespace mobility
