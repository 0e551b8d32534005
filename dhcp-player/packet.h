// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Ethernet frames with IPv6, UDP and ICMPv6 inside: how an MN looks on its access link.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-player/mac_address.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

enum class NextHeader : std::uint8_t { kUdp = 17, kIcmp6 = 58 };

/// Both ends of a packet, on the link and in IPv6.
struct Ends {
    MacAddress from_mac;
    MacAddress to_mac;
    IpAddress from;
    IpAddress to;
};

/// A view of a received frame.
struct Packet {
    Ends ends;
    std::uint8_t hop_limit = 0;
    NextHeader next_header{};
    /// As long as the IPv6 header says, or shorter where the capture was.
    Bytes payload;
};

struct UdpDatagram {
    std::uint16_t from_port = 0;
    std::uint16_t to_port = 0;
    Bytes data;
};

/// An error for anything but IPv6 with UDP or ICMPv6 directly behind the header.
Result<Packet> parse_frame(Bytes frame);
/// `check_sum`: false where the kernel says that the checksum was left to the hardware.
Result<UdpDatagram> parse_udp(const Packet& packet, bool check_sum);

/// Each empties `out` and writes a whole frame with its checksum.
void write_udp_frame(const Ends& ends, std::uint16_t from_port, std::uint16_t to_port, Bytes data,
                     std::vector<std::uint8_t>& out);
/// `message` from its type on; the two bytes of its checksum are filled in. Hop limit 255.
void write_icmp6_frame(const Ends& ends, Bytes message, std::vector<std::uint8_t>& out);

/// The Internet checksum of an upper-layer packet (RFC 8200 section 8.1): 0 when the one inside
/// `payload` is right.
std::uint16_t upper_layer_checksum(const IpAddress& from, const IpAddress& to, NextHeader next,
                                   Bytes payload);

}  // namespace mobility::player
