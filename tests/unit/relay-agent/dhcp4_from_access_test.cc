// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What becomes of DHCPv4 messages from access links.
#include <gtest/gtest.h>

#include "dhcp4_scene.h"

namespace mobility {
namespace {

using Type = Dhcp4MessageType;

struct Sent {
    Message4 bytes;
    Dhcp4Message message;
    Dhcp4RelayInformation information;
};

/// What the servers get; the test ends where nothing is relayed.
Sent relay_up(const Dhcp4Relay& relay, const Message4& message, std::size_t link = 0) {
    Sent sent;
    EXPECT_EQ(verdict4(relay.relay_from_access(from_client4(message, link), sent.bytes)),
              "relayed");
    const auto parsed = parse_dhcp4_message(sent.bytes);
    EXPECT_TRUE(parsed) << parsed.error();
    sent.message = *parsed;
    if (const auto contents = sent.message.find(Dhcp4OptionCode::kRelayAgentInformation)) {
        sent.information = *parse_dhcp4_relay_information(*contents);
    }
    return sent;
}

std::string verdict_of(const Message4& message, const IpAddress& source = kNoIpv4,
                       const RelayConfig& config = four_links()) {
    Message4 out;
    return verdict4(make_relay4(config).relay_from_access({0, source, message}, out));
}

TEST(Dhcp4FromAccess, Rfc1542TheServersLearnTheLinkAndTheHops) {
    const Sent sent = relay_up(make_relay4(), request4(Type::kDiscover), 1);
    EXPECT_EQ(sent.message.header.giaddr, kGiaddr2);
    EXPECT_EQ(sent.message.header.hops, 1);
    EXPECT_EQ(sent.message.header.xid, 0x12345678U);
    EXPECT_EQ(as_text(sent.information.circuit_id), "floor 2");
    EXPECT_EQ(as_text(sent.information.remote_id), "none");
    EXPECT_GE(sent.bytes.size(), kDhcp4MinMessage);
}

TEST(Dhcp4FromAccess, Rfc3046TheOptionIsTheLastBeforeEnd) {
    const Sent sent = relay_up(make_relay4(), request4(Type::kDiscover));
    Dhcp4OptionCode last{};
    for (const Dhcp4Option option : sent.message.options) {
        last = option.code;
    }
    EXPECT_EQ(last, Dhcp4OptionCode::kRelayAgentInformation);
    EXPECT_TRUE(sent.message.find(Dhcp4OptionCode::kClientId));
}

TEST(Dhcp4FromAccess, TheRemoteIdIsAddedWhereItIsConfigured) {
    RelayConfig config = four_links();
    config.dhcp4->remote_id = "ar1.metro.example";
    const Sent sent = relay_up(make_relay4(config), request4(Type::kRequest));
    EXPECT_EQ(as_text(sent.information.circuit_id), "wlan0");
    EXPECT_EQ(as_text(sent.information.remote_id), "ar1.metro.example");
}

TEST(Dhcp4FromAccess, Rfc5107TheServersLearnWhatClientsAreToTakeForTheServer) {
    RelayConfig config = four_links();
    EXPECT_FALSE(
        relay_up(make_relay4(config), request4(Type::kRequest)).information.flags.has_value());
    config.dhcp4->server_identifier_override = ip4("10.0.0.1");
    for (const auto type : {Type::kDiscover, Type::kRequest, Type::kDecline}) {
        const Sent sent = relay_up(make_relay4(config), request4(type), 1);
        EXPECT_EQ(as_text(sent.information.server_identifier_override),
                  std::string("\x0a\0\0\1", 4));
        EXPECT_EQ(as_text(sent.information.flags), std::string(1, '\0')) << "it came by broadcast";
        EXPECT_EQ(as_text(sent.information.circuit_id), "floor 2");
    }
}

TEST(Dhcp4FromAccess, Rfc5010AClientThatRenewsWithUsDidSoByUnicast) {
    RelayConfig config = four_links();
    config.dhcp4->server_identifier_override = ip4("10.0.0.1");
    const Message4 renewal =
        request4(Type::kRequest, [](Dhcp4Header& header) { header.ciaddr = ip4("10.0.0.9"); });
    Message4 out;
    ASSERT_EQ(
        verdict4(make_relay4(config).relay_from_access({1, ip4("10.0.0.9"), renewal, true}, out)),
        "relayed");
    const auto sent = parse_dhcp4_message(out);
    EXPECT_EQ(sent->header.giaddr, kGiaddr2);
    EXPECT_EQ(sent->header.hops, 1);
    EXPECT_EQ(sent->header.ciaddr, ip4("10.0.0.9"));
    const auto contents = sent->find(Dhcp4OptionCode::kRelayAgentInformation);
    const auto information = parse_dhcp4_relay_information(*contents);
    EXPECT_EQ(as_text(information->flags), "\x80");
}

TEST(Dhcp4FromAccess, NobodyThereHasTheAddressThatClientsTakeForTheServers) {
    RelayConfig config = four_links();
    config.dhcp4->server_identifier_override = ip4("10.0.0.1");
    EXPECT_EQ(verdict_of(request4(Type::kRequest), ip4("10.0.0.1"), config),
              "own-source-address: source 10.0.0.1 is our own");
}

TEST(Dhcp4FromAccess, TheLongestCircuitAndRemoteIdFitOneOption) {
    RelayConfig config = four_links();
    config.dhcp4->server_identifier_override = ip4("10.0.0.1");
    config.access_interfaces[0].dhcp4->circuit_id = std::string(120, 'c');
    config.dhcp4->remote_id = std::string(120, 'r');
    const Sent sent = relay_up(make_relay4(config), request4(Type::kRequest));
    EXPECT_EQ(as_text(sent.information.circuit_id), std::string(120, 'c'));
    EXPECT_EQ(as_text(sent.information.remote_id), std::string(120, 'r'));
}

TEST(Dhcp4FromAccess, AllElseStaysAsTheClientWroteIt) {
    Message4 message = request4(Type::kRequest, [](Dhcp4Header& header) {
        header.broadcast = true;
        header.secs = 9;
        header.ciaddr = ip4("10.0.0.9");
    });
    for (std::size_t at = 34; at < kDhcp4Header; ++at) {
        message[at] = static_cast<std::uint8_t>(at);  // behind chaddr, sname, file
    }
    const Sent sent = relay_up(make_relay4(), message);
    Message4 expected(message.begin(), message.begin() + 240 + 3 + 8);
    expected[3] = 1;
    std::ranges::copy(kGiaddr1.bytes(), expected.begin() + 24);
    EXPECT_EQ(Message4(sent.bytes.begin(), sent.bytes.begin() + 251), expected);
}

TEST(Dhcp4FromAccess, EveryTypeThatClientsSendIsRelayed) {
    for (const auto type : {Type::kDiscover, Type::kRequest, Type::kDecline, Type::kRelease,
                            Type::kInform, Type::kLeaseQuery, static_cast<Type>(77)}) {
        EXPECT_EQ(verdict_of(request4(type)), "relayed") << text(type);
    }
}

TEST(Dhcp4FromAccess, AClientThatHasAnAddressMayUseIt) {
    EXPECT_EQ(verdict_of(request4(Type::kRequest), ip4("10.0.0.9")), "relayed");
    EXPECT_EQ(verdict_of(request4(Type::kRequest), ip4("169.254.7.7")), "relayed");
}

TEST(Dhcp4FromAccess, SourcesThatNobodyHasAreRefused) {
    for (const char* const source : {"255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.1"}) {
        EXPECT_EQ(verdict_of(request4(Type::kRequest), ip4(source)),
                  "unusable-source-address: source " + std::string(source));
    }
    EXPECT_EQ(verdict_of(request4(Type::kRequest), kOwnCore),
              "own-source-address: source 192.0.2.65 is our own");
}

TEST(Dhcp4FromAccess, WhatServersSendIsRefused) {
    for (const auto type : {Type::kOffer, Type::kAck, Type::kNak, Type::kForceRenew}) {
        EXPECT_EQ(verdict_of(request4(type)), "server-message-from-access: " + text(type));
    }
    EXPECT_EQ(verdict_of(reply4(Type::kAck)), "server-message-from-access: DHCPACK");
    EXPECT_EQ(verdict_of(reply4(Type::kDiscover)), "server-message-from-access: DHCPDISCOVER");
}

TEST(Dhcp4FromAccess, Rfc1542HopsMayBeAsManyAsTheLimitAndNoMore) {
    RelayConfig config = four_links();
    config.dhcp4->hop_limit = 4;
    const auto with_hops = [](std::uint8_t hops) {
        return request4(Type::kDiscover, [=](Dhcp4Header& header) { header.hops = hops; });
    };
    EXPECT_EQ(verdict_of(with_hops(4), kNoIpv4, config), "relayed");
    EXPECT_EQ(verdict_of(with_hops(5), kNoIpv4, config), "hop-limit: hops 5");
    EXPECT_EQ(verdict_of(with_hops(16)), "relayed");
    EXPECT_EQ(verdict_of(with_hops(17)), "hop-limit: hops 17");
    EXPECT_EQ(verdict_of(with_hops(255)), "hop-limit: hops 255");
}

TEST(Dhcp4FromAccess, Rfc3046AnOptionThatNoRelayAgentAnswersForIsRefused) {
    const auto message = request4(Type::kDiscover, as_it_is, [](Dhcp4Writer& writer) {
        writer.relay_information({"floor 2", ""});
    });
    EXPECT_EQ(verdict_of(message), "foreign-agent-option: DHCPDISCOVER with giaddr 0");
}

TEST(Dhcp4FromAccess, AnEmptyOptionIsRefusedLikewise) {
    const auto message = request4(Type::kDiscover, as_it_is, [](Dhcp4Writer& writer) {
        writer.option(Dhcp4OptionCode::kRelayAgentInformation, {});
    });
    EXPECT_EQ(verdict_of(message), "foreign-agent-option: DHCPDISCOVER with giaddr 0");
}

TEST(Dhcp4FromAccess, WhatALowerRelayAgentSaysOfTheLinkStays) {
    const auto with_giaddr = [](Dhcp4Header& header) {
        header.giaddr = kLowerRelay;
        header.hops = 1;
    };
    const Message4 message = request4(Type::kDiscover, with_giaddr, [](Dhcp4Writer& writer) {
        writer.relay_information({"cellar", "house 7"});
    });
    Message4 out;
    const auto result = make_relay4().relay_from_access({1, kLowerRelay, message}, out);
    ASSERT_EQ(verdict4(result), "relayed");
    EXPECT_EQ(std::get<Dhcp4Relayed>(result), Dhcp4Relayed::kFromLowerRelay);
    Message4 expected = message;
    expected[3] = 2;
    EXPECT_EQ(out, expected);
}

TEST(Dhcp4FromAccess, NobodyThereHasOurGiaddr) {
    const auto with = [](const IpAddress& giaddr) {
        return request4(Type::kDiscover, [=](Dhcp4Header& header) { header.giaddr = giaddr; });
    };
    EXPECT_EQ(verdict_of(with(kGiaddr1)), "own-source-address: giaddr 198.51.100.1 is our own");
    EXPECT_EQ(verdict_of(with(kGiaddr2)),  // though it is on no interface yet
              "own-source-address: giaddr 198.51.100.2 is our own");
    EXPECT_EQ(verdict_of(with(kOwnCore)), "own-source-address: giaddr 192.0.2.65 is our own");
    EXPECT_EQ(verdict_of(with(ip4("224.0.0.1"))), "unusable-source-address: giaddr 224.0.0.1");
}

TEST(Dhcp4FromAccess, NoLowerRelayAgentSelectsALinkOfOurs) {
    const auto selecting = [](std::uint8_t last) {
        const auto lower = [](Dhcp4Header& header) { header.giaddr = kLowerRelay; };
        return request4(Type::kDiscover, lower, [=](Dhcp4Writer& writer) {
            writer.option(Dhcp4OptionCode::kRelayAgentInformation,
                          Message4{5, 4, 198, 51, 100, last});  // RFC 3527
        });
    };
    EXPECT_EQ(verdict_of(selecting(2)),
              "own-source-address: link selection 198.51.100.2 is our own");
    EXPECT_EQ(verdict_of(selecting(9)), "relayed");
}

TEST(Dhcp4FromAccess, Rfc3046ALongMessageGoesWithoutTheOption) {
    const auto of_size = [](std::size_t size) {
        return request4(Type::kDiscover, as_it_is, [=](Dhcp4Writer& writer) {
            while (size - writer.size() > 200) {
                writer.option(static_cast<Dhcp4OptionCode>(224), Message4(98, 1));
            }
            writer.option(static_cast<Dhcp4OptionCode>(224), Message4(size - writer.size() - 2, 1));
        });
    };
    const std::size_t added = 2 + 2 + std::string("wlan0").size();
    for (const std::size_t size : {1472 - added, 1473 - added}) {
        const Message4 message = of_size(size);
        ASSERT_EQ(message.size(), size);
        Message4 out;
        const auto result = make_relay4().relay_from_access(from_client4(message), out);
        ASSERT_EQ(verdict4(result), "relayed");
        const bool fits = size == 1472 - added;
        EXPECT_EQ(std::get<Dhcp4Relayed>(result),
                  fits ? Dhcp4Relayed::kFromClient : Dhcp4Relayed::kFromClientWithoutAgentOption);
        EXPECT_EQ(out.size(), fits ? 1472U : size);
        const auto parsed = parse_dhcp4_message(out);
        EXPECT_EQ(parsed->find(Dhcp4OptionCode::kRelayAgentInformation).has_value(), fits);
        EXPECT_EQ(parsed->header.giaddr, kGiaddr1);
    }
}

TEST(Dhcp4FromAccess, WhatIsMalformedIsNotPassedOn) {
    const Message4 message = request4(Type::kDiscover);
    for (std::size_t size = 0; size < 243; ++size) {
        EXPECT_TRUE(verdict_of(Message4(message.begin(),
                                        message.begin() + static_cast<std::ptrdiff_t>(size)))
                        .starts_with("malformed: "))
            << size;
    }
    EXPECT_EQ(verdict_of({}),
              "malformed: offset 0: a DHCPv4 message of 0 bytes, its header and "
              "magic cookie alone have 240");
}

}  // namespace
}  // namespace mobility
