// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Frames, against a captured one and against each other.
#include "dhcp-player/packet.h"

#include <gtest/gtest.h>

namespace mobility::player {
namespace {

const Ends kEnds{.from_mac = *MacAddress::parse("02:6d:6e:00:00:11"),
                 .to_mac = *MacAddress::parse("33:33:00:01:00:02"),
                 .from = *IpAddress::parse("fe80::6d:6eff:fe00:11"),
                 .to = *IpAddress::parse("ff02::1:2")};

std::vector<std::uint8_t> udp_frame(std::vector<std::uint8_t> data = {1, 2, 3}) {
    std::vector<std::uint8_t> frame;
    write_udp_frame(kEnds, 546, 547, data, frame);
    return frame;
}

TEST(Packet, AWrittenUdpFrameIsReadBack) {
    const auto frame = udp_frame();
    ASSERT_EQ(frame.size(), 14U + 40U + 8U + 3U);
    const auto packet = parse_frame(frame);
    ASSERT_TRUE(packet) << packet.error();
    EXPECT_EQ(packet->ends.from_mac, kEnds.from_mac);
    EXPECT_EQ(packet->ends.to_mac, kEnds.to_mac);
    EXPECT_EQ(packet->ends.from, kEnds.from);
    EXPECT_EQ(packet->ends.to, kEnds.to);
    const auto udp = parse_udp(*packet, true);
    ASSERT_TRUE(udp) << udp.error();
    EXPECT_EQ(udp->from_port, 546);
    EXPECT_EQ(udp->to_port, 547);
    EXPECT_EQ(std::vector<std::uint8_t>(udp->data.begin(), udp->data.end()),
              (std::vector<std::uint8_t>{1, 2, 3}));
}

// Computed by hand: RFC 8200 section 8.1 over :: -> ::1, length 8, next header 17, ports 1 and 2.
TEST(Packet, ChecksumIsThatOfRfc8200Section81) {
    const std::vector<std::uint8_t> udp{0, 1, 0, 2, 0, 8, 0, 0};
    const auto sum = upper_layer_checksum(*IpAddress::parse("::"), *IpAddress::parse("::1"),
                                          NextHeader::kUdp, udp);
    EXPECT_EQ(sum, static_cast<std::uint16_t>(~(1 + 8 + 17 + 1 + 2 + 8)));
}

TEST(Packet, AChangedByteIsNoticedUnlessTheChecksumWasLeftToHardware) {
    auto frame = udp_frame();
    frame.back() ^= 1;
    const auto packet = parse_frame(frame);
    ASSERT_TRUE(packet);
    const auto checked = parse_udp(*packet, true);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error(), "wrong UDP checksum");
    EXPECT_TRUE(parse_udp(*packet, false));
}

TEST(Packet, PaddingBehindTheIpv6PayloadIsNotPartOfIt) {
    auto frame = udp_frame();
    frame.insert(frame.end(), 20, 0xee);
    const auto packet = parse_frame(frame);
    ASSERT_TRUE(packet);
    const auto udp = parse_udp(*packet, true);
    ASSERT_TRUE(udp) << udp.error();
    EXPECT_EQ(udp->data.size(), 3U);
}

TEST(Packet, EveryCutFrameIsRefusedOrShorter) {
    const auto frame = udp_frame();
    for (std::size_t size = 0; size < frame.size(); ++size) {
        const auto packet = parse_frame(Bytes(frame).first(size));
        EXPECT_EQ(static_cast<bool>(packet), size >= 54) << size;
        if (packet) {
            EXPECT_FALSE(parse_udp(*packet, true)) << size;
        }
    }
}

TEST(Packet, OtherProtocolsAreRefusedByName) {
    auto frame = udp_frame();
    frame[20] = 6;
    EXPECT_EQ(parse_frame(frame).error(), "next header 6 is neither UDP nor ICMPv6");
    frame[12] = 0x08;
    EXPECT_EQ(parse_frame(frame).error(), "not IPv6");
}

TEST(Packet, AUdpLengthThatDoesNotFitIsRefused) {
    auto frame = udp_frame();
    frame[14 + 40 + 5] = 200;
    EXPECT_EQ(parse_udp(*parse_frame(frame), false).error(), "UDP length 200 in a payload of 11");
    frame[14 + 40 + 5] = 7;
    EXPECT_FALSE(parse_udp(*parse_frame(frame), false));
}

TEST(Packet, AnIcmp6FrameHasARightChecksumAndHopLimit255) {
    std::vector<std::uint8_t> frame;
    write_icmp6_frame(kEnds, std::vector<std::uint8_t>{128, 0, 9, 9, 0, 1, 0, 2, 7}, frame);
    const auto packet = parse_frame(frame);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->hop_limit, 255);
    EXPECT_EQ(upper_layer_checksum(kEnds.from, kEnds.to, NextHeader::kIcmp6, packet->payload), 0);
}

}  // namespace
}  // namespace mobility::player
