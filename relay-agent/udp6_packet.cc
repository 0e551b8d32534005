// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads IPv6 and UDP headers (RFC 8200, RFC 768).
#include "relay-agent/udp6_packet.h"

#include "dhcp-wire/network_order.h"

namespace mobility {
namespace {

constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint8_t kNextHeaderUdp = 17;

/// Sum of 16-bit words, not folded; a last odd byte counts as the high one.
std::uint64_t sum_words(Bytes bytes) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; at + 2 <= bytes.size(); at += 2) {
        sum += read_u16(bytes, at);
    }
    return at < bytes.size() ? sum + (std::uint64_t{bytes[at]} << 8) : sum;
}

}  // namespace

Result<Udp6Packet> parse_udp6_packet(Bytes packet) {
    if (packet.size() < kIpv6Header) {
        return malformed(0, "a packet of " + std::to_string(packet.size()) +
                                " bytes, an IPv6 header alone has 40");
    }
    if (packet[0] >> 4 != 6) {
        return malformed(0, "IP version " + std::to_string(packet[0] >> 4) + ", expected 6");
    }
    if (packet[6] != kNextHeaderUdp) {
        return malformed(6, "next header " + std::to_string(packet[6]) + ", expected 17 (UDP)");
    }
    const std::size_t length = read_u16(packet, 4);
    if (length > packet.size() - kIpv6Header) {
        return malformed(4, "an IPv6 payload of " + std::to_string(length) + " bytes, " +
                                std::to_string(packet.size() - kIpv6Header) + " are there");
    }
    return parse_udp6_datagram(packet.subspan(kIpv6Header, length),
                               *IpAddress::from_bytes(packet.subspan(8, 16)),
                               *IpAddress::from_bytes(packet.subspan(24, 16)));
}

Result<Udp6Packet> parse_udp6_datagram(Bytes datagram, const IpAddress& source,
                                       const IpAddress& destination) {
    if (datagram.size() < kUdpHeader) {
        return malformed(0, "a UDP datagram of " + std::to_string(datagram.size()) +
                                " bytes, its header alone has 8");
    }
    const std::size_t length = read_u16(datagram, 4);
    if (length < kUdpHeader || length > datagram.size()) {
        return malformed(4, "a UDP length of " + std::to_string(length) + ", " +
                                std::to_string(datagram.size()) + " bytes are there");
    }
    return Udp6Packet{source,
                      destination,
                      read_u16(datagram, 0),
                      read_u16(datagram, 2),
                      datagram.subspan(kUdpHeader, length - kUdpHeader),
                      datagram.first(length)};
}

bool udp6_checksum_is_right(const Udp6Packet& packet) {
    if (read_u16(packet.datagram, 6) == 0) {
        return false;
    }
    std::uint64_t sum = sum_words(packet.source.bytes()) + sum_words(packet.destination.bytes()) +
                        packet.datagram.size() + kNextHeaderUdp + sum_words(packet.datagram);
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum == 0xffff;
}

}  // namespace mobility
