// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads and writes IPv6 and UDP headers (RFC 8200, RFC 768).
#include "relay-agent/udp6_packet.h"

#include <algorithm>

#include "dhcp-wire/network_order.h"
#include "relay-agent/internet_checksum.h"

namespace mobility {
namespace {

constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint8_t kNextHeaderUdp = 17;
constexpr std::uint8_t kHopLimit = 64;

/// RFC 8200 section 8.1: the ones' complement sum over pseudo-header and datagram.
std::uint16_t folded_sum(const IpAddress& source, const IpAddress& destination, Bytes datagram) {
    return folded(sum_words(source.bytes()) + sum_words(destination.bytes()) + datagram.size() +
                  kNextHeaderUdp + sum_words(datagram));
}

void write_u16(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value & 0xff);
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
    return read_u16(packet.datagram, 6) != 0 &&
           folded_sum(packet.source, packet.destination, packet.datagram) == 0xffff;
}

void write_udp6_packet(const IpAddress& source, std::uint16_t source_port,
                       const IpAddress& destination, std::uint16_t destination_port, Bytes payload,
                       std::vector<std::uint8_t>& packet) {
    const auto length = static_cast<std::uint16_t>(kUdpHeader + payload.size());
    packet.assign(kIpv6Header + kUdpHeader, 0);
    packet[0] = 6 << 4;
    write_u16(packet, 4, length);
    packet[6] = kNextHeaderUdp;
    packet[7] = kHopLimit;
    std::ranges::copy(source.bytes(), packet.begin() + 8);
    std::ranges::copy(destination.bytes(), packet.begin() + 24);
    write_u16(packet, kIpv6Header, source_port);
    write_u16(packet, kIpv6Header + 2, destination_port);
    write_u16(packet, kIpv6Header + 4, length);
    packet.insert(packet.end(), payload.begin(), payload.end());
    const auto sum = static_cast<std::uint16_t>(
        ~folded_sum(source, destination, Bytes(packet).subspan(kIpv6Header)));
    write_u16(packet, kIpv6Header + 6, sum == 0 ? std::uint16_t{0xffff} : sum);
}

}  // namespace mobility
