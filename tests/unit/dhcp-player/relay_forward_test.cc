// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Relay headers around a message, and what a Relay-reply must look like.
#include "dhcp-player/relay_forward.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {
namespace {

const IpAddress kLink = *IpAddress::parse("2001:db8:a000:1::1");
const std::vector<std::uint8_t> kConfirm{4, 0, 0, 1};
const std::vector<std::uint8_t> kReply{7, 0, 0, 1};

RelayHeader header() {
    RelayHeader header;
    header.link_address = kLink;
    header.interface_id = {'a', 'c', 'c', 'e', 's', 's'};
    header.client_link_layer = true;
    return header;
}

std::vector<std::uint8_t> forward(const RelayChain& chain) {
    std::vector<std::uint8_t> out;
    EXPECT_TRUE(write_relay_forward(chain, identity_of(17), kConfirm, out));
    return out;
}

/// The Relay-reply that a server makes of a Relay-forward: the same headers.
std::vector<std::uint8_t> reply_to(const RelayChain& chain, const IpAddress& mn) {
    std::vector<std::uint8_t> inner = kReply;
    for (const RelayHeader& level : chain) {
        std::vector<std::uint8_t> out;
        Dhcp6Writer writer(out);
        writer.relay_message_header(Dhcp6MessageType::kRelayReply, 0, level.link_address,
                                    level.peer_address.value_or(mn));
        if (!level.interface_id.empty()) {
            writer.interface_id(Bytes(level.interface_id));
        }
        writer.relay_message(inner);
        inner = out;
    }
    return inner;
}

TEST(RelayForward, SaysWhereTheMnIsAndItsMac) {
    const auto bytes = forward({header()});
    const auto relayed = parse_dhcp6_relay_message(bytes);
    ASSERT_TRUE(relayed) << relayed.error();
    EXPECT_EQ(relayed->hop_count, 0);
    EXPECT_EQ(relayed->link_address, kLink);
    EXPECT_EQ(relayed->peer_address, identity_of(17).link_local);
    EXPECT_TRUE(std::ranges::equal(relayed->relay_message.data, kConfirm));
    const auto mac = parse_dhcp6_link_layer_address(
        *relayed->options.find(Dhcp6OptionCode::kClientLinkLayerAddress));
    EXPECT_TRUE(std::ranges::equal(mac->address, identity_of(17).mac.bytes));
}

TEST(RelayForward, HasALevelForEachRelayAgentWithRisingHopCounts) {
    RelayHeader lower;
    RelayHeader upper = header();
    upper.peer_address = *IpAddress::parse("fe80::77");
    const auto bytes = forward({lower, upper});
    const auto outer = parse_dhcp6_relay_message(bytes);
    ASSERT_TRUE(outer);
    EXPECT_EQ(outer->hop_count, 1);
    EXPECT_EQ(outer->peer_address.text(), "fe80::77");
    const auto inner = parse_dhcp6_relay_message(outer->relay_message.data);
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->hop_count, 0);
    EXPECT_TRUE(inner->link_address.is_unspecified());
    EXPECT_EQ(inner->peer_address, identity_of(17).link_local);
}

TEST(RelayForward, CanLieAboutPeerMacAndHops) {
    RelayHeader lying = header();
    lying.peer_address = *IpAddress::parse("fe80::bad");
    lying.client_mac = MacAddress{{2, 9, 9, 9, 9, 9}};
    lying.hop_count = 31;
    const auto bytes = forward({lying});
    const auto relayed = parse_dhcp6_relay_message(bytes);
    EXPECT_EQ(relayed->hop_count, 31);
    EXPECT_EQ(relayed->peer_address.text(), "fe80::bad");
    const auto mac = parse_dhcp6_link_layer_address(
        *relayed->options.find(Dhcp6OptionCode::kClientLinkLayerAddress));
    EXPECT_EQ(mac->address[1], 9);
}

TEST(RelayReply, IsUnwrappedLevelByLevel) {
    const IpAddress mn = identity_of(17).link_local;
    RelayHeader upper = header();
    upper.peer_address = *IpAddress::parse("fe80::77");
    const RelayChain chain{RelayHeader{}, upper};
    const auto datagram = reply_to(chain, mn);
    const auto answer = read_relay_reply(chain, datagram);
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->peer_address, mn);
    EXPECT_TRUE(std::ranges::equal(answer->message, kReply));
    EXPECT_TRUE(std::ranges::equal(*innermost_message(datagram), kReply));
}

TEST(RelayReply, ErrorsNameWhatIsNotAsItWasSent) {
    const IpAddress mn = identity_of(17).link_local;
    const RelayChain sent{header()};
    RelayChain other = sent;
    other[0].link_address = *IpAddress::parse("2001:db8:a000:2::1");
    EXPECT_EQ(read_relay_reply(sent, reply_to(other, mn)).error(),
              "a Relay-reply with link-address 2001:db8:a000:2::1; expected 2001:db8:a000:1::1");
    other = sent;
    other[0].interface_id = {'x'};
    EXPECT_EQ(read_relay_reply(sent, reply_to(other, mn)).error(),
              "a Relay-reply with another Interface-ID than was sent");
    EXPECT_EQ(read_relay_reply(sent, forward(sent)).error(),
              "a RELAY-FORW came; expected a Relay-reply");
    const RelayChain twice{header(), header()};
    EXPECT_EQ(read_relay_reply(sent, reply_to(twice, mn)).error(),
              "a Relay-reply with more levels than were sent");
    EXPECT_FALSE(read_relay_reply(twice, reply_to(sent, mn)));
    EXPECT_FALSE(read_relay_reply(sent, kReply));
    EXPECT_FALSE(innermost_message(kReply));
}

}  // namespace
}  // namespace mobility::player
