// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of messages at the anchor: what moves, and what only refreshes.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

/// MN 1 has moved from AR1 to AR2, a second apart.
class AnchorOrder : public AnchorTest {
protected:
    AnchorOrder() {
        attach(1, 1, {home(1)});
        first = last_transaction;
        settle();
        pass(Seconds{1});
        attach(2, 1, {home(1)});
        second = last_transaction;
        settle();
        pass(Milliseconds{200});
    }
    std::uint32_t first = 0, second = 0;
};

TEST_F(AnchorOrder, ACopyThatArrivesLateThroughTheOldArMovesNothing) {
    const auto late = attach(1, 1, {home(1)}, {.transaction = second});
    EXPECT_EQ(verdict(late), Verdict::kSuperseded);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(anchor->counters().copies, 1u);
}

TEST_F(AnchorOrder, ARetransmissionOfAnExchangeBegunEarlierMovesNothing) {
    const auto late =
        attach(1, 1, {home(1)}, {.transaction = first, .elapsed = Milliseconds{1200}});
    EXPECT_EQ(verdict(late), Verdict::kSuperseded);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorOrder, ACopyOfAnEarlierExchangeThatArrivesLateMovesNothing) {
    // By its arrival alone it would seem to have begun just now.
    const auto late = attach(1, 1, {home(1)}, {.transaction = first});
    EXPECT_EQ(verdict(late), Verdict::kSuperseded);
    pass(Seconds{3});
    const auto again =
        attach(1, 1, {home(1)}, {.transaction = first, .elapsed = Milliseconds{1000}});
    EXPECT_EQ(verdict(again), Verdict::kSuperseded);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorOrder, WhatWasOnceJudgedOlderStaysOlder) {
    attach(1, 1, {home(1)}, {.transaction = 5, .elapsed = Milliseconds{1500}});
    pass(Seconds{2});
    const auto late = attach(1, 1, {home(1)}, {.transaction = 5, .elapsed = Milliseconds{1500}});
    EXPECT_EQ(verdict(late), Verdict::kSuperseded);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorOrder, ARetransmissionThroughTheNewArMoves) {
    const auto again =
        attach(3, 1, {home(1)}, {.transaction = second, .elapsed = Milliseconds{200}});
    settle();
    EXPECT_EQ(verdict(again), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 3);
}

TEST_F(AnchorOrder, ACopyWhereTheMnIsAlreadyIsAnsweredLikeTheOriginal) {
    const auto copy = attach(2, 1, {home(1)}, {.transaction = second});
    EXPECT_EQ(verdict(copy), Verdict::kUnchanged);
    pass(Seconds{1});
    const auto original = attach(3, 1, {home(1)});
    const auto twice = attach(3, 1, {home(1)}, {.transaction = last_transaction});
    EXPECT_FALSE(answered(twice));
    settle();
    EXPECT_EQ(verdict(original), Verdict::kInstalled);
    EXPECT_EQ(verdict(twice), Verdict::kInstalled);
}

TEST_F(AnchorOrder, TheTimeAMessageSpentAtTheSourceDoesNotMakeItNewer) {
    // Begun 400 ms ago, before the one that moved the MN here 200 ms ago.
    EXPECT_EQ(verdict(attach(1, 1, {home(1)}, {.age = Milliseconds{400}})), Verdict::kSuperseded);
    EXPECT_EQ(verdict(attach(1, 1, {home(1)}, {.elapsed = Milliseconds{400}})),
              Verdict::kSuperseded);
    EXPECT_EQ(
        verdict(attach(1, 1, {home(1)}, {.elapsed = Milliseconds{150}, .age = Milliseconds{250}})),
        Verdict::kSuperseded);
    const auto newer = attach(1, 1, {home(1)}, {.age = Milliseconds{100}});
    settle();
    EXPECT_EQ(verdict(newer), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
}

TEST_F(AnchorOrder, AnOlderMessageRefreshesTheLease) {
    const auto before = binding(home(1))->expires;
    pass(Seconds{10});
    attach(1, 1, {home(1)}, {.age = Seconds{60}});
    EXPECT_EQ(binding(home(1))->expires, before + Seconds{10} + Milliseconds{200});
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorOrder, A9WhenThreeArsHearOneMessageTheFirstPlacesTheMnAndNothingFlaps) {
    pass(Seconds{1});
    kernel.forget_history();
    attach(3, 1, {home(1)});
    const auto transaction = last_transaction;
    for (int i = 0; i < 5; ++i) {
        attach(1, 1, {home(1)}, {.transaction = transaction});
        attach(2, 1, {home(1)}, {.transaction = transaction});
        settle();
    }
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_EQ(kernel.history().size(), 1u);
}

TEST_F(AnchorOrder, AfterARestartAnyMessageMayMove) {
    restart();
    connect(1);
    connect(2);
    list({lease(1)});
    const auto old = attach(1, 1, {home(1)}, {.transaction = first, .age = Seconds{50}});
    settle();
    EXPECT_EQ(verdict(old), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
}

TEST_F(AnchorOrder, TheNextHolderOfAPrefixHasAnOrderOfItsOwn) {
    const auto next = attach(1, 2, {home(1)}, {.age = Seconds{30}});  // a commit for another MN
    settle();
    EXPECT_EQ(verdict(next), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(binding(home(1))->mn, mn(2));
}

TEST_F(AnchorOrder, EachPrefixOfAnMnHasAnOrderOfItsOwn) {
    const auto other = attach(1, 1, {home(1), home(2)}, {.age = Seconds{5}});
    settle();
    EXPECT_EQ(verdict(other, 0), Verdict::kSuperseded);
    EXPECT_EQ(verdict(other, 1), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(points_at(home(2)), 1);
}

/// An AR that reports ever later sequences.
TEST_F(AnchorOrder, ReportsDoNotCarryTheSequenceAway) {
    attach(1, 1, {home(1)});
    settle();
    restart();
    list({lease(1)});
    connect(1);
    auto sequence = wall_ms << 16;
    for (int day = 0; day < 100; ++day) {
        sequence += std::uint64_t{86'400'000} << 16;
        anchor->ar_reported(
            ar(1), {home(1), mn(1), 1, kDomain, attachment(1, 1), sequence, Seconds{60}}, moment());
    }
    EXPECT_LE(anchor->last_sequence() >> 16, wall_ms + 2 * 86'400'000)
        << "each report is believed that is a day ahead of the last one";
}

}  // namespace
}  // namespace mobility
