// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A UDP datagram as a packet socket delivers it, with the checks that the kernel's own UDP would
// have made: the first stage of what arrives on an access link.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

/// A view of the packet.
struct Udp6Packet {
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    Bytes payload;
    /// The UDP header and the payload: what the checksum covers beside the pseudo-header.
    Bytes datagram;
};

/// `packet` begins with the IPv6 header; what follows the length that it states is padding of the
/// link. An error where it is not IPv6, not UDP right behind the IPv6 header, or where a length
/// does not fit.
Result<Udp6Packet> parse_udp6_packet(Bytes packet);

/// The same for a datagram that begins with the UDP header.
Result<Udp6Packet> parse_udp6_datagram(Bytes datagram, const IpAddress& source,
                                       const IpAddress& destination);

/// RFC 8200 section 8.1: the sum over pseudo-header and datagram, and never 0 in the field.
bool udp6_checksum_is_right(const Udp6Packet& packet);

/// The whole packet in one piece, checksum and all, into `packet`, whose capacity is reused. The
/// payload has at most 65,527 bytes.
void write_udp6_packet(const IpAddress& source, std::uint16_t source_port,
                       const IpAddress& destination, std::uint16_t destination_port, Bytes payload,
                       std::vector<std::uint8_t>& packet);

}  // namespace mobility
