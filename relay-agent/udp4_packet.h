// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A UDP datagram over IPv4 as a packet socket delivers it, with the checks that the kernel would
// have made; and one written whole, for clients that have no address to resolve yet.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/bytes.h"

namespace mobility {

/// A view of the packet.
struct Udp4Packet {
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    Bytes payload;
    /// The UDP header and the payload: what the checksum covers beside the pseudo-header.
    Bytes datagram;
};

/// `packet` begins with the IPv4 header; what follows the length that it states is padding of the
/// link. An error where it is not IPv4, not UDP, a fragment, or where a length or the header's
/// checksum is not right.
Result<Udp4Packet> parse_udp4_packet(Bytes packet);

/// RFC 768: the sum over pseudo-header and datagram; 0 in the field: there is none.
bool udp4_checksum_is_right(const Udp4Packet& packet);

/// The whole packet in one piece, checksums and all, into `packet`, whose capacity is reused. The
/// payload has at most 65,507 bytes.
void write_udp4_packet(const IpAddress& source, std::uint16_t source_port,
                       const IpAddress& destination, std::uint16_t destination_port, Bytes payload,
                       std::vector<std::uint8_t>& packet);

}  // namespace mobility
