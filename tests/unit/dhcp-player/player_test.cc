// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The player between links in memory, on a clock that the test moves.
#include "dhcp-player/player.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "dhcp-player/mutation.h"
#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using std::chrono::milliseconds;

const IpAddress kAddress = *IpAddress::parse("2001:db8:d000::1");

class PlayerTest : public testing::Test {
protected:
    PlayerTest() : ar1_(add("ar1")), ar2_(add("ar2")) {}

    MemoryLink& add(const std::string& name) {
        auto link = std::make_unique<MemoryLink>(name);
        MemoryLink& added = *link;
        EXPECT_TRUE(player_.add(std::move(link)));
        return added;
    }

    Script script(std::vector<Type> messages, Link& link) {
        Script script;
        script.messages = std::move(messages);
        script.sends.emplace_back().link = &link;
        return script;
    }

    void play(MnNumber mn, Script script) {
        const auto played = player_.play(mn, std::move(script), now_,
                                         [this](Outcome outcome) { outcome_ = outcome; });
        ASSERT_TRUE(played) << played.error();
    }

    bool answer(MemoryLink& link, const TestAnswer& with = {}) {
        const auto& said = link.said.back();
        const auto message = answer_to(said, with);
        return player_.heard({&link, said.from, message, now_});
    }

    void pass(milliseconds time) {
        now_ += time;
        player_.agenda().run(now_, 1000);
    }

    /// MN 1 attaches through AR1.
    void attach(MnNumber mn = 1) {
        play(mn, script({Type::kSolicit, Type::kRequest}, ar1_));
        EXPECT_TRUE(answer(ar1_, {.type = Type::kAdvertise}));
        EXPECT_TRUE(answer(ar1_));
        ASSERT_TRUE(outcome_);
        EXPECT_TRUE(outcome_->success());
        outcome_.reset();
    }

    Player player_{1};
    MemoryLink& ar1_;
    MemoryLink& ar2_;
    Instant now_{std::chrono::seconds(1000)};
    std::optional<Outcome> outcome_;
};

TEST_F(PlayerTest, AttachesInFourMessagesWithTwoTransactions) {
    play(1, script({Type::kSolicit, Type::kRequest}, ar1_));
    ASSERT_EQ(ar1_.said.size(), 1U);
    EXPECT_EQ(ar1_.said[0].type(), Type::kSolicit);
    answer(ar1_, {.type = Type::kAdvertise});
    ASSERT_EQ(ar1_.said.size(), 2U);
    EXPECT_EQ(ar1_.said[1].type(), Type::kRequest);
    EXPECT_NE(ar1_.said[0].transaction_id(), ar1_.said[1].transaction_id());
    EXPECT_FALSE(outcome_);
    answer(ar1_);
    ASSERT_TRUE(outcome_);
    EXPECT_EQ(outcome_->steps.size(), 2U);
    EXPECT_TRUE(player_.mn(1).holds(kAddress));
    EXPECT_EQ(player_.mn(1).link(), &ar1_);
    EXPECT_EQ(player_.open_exchanges(), 0U);
}

TEST_F(PlayerTest, ARequestOfAnMnThatKnowsNoServerBeginsWithASolicit) {
    play(1, script({Type::kRequest}, ar1_));
    EXPECT_EQ(ar1_.said[0].type(), Type::kSolicit);
    answer(ar1_, {.type = Type::kAdvertise});
    answer(ar1_);
    ASSERT_TRUE(outcome_);
    outcome_.reset();
    play(1, script({Type::kRequest}, ar1_));
    EXPECT_EQ(ar1_.said.back().type(), Type::kRequest);
}

TEST_F(PlayerTest, AConfirmThroughAnotherLinkMovesTheMn) {
    attach();
    play(1, script({Type::kConfirm}, ar2_));
    EXPECT_EQ(player_.mn(1).link(), &ar2_);
    answer(ar2_);
    ASSERT_TRUE(outcome_);
    EXPECT_TRUE(outcome_->success());
    EXPECT_EQ(outcome_->answers[0].link, &ar2_);
}

TEST_F(PlayerTest, ACopyFromTheOldLinkDoesNotMoveItBack) {
    attach();
    Script copied = script({Type::kConfirm}, ar2_);
    Send& copy = copied.sends.emplace_back();
    copy.link = &ar1_;
    copy.after = milliseconds(20);
    copy.elapsed = milliseconds(0);
    copy.moves = false;
    copied.sends_go_on = true;
    copied.collect = milliseconds(100);
    play(1, copied);
    answer(ar2_);
    pass(milliseconds(20));
    EXPECT_EQ(ar1_.said.back().type(), Type::kConfirm);
    EXPECT_EQ(ar1_.said.back().message, ar2_.said.back().message);
    EXPECT_EQ(player_.mn(1).link(), &ar2_);
    answer(ar1_);
    pass(milliseconds(100));
    ASSERT_TRUE(outcome_);
    EXPECT_EQ(outcome_->answers.size(), 2U);
}

TEST_F(PlayerTest, ARetransmissionHasTheSameTransactionAndALargerElapsedTime) {
    attach();
    Script again = script({Type::kRebind}, ar1_);
    Send& retransmission = again.sends.emplace_back();
    retransmission.link = &ar2_;
    retransmission.after = milliseconds(300);
    play(1, again);
    pass(milliseconds(300));
    EXPECT_EQ(ar2_.said.back().transaction_id(), ar1_.said.back().transaction_id());
    EXPECT_EQ(ar1_.said.back().elapsed(), milliseconds(0));
    EXPECT_EQ(ar2_.said.back().elapsed(), milliseconds(300));
    EXPECT_EQ(player_.mn(1).link(), &ar2_);
}

TEST_F(PlayerTest, WithoutAnswerTheExchangeEndsAndSaysWhatWasNotAnswered) {
    play(1, script({Type::kSolicit, Type::kRequest}, ar1_));
    pass(milliseconds(999));
    EXPECT_FALSE(outcome_);
    pass(milliseconds(1));
    ASSERT_TRUE(outcome_);
    EXPECT_NE(outcome_->error.find("no answer to SOLICIT"), std::string::npos);
    EXPECT_FALSE(answer(ar1_, {.type = Type::kAdvertise}));
}

TEST_F(PlayerTest, AnAnswerThatComesTwiceBelongsToNobodyTheSecondTime) {
    attach();
    play(1, script({Type::kConfirm}, ar2_));
    EXPECT_TRUE(answer(ar2_));
    EXPECT_FALSE(answer(ar2_));
}

TEST_F(PlayerTest, TwoMnsWithTheSameTransactionAreToldApartByTheirDuids) {
    attach(1);
    attach(2);
    Script fixed = script({Type::kConfirm}, ar2_);
    fixed.transaction_id = 0x42;
    play(1, fixed);
    play(2, fixed);
    ASSERT_EQ(ar2_.said.size(), 2U);
    answer(ar2_);
    ASSERT_TRUE(outcome_);
    EXPECT_EQ(outcome_->mn, 2U);
    EXPECT_TRUE(player_.busy(1));
}

TEST_F(PlayerTest, MalformedAndMisaddressedAnswersAreCounted) {
    attach();
    play(1, script({Type::kConfirm}, ar2_));
    const std::vector<std::uint8_t> malformed{7, 0};
    EXPECT_FALSE(player_.heard({&ar2_, ar2_.said.back().from, malformed, now_}));
    EXPECT_EQ(player_.counters().malformed, 1U);
    EXPECT_EQ(player_.counters().latest_malformed.substr(0, 5), "ar2: ");
    const auto message = answer_to(ar2_.said.back());
    EXPECT_TRUE(player_.heard({&ar2_, kAddress, message, now_}));
    EXPECT_EQ(player_.counters().misaddressed, 1U);
}

TEST_F(PlayerTest, WhatIsRefusedIsNotPlayed) {
    const auto played =
        player_.play(1, script({Type::kConfirm}, ar1_), now_, [](const Outcome&) { FAIL(); });
    ASSERT_FALSE(played);
    EXPECT_EQ(played.error(), "MN 1 holds no lease to speak of in CONFIRM");
    EXPECT_TRUE(ar1_.said.empty());
    EXPECT_FALSE(player_.busy(1));
}

TEST_F(PlayerTest, AnMnAnswersForItsLinkLocalAddressWhereItIsOrWaits) {
    attach();
    const Identity mn = identity_of(1);
    EXPECT_EQ(player_.resolve(ar1_, mn.link_local), mn.mac);
    EXPECT_FALSE(player_.resolve(ar2_, mn.link_local));
    Script from_afar = script({Type::kConfirm}, ar2_);
    from_afar.sends[0].moves = false;
    play(1, from_afar);
    EXPECT_EQ(player_.resolve(ar2_, mn.link_local), mn.mac);
    EXPECT_EQ(player_.resolve(ar1_, mn.link_local), mn.mac);
    answer(ar2_);
    EXPECT_FALSE(player_.resolve(ar2_, mn.link_local));
}

TEST_F(PlayerTest, AnMnAnswersForItsLeasedAddressOnlyWhereItIsAndWhileItHoldsIt) {
    EXPECT_FALSE(player_.resolve(ar1_, kAddress));
    attach();
    EXPECT_EQ(player_.resolve(ar1_, kAddress), identity_of(1).mac);
    EXPECT_FALSE(player_.resolve(ar2_, kAddress));
    play(1, script({Type::kRelease}, ar1_));
    answer(ar1_);
    EXPECT_FALSE(player_.resolve(ar1_, kAddress));
}

TEST_F(PlayerTest, PacketsCountForTheMnThatHoldsTheAddressAndHasTheMac) {
    attach();
    const MacAddress mac = identity_of(1).mac;
    EXPECT_TRUE(player_.packet_arrived(ar1_, mac, kAddress, now_));
    EXPECT_FALSE(player_.packet_arrived(ar2_, mac, kAddress, now_));
    EXPECT_FALSE(player_.packet_arrived(ar1_, identity_of(2).mac, kAddress, now_));
    EXPECT_FALSE(player_.packet_arrived(ar1_, mac, *IpAddress::parse("2001:db8::2"), now_));
    EXPECT_EQ(player_.mn(1).arrivals().here, 1U);
    EXPECT_EQ(player_.mn(1).arrivals().elsewhere, 1U);
}

TEST_F(PlayerTest, AnMnIsNotRedefinedInTheMiddleOfAnExchange) {
    play(1, script({Type::kSolicit}, ar1_));
    const auto busy = player_.define(1, identity_of(2), {});
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error(), "MN 1 is in the middle of an exchange");
    answer(ar1_, {.type = Type::kAdvertise});
    EXPECT_TRUE(player_.define(1, identity_of(2), {}));
    EXPECT_FALSE(player_.resolve(ar1_, identity_of(1).link_local));
}

TEST_F(PlayerTest, WhatAnImpostorOrASpoiledMessageIsGrantedIsNotTheMns) {
    attach();
    Script impostor = script({Type::kRebind}, ar2_);
    impostor.claims.duid = identity_of(9).duid;
    play(1, impostor);
    EXPECT_TRUE(answer(ar2_, {.address = "2001:db8:d000::9"}));
    EXPECT_FALSE(player_.mn(1).holds(*IpAddress::parse("2001:db8:d000::9")));
    Script spoiled = script({Type::kRebind}, ar2_);
    spoiled.sends[0].mutation = find_mutation("ia-address-outside");
    play(1, spoiled);
    EXPECT_EQ(ar2_.said.back().mutation, find_mutation("ia-address-outside"));
    EXPECT_TRUE(answer(ar2_, {.address = "2001:db8:d000::9"}));
    EXPECT_TRUE(player_.mn(1).holds(kAddress));
}

TEST_F(PlayerTest, MnsThatShareHostsShareMacsAndLinkLocalAddressesOnEveryLink) {
    player_.populate({.hosts = 10, .kinds = {Dhcp6OptionCode::kIaPd}});
    EXPECT_EQ(player_.mn(13).identity().mac, identity_of(3).mac);
    EXPECT_EQ(player_.mn(13).identity().duid, identity_of(13).duid);
    EXPECT_EQ(player_.mn(13).kinds(), std::vector{Dhcp6OptionCode::kIaPd});
    EXPECT_EQ(player_.resolve(ar2_, identity_of(3).link_local), identity_of(3).mac);
}

TEST_F(PlayerTest, ALinksRefusalIsTheOutcomesError) {
    ar1_.refusal = "no such mutation here";
    play(1, script({Type::kSolicit}, ar1_));
    pass(milliseconds(1000));
    ASSERT_TRUE(outcome_);
    EXPECT_EQ(outcome_->error, "ar1: no such mutation here");
}

TEST_F(PlayerTest, WithoutAnswerTheErrorSaysWhatTheKernelRefused) {
    ar1_.fail_to_send("long ago");
    play(1, script({Type::kSolicit}, ar1_));
    pass(milliseconds(1000));
    ASSERT_TRUE(outcome_);
    EXPECT_EQ(outcome_->error.find("long ago"), std::string::npos);
    play(1, script({Type::kSolicit}, ar1_));
    ar1_.fail_to_send("Network is down");
    pass(milliseconds(1000));
    EXPECT_EQ(outcome_->error,
              "no answer to SOLICIT within 1000 ms of the last of 1 transmissions; "
              "ar1: Network is down");
}

TEST_F(PlayerTest, AnnouncesTheMnFirstWhereTheScriptSaysSo) {
    Script announced = script({Type::kSolicit}, ar1_);
    announced.sends[0].announce = true;
    play(1, announced);
    EXPECT_EQ(ar1_.announced, std::vector{identity_of(1).mac});
}

TEST_F(PlayerTest, TwoLinksCannotHaveOneName) {
    const auto again = player_.add(std::make_unique<MemoryLink>("ar1"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), "there is a link \"ar1\" already");
}

TEST_F(PlayerTest, RegistersAnAddressFromItselfAndAnswersForItWhereItIs) {
    const IpAddress own = *IpAddress::parse("2001:db8:d000::abcd");
    auto registration = script({Type::kAddrRegInform}, ar1_);
    registration.claims.registers = {Prefix::host(own), 1800, 3600};
    play(1, registration);
    EXPECT_EQ(ar1_.said.back().from, own);
    EXPECT_FALSE(player_.resolve(ar1_, own)) << "it is not acknowledged yet";
    EXPECT_TRUE(answer(ar1_));
    ASSERT_TRUE(outcome_);
    EXPECT_TRUE(outcome_->success());
    EXPECT_EQ(player_.counters().misaddressed, 0U);
    EXPECT_TRUE(player_.resolve(ar1_, own));
    EXPECT_FALSE(player_.resolve(ar2_, own));
    registration.claims.registers->valid_lifetime = 0;
    registration.claims.registers->preferred_lifetime = 0;
    play(1, registration);
    EXPECT_TRUE(answer(ar1_));
    EXPECT_FALSE(player_.resolve(ar1_, own)) << "it is given up";
}

TEST_F(PlayerTest, AnAcknowledgementOfAnotherAddressIsNone) {
    auto registration = script({Type::kAddrRegInform}, ar1_);
    registration.claims.registers = {Prefix::host(kAddress), 1800, 3600};
    play(1, registration);
    auto said = ar1_.said.back();
    said.message.back() ^= 1;  // of its valid lifetime: the same address
    EXPECT_TRUE(player_.heard({&ar1_, said.from, answer_to(said), now_}));
    EXPECT_TRUE(outcome_);
    outcome_.reset();
    play(1, registration);
    said = ar1_.said.back();
    said.message[said.message.size() - 9] ^= 1;  // the last octet of the address
    EXPECT_TRUE(player_.heard({&ar1_, said.from, answer_to(said), now_}));
    EXPECT_FALSE(outcome_);
    EXPECT_EQ(player_.counters().unexpected, 1U);
}

}  // namespace
}  // namespace mobility::player
