// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Hold ends exactly once, by whichever comes first: docs/architecture.md, "Of the Hold".
#include <random>

#include "tests/unit/core/source_recorder.h"

namespace mobility {
namespace {

using namespace example;
using Hold = SourceTest;

TEST_F(Hold, EndsWithTheAnswerOfItsAnchor) {
    connect_both();
    const auto hold = attach(1, 1, {home(1)});
    EXPECT_TRUE(out.open(hold));
    answer(out.attached.back());
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    EXPECT_EQ(source.counters().hold_installed, 1u);
    expect_counters_agree();
}

TEST_F(Hold, LetsTheReplyGoForEveryAnswerButARefusal) {
    connect_both();
    for (const auto verdict :
         {Verdict::kInstalled, Verdict::kUnchanged, Verdict::kDeferred, Verdict::kSuperseded}) {
        const auto hold = attach(1, 1, {home(1)});
        answer(out.attached.back(), {verdict, Refusal::kNone, ""});
        EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    }
    const auto hold = attach(1, 1, {home(1)});
    answer(out.attached.back(), kRefused);
    EXPECT_EQ(out.end_of(hold), HoldEnd::kRefused);
    expect_counters_agree();
}

TEST_F(Hold, OneRefusedItemRefusesTheMessage) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), home(2)});
    source.answered(0, out.attached.back().number, {Answer{}, kRefused});
    EXPECT_EQ(out.end_of(hold), HoldEnd::kRefused);
}

TEST_F(Hold, WaitsForEveryAnchorConcerned) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), delegated(1), home(2)});
    ASSERT_EQ(out.attached.size(), 2u);
    EXPECT_EQ(out.attached[0].event.items.size(), 2u);
    EXPECT_EQ(out.attached[1].event.items.size(), 1u);
    answer(out.attached[1]);
    EXPECT_TRUE(out.open(hold));
    answer(out.attached[0]);
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    expect_counters_agree();
}

TEST_F(Hold, ARefusalOfOneAnchorOutlivesTheConsentOfAnother) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), delegated(1)});
    answer(out.attached[0], kRefused);
    EXPECT_TRUE(out.open(hold));
    answer(out.attached[1]);
    EXPECT_EQ(out.end_of(hold), HoldEnd::kRefused);
    expect_counters_agree();
}

TEST_F(Hold, ARefusalNamesItsItemsAndNoOthers) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), delegated(1), home(2), delegated(2)});
    const Answer full{Verdict::kRefused, Refusal::kLackOfResources, "full"};
    const Answer over{Verdict::kRefused, Refusal::kOverIpAddressLimit, "two at most"};
    source.answered(0, out.attached[0].number, {Answer{}, over});
    source.answered(1, out.attached[1].number, {full, Answer{}});
    EXPECT_EQ(out.refused.at(hold),
              (std::vector<RefusedItem>{{home(2), Refusal::kOverIpAddressLimit, "two at most"},
                                        {delegated(1), Refusal::kLackOfResources, "full"}}));
    expect_counters_agree();
}

TEST_F(Hold, ARefusalOfOneAnchorOutlivesTheSilenceOfAnother) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), delegated(1)});
    answer(out.attached[0], kRefused);
    pass(Milliseconds{100});
    EXPECT_EQ(out.end_of(hold), HoldEnd::kRefused);
    expect_counters_agree();
}

TEST_F(Hold, ARefusalOfOneAnchorOutlivesTheSessionOfAnother) {
    connect_both();
    const auto hold = attach(1, 1, {home(1), delegated(1)});
    answer(out.attached[0], kRefused);
    source.disconnected(1);
    EXPECT_EQ(out.end_of(hold), HoldEnd::kRefused);
    expect_counters_agree();
}

TEST_F(Hold, EndsAtItsLimitAndNotBefore) {
    connect_both();
    const auto hold = attach(1, 1, {home(1)});
    EXPECT_EQ(source.next_deadline(), now + Milliseconds{100});
    pass(Milliseconds{99});
    EXPECT_TRUE(out.open(hold));
    pass(Milliseconds{1});
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    EXPECT_EQ(source.counters().hold_limit, 1u);
    expect_counters_agree();
}

TEST_F(Hold, WhateverComesAfterItsEndFindsNothing) {
    connect_both();
    const auto hold = attach(1, 1, {home(1)});
    pass(Milliseconds{100});
    answer(out.attached.back());
    answer(out.attached.back());
    source.answered(0, 12345, {Answer{}});
    source.disconnected(0);
    pass(Seconds{5});
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    expect_counters_agree();
}

TEST_F(Hold, EndsWhenTheSessionIsLost) {
    connect_both();
    const auto first = attach(1, 1, {home(1)});
    const auto second = attach(1, 2, {home(2), delegated(2)});
    const auto other = attach(1, 3, {delegated(3)});
    source.disconnected(0);
    EXPECT_EQ(out.end_of(first), HoldEnd::kSend);
    EXPECT_EQ(out.end_of(second), HoldEnd::kSend);
    EXPECT_TRUE(out.open(other)) << "it does not wait for this anchor";
    EXPECT_EQ(source.counters().hold_session_lost, 2u);
    pass(Milliseconds{100});
    expect_counters_agree();
}

TEST_F(Hold, EndsAtOnceWhenNoAnchorIsThereOrConcerned) {
    const auto away = attach(1, 1, {home(1)});
    EXPECT_EQ(out.end_of(away), HoldEnd::kSend);
    EXPECT_EQ(source.counters().hold_anchor_away, 1u);
    connect_both();
    const auto sent = out.attached.size();
    const auto outside = attach(1, 1, {prefix("2001:db8:ffff::1")});
    EXPECT_EQ(out.end_of(outside), HoldEnd::kSend);
    EXPECT_EQ(out.attached.size(), sent) << "left to plain DHCP";
    expect_counters_agree();
}

TEST_F(Hold, WaitsOnlyForTheAnchorThatIsThere) {
    connect_both();
    source.disconnected(1);
    const auto hold = attach(1, 1, {home(1), delegated(1)});
    EXPECT_TRUE(out.open(hold));
    answer(out.attached.back());
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    expect_counters_agree();
}

TEST_F(Hold, AfterSixteenLimitsInARowTheAnchorIsAwayUntilItsNextAnswer) {
    connect_both();
    for (int i = 0; i < 15; ++i) attach(1, i, {home(i + 1)});
    pass(Milliseconds{100});
    EXPECT_TRUE(source.present(0));
    answer(out.attached.back());  // late, but an answer
    for (int i = 0; i < 15; ++i) attach(1, i, {home(i + 1)});
    pass(Milliseconds{100});
    EXPECT_TRUE(source.present(0)) << "the row was broken";
    const auto sixteenth = attach(1, 1, {home(1)});
    pass(Milliseconds{100});
    EXPECT_EQ(out.end_of(sixteenth), HoldEnd::kSend);
    EXPECT_FALSE(source.present(0));
    EXPECT_EQ(out.notices, std::vector<std::string>{"SOURCE_ANCHOR_AWAY"});

    const auto unheld = attach(1, 2, {home(2)});
    EXPECT_EQ(out.end_of(unheld), HoldEnd::kSend) << "away means: do not hold";
    EXPECT_EQ(out.attached.back().event.mn, mn(2)) << "but do tell";
    answer(out.attached.back());
    EXPECT_TRUE(source.present(0));
    EXPECT_TRUE(out.open(attach(1, 3, {home(3)})));
    pass(Milliseconds{100});
    expect_counters_agree();
}

TEST_F(Hold, AnAnchorThatIsAwayEndsNoHoldOfAnother) {
    connect_both();
    for (int i = 0; i < 16; ++i) attach(1, i, {delegated(i + 1)});
    pass(Milliseconds{100});
    ASSERT_FALSE(source.present(1));
    const auto hold = attach(1, 1, {home(1), delegated(1)});
    source.disconnected(1);
    EXPECT_TRUE(out.open(hold)) << "it waits for anchor 0 only";
    answer(out.attached[out.attached.size() - 2]);
    EXPECT_EQ(out.end_of(hold), HoldEnd::kSend);
    expect_counters_agree();
}

TEST_F(Hold, ANewSessionMakesAnAwayAnchorPresent) {
    connect_both();
    for (int i = 0; i < 16; ++i) attach(1, i, {home(i + 1)});
    pass(Milliseconds{100});
    source.disconnected(0);
    source.connected(0);
    EXPECT_TRUE(source.present(0));
}

/// Everything that can happen to a Source, in any order.
void happen(SourceWorld& world, std::map<HoldId, Instant>& given, std::mt19937& random) {
    auto& source = world.source;
    const auto anchor = static_cast<AnchorIndex>(random() % 2);
    switch (random() % 8) {
        case 0:
            source.connected(anchor);
            return;
        case 1:
            if (random() % 2 == 0) source.disconnected(anchor);
            return;
        case 2:
            source.detached({mn(1), {home(1), delegated(1)}, DetachReason::kReleased});
            return;
        case 3:
        case 4: {
            std::vector<Prefix> prefixes;
            if (random() % 2 == 0) prefixes.push_back(home(static_cast<int>(random() % 4 + 1)));
            if (random() % 2 == 0) prefixes.push_back(delegated(static_cast<int>(random() % 4)));
            given.emplace(world.attach(1, static_cast<int>(random() % 4), prefixes), world.now);
            return;
        }
        case 5:
        case 6: {
            const auto& sent = world.out.attached;
            if (sent.empty()) return;
            const auto back = random() % std::min<std::size_t>(8, sent.size());
            world.answer(sent[sent.size() - 1 - back], random() % 5 ? Answer{} : world.kRefused);
            return;
        }
        default:
            world.pass(Milliseconds{random() % 30});
    }
}

TEST(HoldInAnyOrder, EndsExactlyOnceAndNeverAfterItsLimit) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        std::mt19937 random(seed);
        SourceWorld world;
        std::map<HoldId, Instant> given;
        for (int step = 0; step < 300; ++step) {
            happen(world, given, random);
            for (const auto& [hold, since] : given) {
                ASSERT_FALSE(world.out.open(hold) && world.now - since >= Milliseconds{130})
                    << "seed " << seed << ": Hold " << hold << " outlived its limit";
            }
        }
        world.pass(Milliseconds{100});
        ASSERT_EQ(world.source.holds(), 0u);
        ASSERT_EQ(world.out.completed.size(), given.size());
        world.expect_counters_agree();
    }
}

}  // namespace
}  // namespace mobility
