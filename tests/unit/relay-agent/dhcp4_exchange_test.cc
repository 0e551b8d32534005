// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a relay attests of DHCPv4 must be what the hook tells the anchor of the same message
// (tests/unit/hooks/translation4_test.cc).
#include "relay-agent/dhcp4_exchange.h"

#include <gtest/gtest.h>

#include "dhcp4_scene.h"

namespace mobility {
namespace {

using Type = Dhcp4MessageType;

const std::string kByMac("\x01\x02\x00\x00\x00\x00\x05", 7);
/// Type 255, IAID 0x01020304, DUID 00:03:00:01:02:00:00:00:00:05 (RFC 4361).
const Message4 kWithDuid{255, 1, 2, 3, 4, 0, 3, 0, 1, 2, 0, 0, 0, 0, 5};

Message4 relayed(const Message4& message) {
    Message4 out;
    EXPECT_EQ(verdict4(make_relay4().relay_from_access(from_client4(message, 1), out)), "relayed");
    return out;
}

std::vector<RelayedExchange> exchanges(Type type,
                                       const std::function<void(Dhcp4Writer&)>& extra = no_more,
                                       const std::function<void(Dhcp4Header&)>& change = as_it_is) {
    return dhcp4_exchanges_in(relayed(request4(type, change, extra)));
}

TEST(Dhcp4Exchange, IsWhatAServerReadsInItsOwnRelayedMessage) {
    const auto said = exchanges(Type::kRequest);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].mn.bytes, kByMac) << "hardware type and chaddr";
    EXPECT_EQ(said[0].attachment.link_address, kGiaddr2);
    EXPECT_EQ(said[0].attachment.interface_id, "floor 2");
    EXPECT_EQ(said[0].attachment.link_layer.bytes, std::string(kMac4.begin(), kMac4.end()));
    EXPECT_TRUE(said[0].attachment.link_local.is_unspecified());
    EXPECT_EQ(said[0].order.transaction, 0x12345678u);
    EXPECT_EQ(said[0].order.elapsed, Milliseconds{0});
}

TEST(Dhcp4Exchange, AClientHasTheNameOfItsIdentifierAndThatOfItsHardware) {
    const auto said =
        exchanges(Type::kRequest, [](Dhcp4Writer& writer) { writer.client_id(kWithDuid); });
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].mn.text(), "00:03:00:01:02:00:00:00:00:05");
    EXPECT_EQ(said[1].mn.bytes, kByMac);
    EXPECT_EQ(said[0].attachment, said[1].attachment);
    const Message4 of_mac(kByMac.begin(), kByMac.end());
    EXPECT_EQ(
        exchanges(Type::kRequest, [&](Dhcp4Writer& writer) { writer.client_id(of_mac); }).size(),
        1u);
}

TEST(Dhcp4Exchange, SecsCountAsTheHookReadsThem) {
    for (const auto& [secs, expected] : {std::pair{3, 3'000}, {0x0300, 3'000}, {3'601, 60'000}}) {
        const auto said = exchanges(Type::kRequest, no_more, [secs = secs](Dhcp4Header& header) {
            header.secs = static_cast<std::uint16_t>(secs);
        });
        ASSERT_EQ(said.size(), 1u);
        EXPECT_EQ(said[0].order.elapsed, Milliseconds{expected});
    }
}

TEST(Dhcp4Exchange, WhatALowerRelayAgentSaysIsWhatCounts) {
    const auto lower = [](Dhcp4Header& header) { header.giaddr = kLowerRelay; };
    auto said = exchanges(
        Type::kRequest, [](Dhcp4Writer& writer) { writer.relay_information({"cellar"}); }, lower);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].attachment.link_address, kLowerRelay);
    EXPECT_EQ(said[0].attachment.interface_id, "cellar");
    said = exchanges(
        Type::kRequest,
        [](Dhcp4Writer& writer) {
            writer.option(Dhcp4OptionCode::kRelayAgentInformation,
                          Message4{5, 4, 198, 51, 100, 200});
        },
        lower);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].attachment.link_address, ip4("198.51.100.200")) << "RFC 3527";
    EXPECT_EQ(said[0].attachment.interface_id, "");
}

TEST(Dhcp4Exchange, WhatPlacesNobodyIsNotAttested) {
    for (const auto type : {Type::kDiscover, Type::kDecline, Type::kRelease, Type::kInform}) {
        EXPECT_TRUE(exchanges(type).empty()) << text(type);
    }
    EXPECT_TRUE(dhcp4_exchanges_in(Message4{}).empty());
    EXPECT_TRUE(dhcp4_exchanges_in(Message4(300, 1)).empty());
}

}  // namespace
}  // namespace mobility
