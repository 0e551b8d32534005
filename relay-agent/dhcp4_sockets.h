// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The sockets of DHCPv4, opened while the relay agent still has privileges:
//
// - A packet socket per access link hears what clients send to 255.255.255.255 port 67, and nothing
//   else; answers leave through it, since a client without an address cannot be resolved. No UDP
//   socket hears broadcasts, so nothing arrives twice.
// - A UDP socket for each address of our own, port 67, has what is unicast: servers' replies to
//   giaddr, and lower relay agents. None is bound to 0.0.0.0: a server in the same box has port 67
//   of its own addresses.
#pragma once

#include "core/ip_address.h"
#include "core/result.h"
#include "relay-agent/descriptor.h"

namespace mobility {

/// From the IPv4 header on, once it listens somewhere (sockets.h). Fragments are not heard.
Result<Descriptor> open_dhcp4_packet_socket();

/// `address` need not be on this machine yet.
Result<Descriptor> open_dhcp4_udp_socket(const IpAddress& address);

}  // namespace mobility
