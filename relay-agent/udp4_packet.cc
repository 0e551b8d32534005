// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads and writes IPv4 and UDP headers (RFC 791, RFC 768).
#include "relay-agent/udp4_packet.h"

#include <algorithm>

#include "dhcp-wire/network_order.h"
#include "relay-agent/internet_checksum.h"

namespace mobility {
namespace {

constexpr std::size_t kIpv4Header = 20;  // without options
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kTimeToLive = 64;
constexpr std::uint16_t kFragment = 0x3fff;  // more fragments, or an offset

std::uint16_t udp_sum(const IpAddress& source, const IpAddress& destination, Bytes datagram) {
    return folded(sum_words(source.bytes()) + sum_words(destination.bytes()) + datagram.size() +
                  kProtocolUdp + sum_words(datagram));
}

void write_u16(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}

/// The length of the IPv4 header, once it is one of an unfragmented UDP datagram.
Result<std::size_t> check_ipv4_header(Bytes packet) {
    if (packet.size() < kIpv4Header) {
        return malformed(0, "a packet of " + std::to_string(packet.size()) +
                                " bytes, an IPv4 header alone has 20");
    }
    if (packet[0] >> 4 != 4) {
        return malformed(0, "IP version " + std::to_string(packet[0] >> 4) + ", expected 4");
    }
    const std::size_t header = std::size_t{4} * (packet[0] & 0xf);
    if (header < kIpv4Header || header > packet.size()) {
        return malformed(0, "an IPv4 header of " + std::to_string(header) + " bytes, " +
                                std::to_string(packet.size()) + " are there");
    }
    if (folded(sum_words(packet.first(header))) != 0xffff) {
        return malformed(10, "a wrong IPv4 header checksum");
    }
    if ((read_u16(packet, 6) & kFragment) != 0) {
        return malformed(6, "a fragment");
    }
    if (packet[9] != kProtocolUdp) {
        return malformed(9, "protocol " + std::to_string(packet[9]) + ", expected 17 (UDP)");
    }
    return header;
}

}  // namespace

Result<Udp4Packet> parse_udp4_packet(Bytes packet) {
    const auto header = check_ipv4_header(packet);
    if (!header) {
        return Error{header.error()};
    }
    const std::size_t total = read_u16(packet, 2);
    if (total < *header + kUdpHeader || total > packet.size()) {
        return malformed(2, "an IPv4 total length of " + std::to_string(total) + ", " +
                                std::to_string(packet.size()) + " bytes are there");
    }
    const Bytes datagram = packet.subspan(*header, total - *header);
    const std::size_t length = read_u16(datagram, 4);
    if (length < kUdpHeader || length > datagram.size()) {
        return malformed(*header + 4, "a UDP length of " + std::to_string(length) + ", " +
                                          std::to_string(datagram.size()) + " bytes are there");
    }
    return Udp4Packet{*IpAddress::from_bytes(packet.subspan(12, 4)),
                      *IpAddress::from_bytes(packet.subspan(16, 4)),
                      read_u16(datagram, 0),
                      read_u16(datagram, 2),
                      datagram.subspan(kUdpHeader, length - kUdpHeader),
                      datagram.first(length)};
}

bool udp4_checksum_is_right(const Udp4Packet& packet) {
    return read_u16(packet.datagram, 6) == 0 ||
           udp_sum(packet.source, packet.destination, packet.datagram) == 0xffff;
}

void write_udp4_packet(const IpAddress& source, std::uint16_t source_port,
                       const IpAddress& destination, std::uint16_t destination_port, Bytes payload,
                       std::vector<std::uint8_t>& packet) {
    const auto length = static_cast<std::uint16_t>(kUdpHeader + payload.size());
    packet.assign(kIpv4Header + kUdpHeader, 0);
    packet[0] = 4 << 4 | 5;
    write_u16(packet, 2, static_cast<std::uint16_t>(kIpv4Header + length));
    packet[8] = kTimeToLive;
    packet[9] = kProtocolUdp;
    std::ranges::copy(source.bytes(), packet.begin() + 12);
    std::ranges::copy(destination.bytes(), packet.begin() + 16);
    write_u16(packet, 10,
              static_cast<std::uint16_t>(~folded(sum_words(Bytes(packet).first(kIpv4Header)))));
    write_u16(packet, kIpv4Header, source_port);
    write_u16(packet, kIpv4Header + 2, destination_port);
    write_u16(packet, kIpv4Header + 4, length);
    packet.insert(packet.end(), payload.begin(), payload.end());
    const auto sum = static_cast<std::uint16_t>(
        ~udp_sum(source, destination, Bytes(packet).subspan(kIpv4Header)));
    write_u16(packet, kIpv4Header + 6, sum == 0 ? std::uint16_t{0xffff} : sum);
}

}  // namespace mobility
