// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The relay agent's sockets, opened while it still has privileges. How a client's message is heard:
//
// - UDP tells no link-layer address, and the server and the anchor need it (RFC 6939). Guessing it
//   from the link-local address would be wrong for privacy addresses and open to forgery. So
//   messages to ff02::1:2 are taken from a packet socket per access interface, whose filter lets
//   nothing else through; the kernel says which frame each came in.
// - The UDP socket, port 547, has what is unicast: Relay-replies, and lower relay agents. It sees
//   no multicast (IPV6_MULTICAST_ALL off, no membership), so a flood on an access link cannot fill
//   its buffer, and nothing arrives twice. The kernel answers no multicast with port unreachable.
// - A packet socket does not reassemble. A raw socket holds the memberships in ff02::1:2, which the
//   network cards' filters need anyway, and receives what came in fragments; those few messages
//   are relayed without a link-layer address.
//
// Packet sockets are made without a protocol and hear nothing until they are bound to an interface;
// binding them again, to an interface that comes back, takes no privilege.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <span>

#include "core/result.h"
#include "relay-agent/descriptor.h"

namespace mobility {

/// An error when another relay agent runs in this network namespace. Held until closed.
Result<Descriptor> claim_network_namespace();

struct UdpSocket {
    Descriptor descriptor;
    /// Another program has port 547 too.
    bool port_shared = false;
};
/// [::]:547 for unicast, telling the interface of each datagram.
Result<UdpSocket> open_udp_socket();

/// Receives fragmented UDP datagrams to ff02::1:2 port 547, from the UDP header on.
Result<Descriptor> open_fragments_socket();

/// Receives datagrams to ff02::1:2 port 547, from the IPv6 header on, once it listens somewhere.
Result<Descriptor> open_packet_socket();
/// The same for whatever passes this filter, which sees packets from the IP header on.
Result<Descriptor> open_packet_socket(std::span<sock_filter> filter);
/// Moves a packet socket to another interface; `protocol` is an Ethernet type.
Result<void> listen_on(int packet_socket, unsigned interface_index, std::uint16_t protocol);

/// ff02::1:2 on this interface.
Result<void> join_relay_agents(int fragments_socket, unsigned interface_index);
void leave_relay_agents(int fragments_socket, unsigned interface_index);

/// 0 when there is no interface of this name. Any socket will do.
unsigned interface_index(int fd, const char* name);

/// To kReceiveBuffer, in both directions. That needs CAP_NET_ADMIN; without it, as much as the
/// system allows.
void enlarge_buffers(int fd);

/// Bytes that the kernel really grants: half of them hold messages, the rest its own records.
int receive_buffer(int fd);
inline constexpr int kReceiveBuffer = 8 << 20;

/// Packets that a packet socket lost because its buffer was full, since the last call.
std::uint64_t packets_dropped(int packet_socket);
/// The same for a UDP socket, since it was opened.
std::uint64_t datagrams_dropped(int udp_socket);

}  // namespace mobility
