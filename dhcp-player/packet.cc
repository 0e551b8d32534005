// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads and writes Ethernet, IPv6 (RFC 8200), UDP (RFC 768) and the frame around ICMPv6.
#include "dhcp-player/packet.h"

#include <algorithm>

#include "dhcp-wire/network_order.h"

namespace mobility::player {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
constexpr std::size_t kUdpChecksum = 6;
constexpr std::size_t kIcmp6Checksum = 2;

void put_u16(std::vector<std::uint8_t>& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

void put(std::vector<std::uint8_t>& out, Bytes bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void write_headers(const Ends& ends, NextHeader next, std::uint8_t hop_limit, std::size_t payload,
                   std::vector<std::uint8_t>& out) {
    out.clear();
    put(out, ends.to_mac.bytes);
    put(out, ends.from_mac.bytes);
    put_u16(out, kEtherTypeIpv6);
    put_u16(out, 0x6000);
    put_u16(out, 0);
    put_u16(out, payload);
    out.push_back(static_cast<std::uint8_t>(next));
    out.push_back(hop_limit);
    put(out, ends.from.bytes());
    put(out, ends.to.bytes());
}

/// Behind write_headers() and the payload: puts the checksum at `offset` of the payload.
void fill_checksum(const Ends& ends, NextHeader next, std::size_t offset,
                   std::vector<std::uint8_t>& out) {
    const Bytes payload = Bytes(out).subspan(kEthernetHeader + kIpv6Header);
    std::uint16_t sum = upper_layer_checksum(ends.from, ends.to, next, payload);
    if (sum == 0 && next == NextHeader::kUdp) {
        sum = 0xffff;
    }
    out[kEthernetHeader + kIpv6Header + offset] = static_cast<std::uint8_t>(sum >> 8);
    out[kEthernetHeader + kIpv6Header + offset + 1] = static_cast<std::uint8_t>(sum);
}

std::uint64_t sum_of(Bytes bytes) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2) {
        sum += read_u16(bytes, at);
    }
    if (at < bytes.size()) {
        sum += static_cast<std::uint64_t>(bytes[at]) << 8;
    }
    return sum;
}

}  // namespace

std::uint16_t upper_layer_checksum(const IpAddress& from, const IpAddress& to, NextHeader next,
                                   Bytes payload) {
    std::uint64_t sum = sum_of(from.bytes()) + sum_of(to.bytes()) + payload.size() +
                        static_cast<std::uint64_t>(next) + sum_of(payload);
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

Result<Packet> parse_frame(Bytes frame) {
    if (frame.size() < kEthernetHeader + kIpv6Header) {
        return Error{"a frame of " + std::to_string(frame.size()) + " bytes holds no IPv6 header"};
    }
    const Bytes ip = frame.subspan(kEthernetHeader);
    if (read_u16(frame, 12) != kEtherTypeIpv6 || ip[0] >> 4 != 6) {
        return Error{"not IPv6"};
    }
    Packet packet;
    std::ranges::copy(frame.first(6), packet.ends.to_mac.bytes.begin());
    std::ranges::copy(frame.subspan(6, 6), packet.ends.from_mac.bytes.begin());
    packet.next_header = static_cast<NextHeader>(ip[6]);
    packet.hop_limit = ip[7];
    packet.ends.from = *IpAddress::from_bytes(ip.subspan(8, 16));
    packet.ends.to = *IpAddress::from_bytes(ip.subspan(24, 16));
    packet.payload = ip.subspan(kIpv6Header);
    packet.payload =
        packet.payload.first(std::min<std::size_t>(packet.payload.size(), read_u16(ip, 4)));
    if (packet.next_header != NextHeader::kUdp && packet.next_header != NextHeader::kIcmp6) {
        return Error{"next header " + std::to_string(ip[6]) + " is neither UDP nor ICMPv6"};
    }
    return packet;
}

Result<UdpDatagram> parse_udp(const Packet& packet, bool check_sum) {
    const Bytes udp = packet.payload;
    if (udp.size() < kUdpHeader) {
        return Error{"UDP header cut off after " + std::to_string(udp.size()) + " bytes"};
    }
    const std::size_t length = read_u16(udp, 4);
    if (length < kUdpHeader || length > udp.size()) {
        return Error{"UDP length " + std::to_string(length) + " in a payload of " +
                     std::to_string(udp.size())};
    }
    if (check_sum && upper_layer_checksum(packet.ends.from, packet.ends.to, NextHeader::kUdp,
                                          udp.first(length)) != 0) {
        return Error{"wrong UDP checksum"};
    }
    return UdpDatagram{read_u16(udp, 0), read_u16(udp, 2),
                       udp.subspan(kUdpHeader, length - kUdpHeader)};
}

void write_udp_frame(const Ends& ends, std::uint16_t from_port, std::uint16_t to_port, Bytes data,
                     std::vector<std::uint8_t>& out) {
    constexpr std::uint8_t kHopLimit = 64;
    write_headers(ends, NextHeader::kUdp, kHopLimit, kUdpHeader + data.size(), out);
    put_u16(out, from_port);
    put_u16(out, to_port);
    put_u16(out, kUdpHeader + data.size());
    put_u16(out, 0);
    put(out, data);
    fill_checksum(ends, NextHeader::kUdp, kUdpChecksum, out);
}

void write_icmp6_frame(const Ends& ends, Bytes message, std::vector<std::uint8_t>& out) {
    constexpr std::uint8_t kHopLimit = 255;
    write_headers(ends, NextHeader::kIcmp6, kHopLimit, message.size(), out);
    put(out, message);
    out[kEthernetHeader + kIpv6Header + kIcmp6Checksum] = 0;
    out[kEthernetHeader + kIpv6Header + kIcmp6Checksum + 1] = 0;
    fill_checksum(ends, NextHeader::kIcmp6, kIcmp6Checksum, out);
}

}  // namespace mobility::player
