// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Headers of client/server messages (RFC 9915 section 8) and of relay messages (section 9).
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_message.h"
#include "hex.h"

namespace mobility {
namespace {

const std::string kLink = "20010db8000000000000000000000001";
const std::string kPeer = "fe80000000000000020000fffe000001";

TEST(Dhcp6Message, Section8HeaderHasATypeAndATransaction) {
    const auto bytes = from_hex("04 abcdef  0001 0003 000301");
    const auto message = parse_dhcp6_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(message->type, Dhcp6MessageType::kConfirm);
    EXPECT_EQ(message->transaction_id, 0xabcdefU);
    EXPECT_TRUE(message->options.find(Dhcp6OptionCode::kClientId));
}

TEST(Dhcp6Message, OfAnUnknownTypeIsReadLikeAnyOther) {
    const auto bytes = from_hex("f0 000001");
    const auto message = parse_dhcp6_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(message->type, static_cast<Dhcp6MessageType>(0xf0));
}

TEST(Dhcp6RelayMessage, Section9HeaderHasHopCountAndTwoAddresses) {
    const auto bytes = from_hex("0c 03" + kLink + kPeer + "0012 0004 65746830  0009 0004 01000001");
    const auto relay = parse_dhcp6_relay_message(bytes);
    ASSERT_TRUE(relay) << relay.error();
    EXPECT_EQ(relay->type, Dhcp6MessageType::kRelayForward);
    EXPECT_EQ(relay->hop_count, 3);
    EXPECT_EQ(relay->link_address.text(), "2001:db8::1");
    EXPECT_EQ(relay->peer_address.text(), "fe80::200:ff:fe00:1");
    ASSERT_TRUE(relay->interface_id);
    EXPECT_EQ(std::string(relay->interface_id->begin(), relay->interface_id->end()), "eth0");
    EXPECT_EQ(relay->relay_message.offset, 46U);
    EXPECT_EQ(relay->relay_message.data.size(), 4U);
}

TEST(Dhcp6RelayMessage, InterfaceIdMayBeAbsentOrEmpty) {
    const auto without = from_hex("0d 00" + kLink + kPeer + "0009 0001 07");
    const auto relay = parse_dhcp6_relay_message(without);
    ASSERT_TRUE(relay) << relay.error();
    EXPECT_FALSE(relay->interface_id);
    const auto empty = from_hex("0d 00" + kLink + kPeer + "0009 0001 07 0012 0000");
    const auto with = parse_dhcp6_relay_message(empty);
    ASSERT_TRUE(with) << with.error();
    ASSERT_TRUE(with->interface_id);
    EXPECT_TRUE(with->interface_id->empty());
}

TEST(Dhcp6RelayMessage, NestsAndErrorsNameTheOffsetInTheWholeDatagram) {
    const auto bytes = from_hex("0c 01" + kLink + kPeer + "0009 0028" +  //
                                "0c 00" + kLink + kPeer + "0009 0063 01 00");
    const auto outer = parse_dhcp6_relay_message(bytes);
    ASSERT_TRUE(outer) << outer.error();
    const auto inner =
        parse_dhcp6_relay_message(outer->relay_message.data, outer->relay_message.offset);
    ASSERT_FALSE(inner);
    EXPECT_EQ(inner.error(), "offset 72: RELAY_MSG (9) claims 99 bytes, 2 are left");
}

}  // namespace
}  // namespace mobility
