// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is read out of an Advertise or Reply.
#include "dhcp-player/answer.h"

#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using Code = Dhcp6OptionCode;
using StatusCode = Dhcp6StatusCode;

const IpAddress kAddress = *IpAddress::parse("2001:db8:d000::1");
const std::vector<std::uint8_t> kDuid{0, 3, 0, 1, 2, 0, 0, 0, 0, 1};

template <typename Fill>
std::vector<std::uint8_t> message(Type type, Fill&& fill) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(type, 0xabcdef);
    fill(writer);
    return out;
}

TEST(Answer, HoldsIdentifiersAndIas) {
    const auto answer = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.client_id(kDuid);
        writer.server_id(kDuid);
        writer.rapid_commit();
        writer.ia(Code::kIaNa, 7, 900, 1440, [&] { writer.ia_address(kAddress, 1800, 3600); });
        writer.ia(Code::kIaPd, 8, 0, 0,
                  [&] { writer.ia_prefix(*Prefix::parse("2001:db8:d080::/56"), 1, 2); });
    }));
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->type, Type::kReply);
    EXPECT_EQ(answer->transaction_id, 0xabcdefU);
    EXPECT_EQ(answer->client_id, kDuid);
    EXPECT_EQ(answer->server_id, kDuid);
    EXPECT_TRUE(answer->rapid_commit);
    ASSERT_EQ(answer->ias.size(), 2U);
    EXPECT_EQ(answer->ias[0].ia.iaid, 7U);
    EXPECT_EQ(answer->ias[0].ia.leases[0].prefix, Prefix::host(kAddress));
    EXPECT_EQ(answer->ias[0].ia.leases[0].valid_lifetime, 3600U);
    EXPECT_EQ(answer->ias[1].ia.code, Code::kIaPd);
    EXPECT_EQ(answer->ias[1].ia.leases[0].prefix.text(), "2001:db8:d080::/56");
    EXPECT_EQ(answer->verdict().code, StatusCode::kSuccess);
}

TEST(Answer, ToARegistrationNamesTheAddressThatItAcknowledges) {
    const auto answer = read_answer(message(Type::kAddrRegReply, [](Dhcp6Writer& writer) {
        writer.client_id(kDuid);
        writer.ia_address(kAddress, 1800, 3600);
    }));
    ASSERT_TRUE(answer) << answer.error();
    ASSERT_TRUE(answer->registered);
    EXPECT_EQ(answer->registered->prefix, Prefix::host(kAddress));
    EXPECT_EQ(answer->registered->valid_lifetime, 3600U);
    EXPECT_FALSE(read_answer(message(Type::kAddrRegReply, [](Dhcp6Writer& writer) {
        writer.client_id(kDuid);
    }))) << "without an address";
}

TEST(Answer, SaysThatAddressesCanBeRegistered) {
    const auto offers = [](Dhcp6Writer& writer) { writer.option(Code::kAddrRegEnable, {}); };
    EXPECT_TRUE(read_answer(message(Type::kAdvertise, offers))->registers);
    EXPECT_FALSE(read_answer(message(Type::kAdvertise, [](Dhcp6Writer&) {}))->registers);
}

TEST(Answer, VerdictIsTheMessagesOwnStatusBeforeThatOfAnIa) {
    const auto answer = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.status(StatusCode::kUnspecFail, "first");
        writer.ia(Code::kIaNa, 1, 0, 0, [&] { writer.status(StatusCode::kNoBinding, "second"); });
    }));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->verdict().code, StatusCode::kUnspecFail);
    EXPECT_EQ(answer->verdict().message, "first");
}

TEST(Answer, VerdictIsThatOfAnIaWhenTheMessageSaysSuccess) {
    const auto answer = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.status(StatusCode::kSuccess, "");
        writer.ia(Code::kIaNa, 1, 0, 0, [] {});
        writer.ia(Code::kIaNa, 2, 0, 0, [&] { writer.status(StatusCode::kNoBinding, "gone"); });
    }));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->verdict().code, StatusCode::kNoBinding);
}

TEST(Answer, OtherMessagesAndMalformedOnesAreErrors) {
    const auto solicit = read_answer(message(Type::kSolicit, [](Dhcp6Writer&) {}));
    ASSERT_FALSE(solicit);
    EXPECT_EQ(solicit.error(), "SOLICIT is no answer; expected ADVERTISE, REPLY or ADDR-REG-REPLY");
    const auto short_ia = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.option(Code::kIaNa, std::vector<std::uint8_t>(11, 0));
    }));
    EXPECT_FALSE(short_ia);
    const auto short_status = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.option(Code::kStatusCode, std::vector<std::uint8_t>(1, 0));
    }));
    EXPECT_FALSE(short_status);
    const auto two_clients = read_answer(message(Type::kReply, [](Dhcp6Writer& writer) {
        writer.client_id(kDuid);
        writer.client_id(kDuid);
    }));
    EXPECT_FALSE(two_clients);
}

}  // namespace
}  // namespace mobility::player
