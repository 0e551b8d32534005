// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// IPv4 packets as a packet socket delivers them and as it is given them.
#include "relay-agent/udp4_packet.h"

#include <gtest/gtest.h>

#include "tests/unit/dhcp-wire/hex.h"

namespace mobility {
namespace {

/// Header checksums and UDP checksums of these were worked out by hand (RFC 1071).
const std::string kHeader = "45000020 00000000 4011 7ace 00000000 ffffffff ";
const std::string kPacket = kHeader + "0044 0043 000c 2fb5 01abcdef";

TEST(Udp4Packet, IsReadToItsPayload) {
    const auto bytes = from_hex(kPacket);
    const auto packet = parse_udp4_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->source.text(), "0.0.0.0");
    EXPECT_EQ(packet->destination.text(), "255.255.255.255");
    EXPECT_EQ(packet->source_port, 68);
    EXPECT_EQ(packet->destination_port, 67);
    EXPECT_EQ(packet->payload.size(), 4U);
    EXPECT_TRUE(udp4_checksum_is_right(*packet));
}

TEST(Udp4Packet, ThePaddingOfShortFramesIsNoPayload) {
    const auto bytes = from_hex(kPacket + zeros(14));
    const auto packet = parse_udp4_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->payload.size(), 4U);
    EXPECT_TRUE(udp4_checksum_is_right(*packet));
}

TEST(Udp4Packet, OptionsOfTheHeaderAreStridden) {
    // 24 bytes of header, the last four of them no-operations.
    auto bytes = from_hex(
        "46000024 00000000 4011 77c8 00000000 ffffffff 01010101"
        "0044 0043 000c 2fb5 01abcdef");
    const auto packet = parse_udp4_packet(bytes);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->payload.size(), 4U);
    EXPECT_TRUE(udp4_checksum_is_right(*packet));
}

TEST(Udp4Packet, AnyChangedByteIsSeenByAChecksum) {
    const auto good = from_hex(kPacket);
    for (std::size_t at = 0; at < good.size(); ++at) {
        if (at == 24 || at == 25) {
            continue;  // the UDP length, which the reader checks
        }
        auto changed = good;
        changed[at] ^= 0x10;
        const auto packet = parse_udp4_packet(changed);
        EXPECT_FALSE(packet && udp4_checksum_is_right(*packet)) << at;
    }
}

TEST(Udp4Packet, Rfc768AChecksumOfZeroIsNone) {
    const auto bytes = from_hex(kHeader + "0044 0043 000c 0000 01abcdef");
    EXPECT_TRUE(udp4_checksum_is_right(*parse_udp4_packet(bytes)));
}

TEST(Udp4Packet, WhatIsWrittenIsReadAsTheSame) {
    for (const std::size_t size : {0U, 1U, 4U, 301U, 1472U}) {
        std::vector<std::uint8_t> payload(size, 0xa7);
        std::vector<std::uint8_t> bytes{9, 9, 9};
        write_udp4_packet(*IpAddress::parse("198.51.100.1"), 67, *IpAddress::parse("10.0.0.9"), 68,
                          payload, bytes);
        const auto packet = parse_udp4_packet(bytes);
        ASSERT_TRUE(packet) << packet.error();
        EXPECT_EQ(packet->source.text(), "198.51.100.1");
        EXPECT_EQ(packet->destination.text(), "10.0.0.9");
        EXPECT_EQ(packet->source_port, 67);
        EXPECT_EQ(packet->destination_port, 68);
        EXPECT_EQ(std::vector<std::uint8_t>(packet->payload.begin(), packet->payload.end()),
                  payload);
        EXPECT_TRUE(udp4_checksum_is_right(*packet));
    }
}

TEST(Udp4Packet, Rfc768AChecksumThatComesOutAsZeroIsWrittenAsOnes) {
    std::vector<std::uint8_t> bytes;
    const IpAddress none = *IpAddress::parse("0.0.0.0");
    // Protocol 17, twice the length 10, ports 67 and 68: what is missing to 0xffff.
    const std::vector<std::uint8_t> payload = from_hex("ff53");
    write_udp4_packet(none, 67, none, 68, payload, bytes);
    EXPECT_EQ(bytes[26], 0xff);
    EXPECT_EQ(bytes[27], 0xff);
    EXPECT_TRUE(udp4_checksum_is_right(*parse_udp4_packet(bytes)));
}

struct Row {
    std::string hex;
    std::string error;
};

const std::vector<Row> kRows = {
    {"", "offset 0: a packet of 0 bytes, an IPv4 header alone has 20"},
    {zeros(19), "offset 0: a packet of 19 bytes, an IPv4 header alone has 20"},
    {"60" + zeros(47), "offset 0: IP version 6, expected 4"},
    {"44" + zeros(47), "offset 0: an IPv4 header of 16 bytes, 48 are there"},
    {"4f" + zeros(58), "offset 0: an IPv4 header of 60 bytes, 59 are there"},
    {"45000020 00000000 4011 7acf 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 10: a wrong IPv4 header checksum"},
    {"45000020 00002000 4011 5ace 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 6: a fragment"},
    {"45000020 00000001 4011 7acd 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 6: a fragment"},
    {"45000020 00000000 4006 7ad9 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 9: protocol 6, expected 17 (UDP)"},
    {"4500001b 00000000 4011 7ad3 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 2: an IPv4 total length of 27, 32 bytes are there"},
    {"45000021 00000000 4011 7acd 00000000 ffffffff 0044 0043 000c 0000 01abcdef",
     "offset 2: an IPv4 total length of 33, 32 bytes are there"},
    {kHeader + "0044 0043 0007 0000 01abcdef", "offset 24: a UDP length of 7, 12 bytes are there"},
    {kHeader + "0044 0043 000d 0000 01abcdef", "offset 24: a UDP length of 13, 12 bytes are there"},
};

TEST(Udp4Packet, MalformedOnesAreRefusedWithWhereAndWhat) {
    for (const Row& row : kRows) {
        const auto bytes = from_hex(row.hex);
        const auto packet = parse_udp4_packet(bytes);
        ASSERT_FALSE(packet) << row.hex;
        EXPECT_EQ(packet.error(), row.error);
    }
}

}  // namespace
}  // namespace mobility
