// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which message of an MN carries what (RFC 9915 section 18.2).
#include "dhcp-player/question.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dhcp-wire/dhcp6_message.h"
#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using Code = Dhcp6OptionCode;

const Prefix kAddress = *Prefix::parse("2001:db8:d000::1");
const Prefix kDelegated = *Prefix::parse("2001:db8:d080::/56");

/// Holds an address, or is offered it, or neither.
MobileNode mobile_node(std::optional<Type> learned = Type::kReply,
                       std::vector<Code> kinds = {Code::kIaNa}) {
    MobileNode mn(1, identity_of(1), kinds);
    if (learned) {
        Answer answer;
        answer.type = *learned;
        answer.server_id = kServer;
        for (const Code kind : kinds) {
            const Prefix& prefix = kind == Code::kIaNa ? kAddress : kDelegated;
            answer.ias.push_back({{kind, 1, 900, 1440, {{prefix, 1800, 3600}}}, {}});
        }
        mn.learn(Type::kRequest, answer);
    }
    return mn;
}

/// The options of the written message, in order.
std::vector<Code> codes(const Question& question) {
    std::vector<std::uint8_t> out;
    EXPECT_TRUE(write(question, 0xabcdef, Milliseconds{120}, out));
    const auto message = parse_dhcp6_message(out);
    EXPECT_TRUE(message);
    EXPECT_EQ(message->type, question.type);
    EXPECT_EQ(message->transaction_id, 0xabcdefU);
    std::vector<Code> list;
    for (const Dhcp6Option option : message->options) {
        list.push_back(option.code);
    }
    return list;
}

bool has(const Question& question, Code code) {
    const auto list = codes(question);
    return std::ranges::find(list, code) != list.end();
}

TEST(Question, EveryMessageHasClientIdentifierAndElapsedTime) {
    for (const Type type :
         {Type::kSolicit, Type::kRequest, Type::kConfirm, Type::kRenew, Type::kRebind,
          Type::kRelease, Type::kDecline, Type::kInformationRequest}) {
        const auto question = ask(type, mobile_node(), {});
        ASSERT_TRUE(question) << question.error();
        EXPECT_EQ(codes(*question).front(), Code::kClientId);
        EXPECT_TRUE(has(*question, Code::kElapsedTime));
    }
}

TEST(Question, OnlyThoseToOneServerNameIt) {
    for (const Type type : {Type::kRequest, Type::kRenew, Type::kRelease, Type::kDecline}) {
        EXPECT_EQ(ask(type, mobile_node(), {})->server_id, kServer);
    }
    for (const Type type : {Type::kSolicit, Type::kConfirm, Type::kRebind}) {
        EXPECT_TRUE(ask(type, mobile_node(), {})->server_id.empty());
    }
}

TEST(Question, ARequestTakesUpTheOfferBeforeTheLease) {
    MobileNode mn = mobile_node();
    Answer offer;
    offer.type = Type::kAdvertise;
    offer.server_id = {0, 3, 9};
    offer.ias.push_back({{Code::kIaNa, 1, 1, 2, {{*Prefix::parse("2001:db8:d000::2"), 3, 4}}}, {}});
    mn.learn(Type::kSolicit, offer);
    const auto question = ask(Type::kRequest, mn, {});
    ASSERT_TRUE(question);
    EXPECT_EQ(question->ias[0].leases[0].prefix.text(), "2001:db8:d000::2/128");
    EXPECT_EQ(question->server_id, (std::vector<std::uint8_t>{0, 3, 9}));
    EXPECT_EQ(ask(Type::kConfirm, mn, {})->ias[0].leases[0].prefix, kAddress);
}

TEST(Question, TimesAndLifetimesAreLeftToTheServer) {
    const auto question = ask(Type::kRenew, mobile_node(), {});
    EXPECT_EQ(question->ias[0].t1, 0U);
    EXPECT_EQ(question->ias[0].leases[0].valid_lifetime, 0U);
}

TEST(Question, WithoutLeaseOrServerTheErrorSaysSo) {
    const auto confirm = ask(Type::kConfirm, mobile_node(std::nullopt), {});
    ASSERT_FALSE(confirm);
    EXPECT_EQ(confirm.error(), "MN 1 holds no lease to speak of in CONFIRM");
    const auto renew = ask(Type::kRenew, mobile_node(std::nullopt), {});
    ASSERT_FALSE(renew);
    EXPECT_EQ(renew.error(), "MN 1 knows no server for RENEW: it has had no answer");
}

TEST(Question, ASolicitOfAnMnWithALeaseHintsAtIt) {
    EXPECT_EQ(ask(Type::kSolicit, mobile_node(), {})->ias[0].leases[0].prefix, kAddress);
    const auto fresh = ask(Type::kSolicit, mobile_node(std::nullopt), {});
    ASSERT_EQ(fresh->ias.size(), 1U);
    EXPECT_TRUE(fresh->ias[0].leases.empty());
}

TEST(Question, AnMnThatAsksForPrefixesSpeaksOfBothKinds) {
    const auto mn = mobile_node(Type::kReply, {Code::kIaNa, Code::kIaPd});
    const auto question = ask(Type::kRebind, mn, {});
    ASSERT_EQ(question->ias.size(), 2U);
    EXPECT_EQ(question->ias[1].code, Code::kIaPd);
    EXPECT_EQ(question->ias[1].leases[0].prefix, kDelegated);
    EXPECT_TRUE(has(*question, Code::kIaPd));
}

TEST(Question, ClaimsReplaceTheTruth) {
    Claims claims;
    claims.duid = {{0, 3, 0, 1, 9, 9, 9}};
    claims.server_id = {{0, 3, 8, 8}};
    claims.iaid = 77;
    claims.addresses = {{*Prefix::parse("2001:db8:bad::1"), *Prefix::parse("2001:db8:bad::2")}};
    claims.options = {{Code::kUserClass, {1, 2, 3}}};
    const auto question = ask(Type::kConfirm, mobile_node(std::nullopt), claims);
    ASSERT_TRUE(question) << question.error();
    EXPECT_EQ(question->client_id, *claims.duid);
    EXPECT_EQ(question->server_id, *claims.server_id);
    ASSERT_EQ(question->ias.size(), 1U);
    EXPECT_EQ(question->ias[0].iaid, 77U);
    EXPECT_EQ(question->ias[0].leases.size(), 2U);
    EXPECT_EQ(codes(*question).back(), Code::kUserClass);
}

TEST(Question, AnEmptyServerIdentifierLeavesTheOptionOut) {
    Claims claims;
    claims.server_id = std::vector<std::uint8_t>{};
    const auto question = ask(Type::kRenew, mobile_node(), claims);
    ASSERT_TRUE(question);
    EXPECT_FALSE(has(*question, Code::kServerId));
}

TEST(Question, AnInformationRequestSpeaksOfNoAddress) {
    const auto question = ask(Type::kInformationRequest, mobile_node(), {});
    EXPECT_FALSE(has(*question, Code::kIaNa));
    EXPECT_TRUE(has(*question, Code::kOptionRequest));
}

TEST(Question, ARegistrationHasItsAddressAtTheTopAndAsksForNothing) {
    Claims claims;
    EXPECT_FALSE(ask(Type::kAddrRegInform, mobile_node(), claims)) << "there is no address";
    claims.registers = {Prefix::host(*IpAddress::parse("2001:db8:d000::abcd")), 1800, 3600};
    const auto question = ask(Type::kAddrRegInform, mobile_node(), claims);
    ASSERT_TRUE(question) << question.error();
    EXPECT_EQ(codes(*question), (std::vector{Code::kClientId, Code::kElapsedTime, Code::kIaAddr}));
}

TEST(Question, RapidCommitIsAskedForOnlyWhenWanted) {
    Claims claims;
    EXPECT_FALSE(has(*ask(Type::kSolicit, mobile_node(), claims), Code::kRapidCommit));
    claims.rapid_commit = true;
    EXPECT_TRUE(has(*ask(Type::kSolicit, mobile_node(), claims), Code::kRapidCommit));
}

}  // namespace
}  // namespace mobility::player
