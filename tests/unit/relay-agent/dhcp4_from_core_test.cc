// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What becomes of DHCPv4 messages from servers.
#include <gtest/gtest.h>

#include "dhcp4_scene.h"
#include "tests/unit/dhcp-wire/dhcp4_hex.h"

namespace mobility {
namespace {

using Type = Dhcp4MessageType;

struct Given {
    Dhcp4ToClient to;
    Message4 bytes;
    Message4 link_layer;
};

/// What a client gets; the test ends where nothing is relayed.
Given relay_down(const Message4& message) {
    Given given;
    const auto result = make_relay4().relay_from_core({kServer4, message}, given.bytes);
    EXPECT_EQ(verdict4(result), "relayed");
    given.to = std::get<Dhcp4ToClient>(result);
    given.link_layer.assign(given.to.link_layer.begin(), given.to.link_layer.end());
    return given;
}

std::string verdict_of(const Message4& message, const IpAddress& source = kServer4) {
    Message4 out;
    return verdict4(make_relay4().relay_from_core({source, message}, out));
}

TEST(Dhcp4FromCore, AClientWithoutAnAddressGetsItByItsLinkLayerAddress) {
    const Given given = relay_down(reply4(Type::kOffer));
    EXPECT_EQ(given.to.access_interface, 1U);
    EXPECT_EQ(given.to.destination.text(), "10.0.0.9");
    EXPECT_EQ(given.link_layer, kMac4);
}

TEST(Dhcp4FromCore, AClientThatAsksForABroadcastGetsOne) {
    for (const auto type : {Type::kOffer, Type::kAck}) {
        const Given given =
            relay_down(reply4(type, [](Dhcp4Header& header) { header.broadcast = true; }));
        EXPECT_EQ(given.to.destination, kAll);
        EXPECT_TRUE(given.link_layer.empty());
    }
}

TEST(Dhcp4FromCore, AClientThatHasAnAddressGetsItThere) {
    const Given given = relay_down(reply4(Type::kAck, [](Dhcp4Header& header) {
        header.broadcast = true;
        header.ciaddr = ip4("10.0.0.7");
    }));
    EXPECT_EQ(given.to.destination.text(), "10.0.0.7");
    EXPECT_EQ(given.link_layer, kMac4);
}

TEST(Dhcp4FromCore, ANakGoesToAllSinceTheAddressIsNoMore) {
    const Given given = relay_down(
        reply4(Type::kNak, [](Dhcp4Header& header) { header.ciaddr = ip4("10.0.0.7"); }));
    EXPECT_EQ(given.to.destination, kAll);
    EXPECT_TRUE(given.link_layer.empty());
}

TEST(Dhcp4FromCore, AReplyWithoutAnyAddressGoesToAll) {
    const Given given =
        relay_down(reply4(Type::kAck, [](Dhcp4Header& header) { header.yiaddr = kNoIpv4; }));
    EXPECT_EQ(given.to.destination, kAll);
}

TEST(Dhcp4FromCore, ALinkLayerAddressThatIsNoEthernetOneGoesToAllOfTheLink) {
    const Message4 eight{1, 2, 3, 4, 5, 6, 7, 8};
    const Given given =
        relay_down(reply4(Type::kAck, [&](Dhcp4Header& header) { header.chaddr = eight; }));
    EXPECT_EQ(given.to.destination.text(), "10.0.0.9");
    EXPECT_TRUE(given.link_layer.empty());
}

TEST(Dhcp4FromCore, GiaddrAndCircuitIdTogetherNameTheLink) {
    const auto with = [](const char* circuit, const IpAddress& giaddr) {
        return reply4(
            Type::kAck, [&](Dhcp4Header& header) { header.giaddr = giaddr; },
            [&](Dhcp4Writer& writer) {
                writer.relay_information({circuit, "x"});
            });
    };
    EXPECT_EQ(relay_down(with("wlan0", kGiaddr1)).to.access_interface, 0U);
    EXPECT_EQ(relay_down(with("floor 2", kGiaddr2)).to.access_interface, 1U);
    EXPECT_EQ(relay_down(with("floor 3", kGiaddr2)).to.access_interface, 2U);
    EXPECT_EQ(verdict_of(with("floor 3", kGiaddr1)),
              "unknown-link: giaddr 198.51.100.1, Agent Circuit ID \"floor 3\"");
    EXPECT_EQ(verdict_of(with("floor", kGiaddr2)),
              "unknown-link: giaddr 198.51.100.2, Agent Circuit ID \"floor\"");
    EXPECT_EQ(verdict_of(with("wlan0", kLowerRelay)),
              "unknown-link: giaddr 198.51.100.77, Agent Circuit ID \"wlan0\"");
    EXPECT_EQ(verdict_of(with("", kGiaddr1)),
              "unknown-link: Relay Agent Information without Circuit ID");
    EXPECT_EQ(verdict_of(with("wlan3", kNoIpv4)),
              "unknown-link: giaddr 0.0.0.0, Agent Circuit ID \"wlan3\"");
}

TEST(Dhcp4FromCore, WithoutACircuitIdTheGiaddrMustBeEnough) {
    const auto with = [](const IpAddress& giaddr) {
        return reply4(
            Type::kAck, [&](Dhcp4Header& header) { header.giaddr = giaddr; }, no_more);
    };
    EXPECT_EQ(relay_down(with(kGiaddr1)).to.access_interface, 0U);
    EXPECT_EQ(verdict_of(with(kGiaddr2)),
              "unknown-link: no Agent Circuit ID, and several interfaces have giaddr 198.51.100.2");
    EXPECT_EQ(verdict_of(with(kNoIpv4)), "unknown-link: no interface has giaddr 0.0.0.0");
}

TEST(Dhcp4FromCore, Rfc3046TheClientDoesNotSeeOurOption) {
    const Message4 reply = reply4(Type::kAck, as_it_is, [](Dhcp4Writer& writer) {
        writer.seconds(Dhcp4OptionCode::kLeaseTime, 600);
        writer.relay_information({"floor 2", ""});
        writer.address(Dhcp4OptionCode::kServerId, kServer4);
    });
    const Message4 expected = reply4(Type::kAck, as_it_is, [](Dhcp4Writer& writer) {
        writer.seconds(Dhcp4OptionCode::kLeaseTime, 600);
        writer.address(Dhcp4OptionCode::kServerId, kServer4);
    });
    EXPECT_EQ(relay_down(reply).bytes, expected);
}

TEST(Dhcp4FromCore, NorWhereTheServerPutItIntoPartsOrOverloadedFields) {
    const Message4 plain = reply4(Type::kAck, as_it_is, no_more);
    Message4 reply(plain.begin(), plain.begin() + 240);
    const auto put = [&](std::size_t at, const std::string& hex) {
        std::ranges::copy(from_hex(hex), reply.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(108, "0c0141 5204 6c6f6f72 ff");  // file: Hostname A, "loor"
    put(44, "5202 2032 0f0142 ff");       // sname: " 2", Domain Name B
    const auto options = from_hex("350105 340103 52020107 520166 0c0143 ff");
    reply.insert(reply.end(), options.begin(), options.end());
    const Given given = relay_down(reply);
    EXPECT_EQ(given.to.access_interface, 1U);
    const auto message = parse_dhcp4_message(given.bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_FALSE(message->find(Dhcp4OptionCode::kRelayAgentInformation));
    EXPECT_EQ(as_text(message->find(Dhcp4OptionCode::kHostName)->data()), "CA");
    EXPECT_EQ(as_text(message->find(static_cast<Dhcp4OptionCode>(15))->data()), "B");
}

TEST(Dhcp4FromCore, OnlyOurServersMayAnswer) {
    EXPECT_EQ(verdict_of(reply4(Type::kAck), ip4("192.0.2.2")), "relayed");
    EXPECT_EQ(verdict_of(reply4(Type::kAck), ip4("192.0.2.3")),
              "reply-not-from-server: no server 192.0.2.3");
}

TEST(Dhcp4FromCore, WhatClientsSendIsRefused) {
    EXPECT_EQ(verdict_of(request4(Type::kDiscover)), "not-from-access-interface: DHCPDISCOVER");
    EXPECT_EQ(verdict_of(request4(Type::kAck)), "not-from-access-interface: DHCPACK");
    EXPECT_EQ(verdict_of(reply4(Type::kRequest)), "not-from-access-interface: DHCPREQUEST");
}

TEST(Dhcp4FromCore, AddressesThatNoClientHasAreRefused) {
    for (const char* const address : {"224.0.0.1", "127.0.0.1", "0.0.0.9", "198.51.100.1"}) {
        const auto reply =
            reply4(Type::kAck, [&](Dhcp4Header& header) { header.yiaddr = ip4(address); });
        EXPECT_EQ(verdict_of(reply), "unusable-client-address: for " + std::string(address));
    }
}

TEST(Dhcp4FromCore, WhatIsMalformedIsNotPassedOn) {
    const Message4 message = reply4(Type::kAck);
    for (std::size_t size = 0; size < 243; ++size) {
        EXPECT_TRUE(verdict_of(Message4(message.begin(),
                                        message.begin() + static_cast<std::ptrdiff_t>(size)))
                        .starts_with("malformed: "))
            << size;
    }
    const auto broken = reply4(Type::kAck, as_it_is, [](Dhcp4Writer& writer) {
        writer.option(Dhcp4OptionCode::kRelayAgentInformation, from_hex("01ff41"));
    });
    EXPECT_EQ(verdict_of(broken),
              "malformed: offset 245: Agent Circuit ID (82.1) claims 255 bytes, 1 are left");
}

}  // namespace
}  // namespace mobility
