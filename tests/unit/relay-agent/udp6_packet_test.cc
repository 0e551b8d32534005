// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Packets as a packet socket delivers them: lengths, padding, checksums.
#include "relay-agent/udp6_packet.h"

#include <gtest/gtest.h>

#include "tests/unit/dhcp-wire/hex.h"

namespace mobility {
namespace {

const std::string kAddresses = "fe80000000000000000000000000000c ff020000000000000000000000010002 ";

/// A Solicit of four bytes from port 546 to 547; the checksum follows.
const std::string kPacket = "60000000 000c 11 01 " + kAddresses + "0222 0223 000c";
const std::string kSolicit = "01abcdef";

/// The ones' complement of the sum, worked out the slow way.
std::string checksum(const std::string& hex) {
    auto bytes = from_hex(hex);
    std::uint32_t sum = 17 + static_cast<std::uint32_t>(bytes.size()) - 40;
    for (std::size_t at = 8; at < bytes.size(); ++at) {
        sum += at % 2 == 0 ? bytes[at] * 256U : bytes[at];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    char text[5];
    std::snprintf(text, sizeof text, "%04x", ~sum & 0xffff);
    return text;
}

std::string good_packet() { return kPacket + checksum(kPacket + "0000" + kSolicit) + kSolicit; }

TEST(Udp6Packet, IsReadToItsPayload) {
    const auto bytes = from_hex(good_packet());
    const auto packet = parse_udp6_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->source.text(), "fe80::c");
    EXPECT_EQ(packet->destination.text(), "ff02::1:2");
    EXPECT_EQ(packet->source_port, 546);
    EXPECT_EQ(packet->destination_port, 547);
    EXPECT_EQ(packet->payload.size(), 4U);
    EXPECT_TRUE(udp6_checksum_is_right(*packet));
}

TEST(Udp6Packet, ThePaddingOfShortFramesIsNoPayload) {
    const auto bytes = from_hex(good_packet() + zeros(6));
    const auto packet = parse_udp6_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->payload.size(), 4U);
    EXPECT_TRUE(udp6_checksum_is_right(*packet));
}

TEST(Udp6Packet, AnyChangedByteIsSeenByTheChecksum) {
    const auto good = from_hex(good_packet());
    for (std::size_t at = 8; at < good.size(); ++at) {
        if (at == 44 || at == 45) {
            continue;  // the UDP length, which the reader checks
        }
        auto changed = good;
        changed[at] ^= 0x10;
        const auto packet = parse_udp6_packet(changed);
        ASSERT_TRUE(packet) << at;
        EXPECT_FALSE(udp6_checksum_is_right(*packet)) << at;
    }
}

TEST(Udp6Packet, Rfc8200AChecksumOfZeroIsNotAllowed) {
    const auto bytes = from_hex(kPacket + "0000" + kSolicit);
    const auto packet = parse_udp6_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_FALSE(udp6_checksum_is_right(*packet));
}

TEST(Udp6Packet, AnOddByteCountsInTheChecksum) {
    const std::string odd = "60000000 000d 11 01 " + kAddresses + "0222 0223 000d";
    auto bytes = from_hex(odd + "0000" + kSolicit + "07");
    std::uint32_t sum = 17 + 13;
    for (std::size_t at = 8; at < bytes.size(); ++at) {
        sum += at % 2 == 0 ? bytes[at] * 256U : bytes[at];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    bytes[46] = static_cast<std::uint8_t>(~sum >> 8);
    bytes[47] = static_cast<std::uint8_t>(~sum);
    EXPECT_TRUE(udp6_checksum_is_right(*parse_udp6_packet(bytes)));
}

struct Row {
    std::string hex;
    std::string error;
};

const std::vector<Row> kRows = {
    {"", "offset 0: a packet of 0 bytes, an IPv6 header alone has 40"},
    {zeros(39), "offset 0: a packet of 39 bytes, an IPv6 header alone has 40"},
    {"45" + zeros(47), "offset 0: IP version 4, expected 6"},
    {"60000000 0008 3a 01" + zeros(40), "offset 6: next header 58, expected 17 (UDP)"},
    {"60000000 0008 00 01" + zeros(40), "offset 6: next header 0, expected 17 (UDP)"},
    {"60000000 0009 11 01" + zeros(40), "offset 4: an IPv6 payload of 9 bytes, 8 are there"},
    {"60000000 ffff 11 01" + zeros(40), "offset 4: an IPv6 payload of 65535 bytes, 8 are there"},
    {"60000000 0007 11 01" + zeros(40),
     "offset 0: a UDP datagram of 7 bytes, its header alone has 8"},
    {"60000000 0000 11 01" + zeros(40),
     "offset 0: a UDP datagram of 0 bytes, its header alone has 8"},
    {"60000000 0008 11 01" + zeros(32) + "0222 0223 0007 0000",
     "offset 4: a UDP length of 7, 8 bytes are there"},
    {"60000000 0008 11 01" + zeros(32) + "0222 0223 0000 0000",
     "offset 4: a UDP length of 0, 8 bytes are there"},
    {"60000000 0008 11 01" + zeros(32) + "0222 0223 0009 0000",
     "offset 4: a UDP length of 9, 8 bytes are there"},
};

TEST(Udp6Packet, MalformedOnesAreRefusedWithWhereAndWhat) {
    for (const Row& row : kRows) {
        const auto bytes = from_hex(row.hex);
        const auto packet = parse_udp6_packet(bytes);
        ASSERT_FALSE(packet) << row.hex;
        EXPECT_EQ(packet.error(), row.error);
    }
}

}  // namespace
}  // namespace mobility
