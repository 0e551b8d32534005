// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// RFC 9915 section 19.2: relaying a Relay-reply message.
#include <gtest/gtest.h>

#include "scene.h"

namespace mobility {
namespace {

using Type = Dhcp6MessageType;

const Dhcp6Relay kRelay = make_relay();

std::string relay(const Message& message, const IpAddress& source = kServer) {
    return verdict(kRelay.relay_from_core({source, message}));
}

/// A Relay-reply with just these fields.
Message reply_with(const IpAddress& link, const IpAddress& peer, Bytes inner) {
    return relay_message(Type::kRelayReply, 0, link, peer, inner);
}

Message reply_with_interface_id(std::string_view id, const IpAddress& peer, Bytes inner) {
    return relay_message(Type::kRelayReply, 0, kLink1, peer, inner,
                         [&](Dhcp6Writer& writer) { writer.interface_id(id); });
}

/// Where the message goes; `message` must outlive the answer.
ToAccess delivery(const Message& message) {
    const auto relayed = kRelay.relay_from_core({kServer, message});
    EXPECT_EQ(verdict(relayed), "relayed");
    return std::get<ToAccess>(relayed);
}

TEST(FromCore, Section19_2TheInnerMessageGoesToThePeerAddressUnchanged) {
    const Message inner = client_message(Type::kAdvertise);
    const Message reply = relay_reply(kClient, inner);
    const ToAccess to = delivery(reply);
    EXPECT_EQ(to.peer, kClient);
    EXPECT_EQ(to.port, 546);
    EXPECT_EQ(Message(to.message.begin(), to.message.end()), inner);
}

TEST(FromCore, Section19_2InterfaceIdNamesTheLinkWhateverLinkAddressSays) {
    const Message reply = reply_with_interface_id("floor 2", kClient, client_message(Type::kReply));
    EXPECT_EQ(delivery(reply).access_interface, 1U);
}

TEST(FromCore, Section19_2WithoutInterfaceIdLinkAddressNamesTheLink) {
    const Message reply = reply_with(kLink2, kClient, client_message(Type::kReply));
    EXPECT_EQ(delivery(reply).access_interface, 1U);
}

TEST(FromCore, AnUnknownInterfaceIdIsDiscardedAlthoughLinkAddressIsKnown) {
    const Message inner = client_message(Type::kReply);
    EXPECT_EQ(relay(reply_with_interface_id("eth7", kClient, inner)),
              "unknown-interface-id: Interface-ID \"eth7\"");
    EXPECT_EQ(relay(reply_with_interface_id("", kClient, inner)),
              "unknown-interface-id: Interface-ID \"\"");
}

TEST(FromCore, AnInterfaceIdThatIsNoTextIsShownInHex) {
    const Message inner = client_message(Type::kReply);
    EXPECT_EQ(relay(reply_with_interface_id("a\n\x1b", kClient, inner)),
              "unknown-interface-id: Interface-ID 0x610a1b");
    EXPECT_EQ(relay(reply_with_interface_id(std::string(300, 'a'), kClient, inner)),
              "unknown-interface-id: Interface-ID \"" + std::string(40, 'a') + "\"…");
}

TEST(FromCore, ALinkAddressThatIsNotOursIsDiscarded) {
    EXPECT_EQ(relay(reply_with(ip("2001:db8:3::1"), kClient, client_message(Type::kReply))),
              "unknown-interface-id: no Interface-ID, and no interface has link-address "
              "2001:db8:3::1");
}

TEST(FromCore, ALinkAddressOfTwoInterfacesNeedsAnInterfaceId) {
    RelayConfig config = two_links();
    config.access_interfaces[1].link_address = kLink1;
    const Dhcp6Relay relay_agent(config);
    const Message inner = client_message(Type::kReply);
    const Message without = reply_with(kLink1, kClient, inner);
    EXPECT_EQ(verdict(relay_agent.relay_from_core({kServer, without})),
              "unknown-interface-id: no Interface-ID, and several interfaces have link-address "
              "2001:db8:1::1");
    const Message with = reply_with_interface_id("floor 2", kClient, inner);
    EXPECT_EQ(verdict(relay_agent.relay_from_core({kServer, with})), "relayed");
}

TEST(FromCore, AnythingFromTheServerIsRelayedWhateverItsType) {
    for (const Type type : {Type::kAdvertise, Type::kReply, Type::kReconfigure, Type::kAddrRegReply,
                            Type::kDhcpv4Response, static_cast<Type>(200)}) {
        EXPECT_EQ(relay(relay_reply(kClient, client_message(type))), "relayed") << text(type);
    }
}

TEST(FromCore, ToALowerRelayThePortIs547) {
    const Message inner = relay_reply(ip("fe80::99"), client_message(Type::kReply));
    const Message reply = relay_reply(ip("fe80::77"), inner);
    const ToAccess to = delivery(reply);
    EXPECT_EQ(to.port, 547);
    EXPECT_EQ(to.peer, ip("fe80::77"));
    EXPECT_EQ(to.access_interface, 1U);
}

TEST(FromCore, ALowerRelaysGlobalAddressLeadsThereByItself) {
    const Message inner = relay_reply(ip("fe80::99"), client_message(Type::kReply));
    const Message with = relay_reply(ip("2001:db8:77::1"), inner);
    EXPECT_EQ(delivery(with).access_interface, std::nullopt);
    const Message without = reply_with(IpAddress(), ip("2001:db8:77::1"), inner);
    EXPECT_EQ(delivery(without).access_interface, std::nullopt);
}

TEST(FromCore, AClientsGlobalAddressIsReachedByItsLinkOnly) {
    const Message inner = client_message(Type::kAddrRegReply);
    const Message reply = relay_reply(ip("2001:db8:2::55"), inner);
    EXPECT_EQ(delivery(reply).access_interface, 1U);
    EXPECT_EQ(relay(reply_with(IpAddress(), ip("2001:db8:2::55"), inner)),
              "unknown-interface-id: neither Interface-ID nor link-address, for peer-address "
              "2001:db8:2::55");
}

TEST(FromCore, ALinkLocalPeerWithoutAnyLinkIsDiscarded) {
    const Message inner = relay_reply(kClient, client_message(Type::kReply));
    EXPECT_EQ(relay(reply_with(IpAddress(), ip("fe80::77"), inner)),
              "unknown-interface-id: neither Interface-ID nor link-address, for peer-address "
              "fe80::77");
}

TEST(FromCore, APeerThatNothingCanBeSentToIsDiscarded) {
    const Message inner = client_message(Type::kReply);
    for (const char* const peer : {"::", "::1", "ff02::1", "2001:db8:1::1"}) {
        EXPECT_EQ(relay(relay_reply(ip(peer), inner)),
                  "unusable-peer-address: peer-address " + std::string(peer));
    }
    EXPECT_EQ(relay(reply_with_interface_id("wlan0", ip("fe80::1"), inner)),
              "unusable-peer-address: peer-address fe80::1");
}

TEST(FromCore, OnlyConfiguredServersAreHeard) {
    const Message reply = relay_reply(kClient, client_message(Type::kReply));
    EXPECT_EQ(relay(reply, ip("2001:db8:5::2")), "relayed");
    EXPECT_EQ(relay(reply, ip("2001:db8:5::3")),
              "relay-reply-not-from-server: no server 2001:db8:5::3");
    EXPECT_EQ(relay(reply, ip("fe80::5")), "relay-reply-not-from-server: no server fe80::5");
}

TEST(FromCore, ClientsAndLowerRelaysAreNotHeardThere) {
    EXPECT_EQ(relay(client_message(Type::kSolicit)), "not-from-access-interface: SOLICIT");
    EXPECT_EQ(relay(client_message(Type::kReply)), "not-from-access-interface: REPLY");
    EXPECT_EQ(relay(relay_message(Type::kRelayForward, 0, kLink1, kClient,
                                  client_message(Type::kSolicit))),
              "not-from-access-interface: RELAY-FORW");
}

TEST(FromCore, RepliesMatchWhatWasForwarded) {
    Message forward;
    const Message confirm = client_message(Type::kConfirm);
    FromAccess received = from_client(confirm);
    received.access_interface = 1;
    ASSERT_EQ(verdict(kRelay.relay_from_access(received, forward)), "relayed");
    const auto asked = parse_dhcp6_relay_message(forward);
    ASSERT_TRUE(asked);
    const Message inner = client_message(Type::kReply);
    const Message reply = relay_message(
        Type::kRelayReply, asked->hop_count, asked->link_address, asked->peer_address, inner,
        [&](Dhcp6Writer& writer) { writer.interface_id(*asked->interface_id); });
    const ToAccess to = delivery(reply);
    EXPECT_EQ(to.access_interface, 1U);
    EXPECT_EQ(to.peer, kClient);
    EXPECT_EQ(to.port, 546);
}

}  // namespace
}  // namespace mobility
