// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// RFC 9915 section 19.1: relaying a client message or a Relay-forward message.
#include <gtest/gtest.h>

#include "relay-agent/attestor.h"
#include "scene.h"

namespace mobility {
namespace {

using Type = Dhcp6MessageType;

class FromAccessLink : public testing::Test {
protected:
    std::string relay(const FromAccess& received) {
        return verdict(relay_.relay_from_access(received, out_));
    }
    std::string relay_client_message(const Message& message) { return relay(from_client(message)); }
    std::string relay_lower(const Message& message, const IpAddress& source,
                            bool multicast = false) {
        return relay({0, source, multicast, Dhcp6LinkLayerAddress{1, kMac}, message});
    }
    /// What was written for the servers.
    Dhcp6RelayMessage forward() const { return *parse_dhcp6_relay_message(out_); }

    Dhcp6Relay relay_ = make_relay();
    Message out_;
};

Message lower_relay_forward(std::uint8_t hop_count) {
    return relay_message(Type::kRelayForward, hop_count, kLowerLink, ip("fe80::77"),
                         client_message(Type::kSolicit));
}

TEST_F(FromAccessLink, Section19_1TheMessageIsCopiedUnchangedIntoRelayMessage) {
    const Message solicit = client_message(Type::kSolicit);
    ASSERT_EQ(relay_client_message(solicit), "relayed");
    const Bytes inner = forward().relay_message.data;
    EXPECT_EQ(Message(inner.begin(), inner.end()), solicit);
    EXPECT_EQ(forward().type, Type::kRelayForward);
}

TEST_F(FromAccessLink, Section19_1_1TheClientsAddressIsThePeerAddress) {
    ASSERT_EQ(relay_client_message(client_message(Type::kSolicit)), "relayed");
    EXPECT_EQ(forward().peer_address, kClient);
}

TEST_F(FromAccessLink, Section19_1_1LinkAddressIsTheGlobalOneOfTheLink) {
    const Message message = client_message(Type::kSolicit);
    FromAccess received = from_client(message);
    ASSERT_EQ(relay(received), "relayed");
    EXPECT_EQ(forward().link_address, kLink1);
    received.access_interface = 1;
    ASSERT_EQ(relay(received), "relayed");
    EXPECT_EQ(forward().link_address, kLink2);
}

TEST_F(FromAccessLink, Section19_1_1HopCountIsZero) {
    ASSERT_EQ(relay_client_message(client_message(Type::kSolicit)), "relayed");
    EXPECT_EQ(forward().hop_count, 0);
}

TEST_F(FromAccessLink, InterfaceIdIsAlwaysAddedForClientsAndForLowerRelays) {
    const Message message = client_message(Type::kConfirm);
    FromAccess received = from_client(message);
    received.access_interface = 1;
    ASSERT_EQ(relay(received), "relayed");
    EXPECT_EQ(std::string(forward().interface_id->begin(), forward().interface_id->end()),
              "floor 2");
    ASSERT_EQ(relay_lower(lower_relay_forward(0), ip("fe80::77")), "relayed");
    EXPECT_EQ(std::string(forward().interface_id->begin(), forward().interface_id->end()), "wlan0");
}

TEST_F(FromAccessLink, Rfc6939TheClientsLinkLayerAddressIsAdded) {
    ASSERT_EQ(relay_client_message(client_message(Type::kSolicit)), "relayed");
    const auto option = forward().options.find(Dhcp6OptionCode::kClientLinkLayerAddress);
    ASSERT_TRUE(option);
    const auto address = parse_dhcp6_link_layer_address(*option);
    EXPECT_EQ(address->hardware_type, 1);
    EXPECT_EQ(Message(address->address.begin(), address->address.end()), kMac);
}

TEST_F(FromAccessLink, Rfc6939ALinkLayerAddressThatIsNotKnownIsNotGuessed) {
    const Message message = client_message(Type::kSolicit);
    FromAccess received = from_client(message);
    received.link_layer_source.reset();
    ASSERT_EQ(relay(received), "relayed");
    EXPECT_FALSE(forward().options.find(Dhcp6OptionCode::kClientLinkLayerAddress));
}

TEST_F(FromAccessLink, Rfc6939ALowerRelaysLinkLayerAddressIsNotTheClients) {
    ASSERT_EQ(relay_lower(lower_relay_forward(0), ip("fe80::77"), true), "relayed");
    EXPECT_FALSE(forward().options.find(Dhcp6OptionCode::kClientLinkLayerAddress));
}

TEST_F(FromAccessLink, EveryClientMessageIsRelayed) {
    for (const Type type : {Type::kSolicit, Type::kRequest, Type::kConfirm, Type::kRenew,
                            Type::kRebind, Type::kRelease, Type::kDecline,
                            Type::kInformationRequest, Type::kDhcpv4Query, Type::kAddrRegInform}) {
        EXPECT_EQ(relay_client_message(client_message(type)), "relayed") << text(type);
    }
}

TEST_F(FromAccessLink, Rfc7283AMessageOfUnknownTypeIsRelayedUnread) {
    EXPECT_EQ(relay_client_message({200, 1}), "relayed");
    EXPECT_EQ(relay_client_message({200}), "relayed");
}

TEST_F(FromAccessLink, WhatOnlyServersSendIsDiscarded) {
    for (const Type type : {Type::kAdvertise, Type::kReply, Type::kReconfigure,
                            Type::kLeasequeryReply, Type::kDhcpv4Response, Type::kAddrRegReply}) {
        EXPECT_EQ(relay_client_message(client_message(type)),
                  "server-message-from-access: " + text(type));
    }
    EXPECT_EQ(relay_client_message(relay_reply(kClient, client_message(Type::kReply))),
              "server-message-from-access: RELAY-REPL");
}

TEST_F(FromAccessLink, WhatOnlyServersSendIsDiscardedInsideARelayForwardToo) {
    EXPECT_EQ(relay_lower(relay_message(Type::kRelayForward, 0, kLowerLink, kClient,
                                        client_message(Type::kReply)),
                          ip("fe80::77")),
              "server-message-from-access: REPLY");
    EXPECT_EQ(relay_lower(relay_message(Type::kRelayForward, 0, kLowerLink, kClient,
                                        relay_reply(kClient, client_message(Type::kReply))),
                          ip("fe80::77")),
              "server-message-from-access: RELAY-REPL");
}

TEST_F(FromAccessLink, Section18AClientThatSendsByUnicastIsNotRelayed) {
    const Message message = client_message(Type::kRenew);
    FromAccess received = from_client(message);
    received.multicast = false;
    EXPECT_EQ(relay(received), "client-message-by-unicast: RENEW");
}

TEST_F(FromAccessLink, ASourceThatNothingCanBeSentToIsDiscarded) {
    const Message message = client_message(Type::kSolicit);
    FromAccess received = from_client(message);
    for (const char* const source : {"::", "::1", "ff02::1:2"}) {
        received.source = ip(source);
        EXPECT_EQ(relay(received), "unusable-source-address: source " + std::string(source));
    }
}

TEST_F(FromAccessLink, Rfc9686AClientMaySendFromTheGlobalAddressThatItRegisters) {
    const Message message = client_message(Type::kAddrRegInform);
    FromAccess received = from_client(message);
    received.source = ip("2001:db8:1::55");
    EXPECT_EQ(relay(received), "relayed");
    EXPECT_EQ(forward().peer_address, ip("2001:db8:1::55"));
}

TEST_F(FromAccessLink, OurOwnMessageIsALoop) {
    const Message message = client_message(Type::kSolicit);
    FromAccess received = from_client(message);
    received.source = ip("fe80::1");
    EXPECT_EQ(relay(received), "own-source-address: source fe80::1 is our own");
    received.source = ip("2001:db8:5::a");
    EXPECT_EQ(relay(received), "own-source-address: source 2001:db8:5::a is our own");
}

TEST_F(FromAccessLink, OurLinkLocalAddressOfAnotherLinkMayBeAClientsHere) {
    const Message message = client_message(Type::kSolicit);
    FromAccess received = from_client(message);
    received.source = ip("fe80::9");
    EXPECT_EQ(relay(received), "relayed");
    received.access_interface = 1;
    received.source = ip("fe80::1");
    EXPECT_EQ(relay(received), "relayed");
}

TEST_F(FromAccessLink, Section19_1_2HopCountGrowsByOne) {
    for (std::uint8_t hop_count = 0; hop_count < 8; ++hop_count) {
        ASSERT_EQ(relay_lower(lower_relay_forward(hop_count), ip("fe80::77")), "relayed");
        EXPECT_EQ(forward().hop_count, hop_count + 1);
    }
}

TEST_F(FromAccessLink, Section19_1_2AtTheHopCountLimitTheMessageIsDiscarded) {
    EXPECT_EQ(relay_lower(lower_relay_forward(8), ip("fe80::77")),
              "hop-count-limit: a hop-count of 8");
    EXPECT_EQ(relay_lower(lower_relay_forward(255), ip("fe80::77")),
              "hop-count-limit: a hop-count of 255");
}

TEST_F(FromAccessLink, Section19_1_2LinkAddressIsZeroForALowerRelayWithAGlobalAddress) {
    ASSERT_EQ(relay_lower(lower_relay_forward(0), ip("2001:db8:77::1")), "relayed");
    EXPECT_TRUE(forward().link_address.is_unspecified());
    EXPECT_EQ(forward().peer_address, ip("2001:db8:77::1"));
}

TEST_F(FromAccessLink, Section19_1_2LinkAddressIsOursForALowerRelayWithALinkLocalAddress) {
    ASSERT_EQ(relay_lower(lower_relay_forward(0), ip("fe80::77")), "relayed");
    EXPECT_EQ(forward().link_address, kLink1);
    EXPECT_EQ(forward().peer_address, ip("fe80::77"));
}

TEST_F(FromAccessLink, Section19_1_2TheLowerRelaysMessageIsCopiedUnchanged) {
    const Message lower = lower_relay_forward(3);
    ASSERT_EQ(relay_lower(lower, ip("fe80::77")), "relayed");
    const Bytes inner = forward().relay_message.data;
    EXPECT_EQ(Message(inner.begin(), inner.end()), lower);
}

TEST_F(FromAccessLink, NineLevelsAreReadAndNoMore) {
    Message message = client_message(Type::kSolicit);
    for (int level = 0; level < 9; ++level) {
        message = relay_message(Type::kRelayForward, 7, kLowerLink, kClient, message);
    }
    EXPECT_EQ(relay_lower(message, ip("fe80::77")), "relayed");
    message = relay_message(Type::kRelayForward, 7, kLowerLink, kClient, message);
    EXPECT_EQ(relay_lower(message, ip("fe80::77")),
              "hop-count-limit: more than 9 Relay-forwards in each other");
}

TEST_F(FromAccessLink, AMessageThatLeavesNoRoomForOursIsDiscarded) {
    Message message;
    Dhcp6Writer writer(message);
    writer.message(Type::kSolicit, 1);
    writer.option(Dhcp6OptionCode::kUserClass, Message(65400));
    EXPECT_EQ(relay_client_message(message), "relayed");
    writer.option(Dhcp6OptionCode::kUserClass, Message(110));
    EXPECT_EQ(relay_client_message(message).substr(0, 10), "too-large:");
}

TEST_F(FromAccessLink, AStreamOfMessagesAllocatesNothingForItsForwards) {
    const Message solicit = client_message(Type::kSolicit);
    ASSERT_EQ(relay_client_message(solicit), "relayed");
    const auto* const where = out_.data();
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(relay_client_message(solicit), "relayed");
    }
    EXPECT_EQ(out_.data(), where);
}

/// As DHCPv4's "a giaddr, or a link selection, of ours" : what is inside selects the link, for the
/// server, the hook and the attestation alike.
TEST(FromAccess, AClientOfOneLinkCannotSayThatItIsOnAnotherLinkOfOurs) {
    const auto forged = relay_message(Type::kRelayForward, 0, kLink2, ip("fe80::bad"),
                                      client_message(Type::kConfirm),
                                      [](Dhcp6Writer& writer) { writer.interface_id("floor 2"); });
    Message out;
    EXPECT_NE(verdict(make_relay().relay_from_access(from_client(forged), out)), "relayed");
    const auto attested = exchange_in(out);
    EXPECT_FALSE(attested && attested->attachment.interface_id == "floor 2")
        << "heard on wlan0, and attested to be on wlan1";
}

}  // namespace
}  // namespace mobility
