// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How an AR finds an MN: neighbour discovery and echo.
#include "dhcp-player/neighbour.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mobility::player {
namespace {

const MacAddress kArMac = *MacAddress::parse("00:00:5e:00:52:13");
const MacAddress kMnMac = *MacAddress::parse("02:6d:6e:00:00:11");
const IpAddress kAr = *IpAddress::parse("fe80::200:5eff:fe00:5213");
const IpAddress kTarget = *IpAddress::parse("2001:db8:d000::1");

std::vector<std::uint8_t> solicitation(const IpAddress& from, const IpAddress& target) {
    std::vector<std::uint8_t> message{135, 0, 0, 0, 0, 0, 0, 0};
    message.insert(message.end(), target.bytes().begin(), target.bytes().end());
    std::vector<std::uint8_t> frame;
    const IpAddress group = *IpAddress::parse("ff02::1:ff00:1");
    write_icmp6_frame(
        {.from_mac = kArMac, .to_mac = multicast_mac(group), .from = from, .to = group}, message,
        frame);
    return frame;
}

TEST(Neighbour, ASolicitationIsAnsweredToItsSender) {
    const auto frame = solicitation(kAr, kTarget);
    const auto asked = parse_frame(frame);
    ASSERT_EQ(solicited_address(*asked), kTarget);
    std::vector<std::uint8_t> answer;
    write_neighbour_advertisement(*asked, kTarget, kMnMac, answer);
    const auto packet = parse_frame(answer);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->ends.to_mac, kArMac);
    EXPECT_EQ(packet->ends.to, kAr);
    EXPECT_EQ(packet->ends.from, kTarget);
    EXPECT_EQ(packet->payload[0], 136);
    EXPECT_EQ(packet->payload[4], 0x60);  // solicited, override; not a router
    EXPECT_EQ(packet->payload[24], 2);    // target link-layer address
    EXPECT_TRUE(std::ranges::equal(packet->payload.subspan(26), kMnMac.bytes));
}

TEST(Neighbour, DuplicateAddressDetectionIsAnsweredToAllNodes) {
    const auto frame = solicitation(IpAddress{}, kTarget);
    std::vector<std::uint8_t> answer;
    write_neighbour_advertisement(*parse_frame(frame), kTarget, kMnMac, answer);
    const auto packet = parse_frame(answer);
    EXPECT_EQ(packet->ends.to.text(), "ff02::1");
    EXPECT_EQ(packet->ends.to_mac.text(), "33:33:00:00:00:01");
    EXPECT_EQ(packet->payload[4], 0x20);
}

TEST(Neighbour, SolicitationsThatRfc4861Section711DiscardsAreIgnored) {
    auto routed = solicitation(kAr, kTarget);
    routed[14 + 7] = 254;
    EXPECT_FALSE(solicited_address(*parse_frame(routed)));
    auto other_code = solicitation(kAr, kTarget);
    other_code[14 + 40 + 1] = 1;
    EXPECT_FALSE(solicited_address(*parse_frame(other_code)));
    const auto cut = solicitation(kAr, kTarget);
    EXPECT_FALSE(solicited_address(*parse_frame(Bytes(cut).first(cut.size() - 1))));
    const auto multicast = solicitation(kAr, *IpAddress::parse("ff02::1"));
    EXPECT_FALSE(solicited_address(*parse_frame(multicast)));
}

TEST(Neighbour, ARouterSolicitationCarriesTheMnsMac) {
    std::vector<std::uint8_t> frame;
    write_router_solicitation(link_local_address(kMnMac), kMnMac, frame);
    const auto packet = parse_frame(frame);
    EXPECT_EQ(packet->ends.to.text(), "ff02::2");
    EXPECT_EQ(packet->payload[0], 133);
    EXPECT_EQ(packet->payload[8], 1);  // source link-layer address
    EXPECT_TRUE(std::ranges::equal(packet->payload.subspan(10), kMnMac.bytes));
}

TEST(Neighbour, AnEchoReplyGoesBackWithTheSameContents) {
    std::vector<std::uint8_t> request;
    write_icmp6_frame({.from_mac = kArMac, .to_mac = kMnMac, .from = kAr, .to = kTarget},
                      std::vector<std::uint8_t>{128, 0, 0, 0, 0, 7, 0, 8, 'h', 'i'}, request);
    ASSERT_TRUE(is_echo_request(*parse_frame(request)));
    std::vector<std::uint8_t> reply;
    write_echo_reply(*parse_frame(request), kMnMac, reply);
    const auto packet = parse_frame(reply);
    EXPECT_EQ(packet->ends.to_mac, kArMac);
    EXPECT_EQ(packet->ends.from, kTarget);
    EXPECT_EQ(packet->payload[0], 129);
    EXPECT_TRUE(std::ranges::equal(packet->payload.subspan(4),
                                   std::vector<std::uint8_t>{0, 7, 0, 8, 'h', 'i'}));
    EXPECT_FALSE(is_echo_request(*packet));
}

}  // namespace
}  // namespace mobility::player
