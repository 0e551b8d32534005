// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The numbered steps of scenarios A: attachment, movement, their order, and their end.
#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

using Steps = std::vector<std::string>;

class Movement : public Scenario {
protected:
    Movement() : Scenario({.mobile_nodes = 4, .with_delegated = 0}) {}
    MobileNode& mn = *world.mobile_nodes[0];
};

TEST_F(Movement, A1SolicitAdvertiseRequestThenArThenAnchorThenReply) {
    mn.rapid_commit = false;
    mn.move(1, 0, OnMove::kMute);
    const auto steps = steps_of([&] {
        mn.start();
        pass(Milliseconds{100});
    });
    EXPECT_EQ(steps, (Steps{"Reply", "ar1 +", "anchor0 +", "Reply"}));  // the first: Advertise
    expect_at(mn, 1);
}

TEST_F(Movement, A2RapidCommitDoesTheSameInTwoMessages) {
    mn.move(1, 0, OnMove::kMute);
    const auto steps = steps_of([&] {
        mn.start();
        pass(Milliseconds{100});
    });
    EXPECT_EQ(steps, (Steps{"ar1 +", "anchor0 +", "Reply"}));
    EXPECT_EQ(mn.counters().sent, 1u);
}

TEST_F(Movement, A3ConfirmMovesBothTablesThenSuccessAndMakesBeforeItBreaks) {
    attached(0, 0);
    const auto steps = steps_of([&] {
        mn.move(1, 0, OnMove::kConfirm);
        pass(Milliseconds{100});
    });
    ASSERT_EQ(steps.size(), 4u);
    EXPECT_EQ((Steps{steps[0], steps[1]}), (Steps{"ar1 +", "anchor0 ="}));
    EXPECT_EQ((std::set(steps.begin() + 2, steps.end())),
              (std::set<std::string>{"ar0 -", "Reply"}));
    expect_at(mn, 1);
    EXPECT_EQ(mn.counters().changed, 1u) << "the address of the first attachment is kept";
}

TEST_F(Movement, A4RenewRebindRequestAndSolicitOfAnExistingLeaseMove) {
    attached(0, 0);
    const auto address = home(mn);
    std::size_t ar = 0;
    for (const auto how : {OnMove::kRenew, OnMove::kRebind, OnMove::kRequest, OnMove::kRapidSolicit,
                           OnMove::kSolicit}) {
        ar = (ar + 1) % 3;
        mn.move(ar, 0, how);
        pass(Milliseconds{200});
        expect_at(mn, ar);
        EXPECT_EQ(home(mn), address);
    }
}

class MovementOfPrefixes : public Scenario {
protected:
    MovementOfPrefixes() : Scenario({.mobile_nodes = 1, .with_delegated = 1}) {}
};

TEST_F(MovementOfPrefixes, A5DelegatedPrefixesMoveAlongAndTheReplyWaitsForBothAnchors) {
    auto& mn = attached(0, 0);
    ASSERT_EQ(mn.prefixes().size(), 2u);
    EXPECT_NE(&anchor_of(mn.prefixes()[0]), &anchor_of(mn.prefixes()[1]));
    expect_at(mn, 0);
    for (const auto how : {OnMove::kRebind, OnMove::kConfirm}) {
        const std::size_t there = 1 - mn.ar();
        const auto steps = steps_of([&] {
            mn.move(there, 0, how);
            pass(Milliseconds{100});
        });
        expect_at(mn, there);
        const auto reply = std::find(steps.begin(), steps.end(), "Reply");
        ASSERT_NE(reply, steps.end());
        for (const auto* before : {"anchor0 =", "anchor1 ="}) {
            EXPECT_LT(std::find(steps.begin(), steps.end(), before), reply);
        }
    }
}

TEST_F(Movement, A6ReleaseClearsTheAnchorThenTheArAndLeavesNothing) {
    attached(0, 2);
    auto steps = steps_of([&] {
        mn.release();
        mn.freeze();
        pass(Milliseconds{100});
    });
    std::erase(steps, "Reply");  // it is not held
    EXPECT_EQ(steps, (Steps{"anchor0 -", "ar2 -"}));
    expect_nothing_left();
}

TEST_F(Movement, A6DeclineExpiryAndDeletionByCommandLeaveNothing) {
    attached(0, 0);
    mn.decline();
    mn.freeze();
    pass(Milliseconds{100});
    expect_nothing_left();
    mn.thaw();
    mn.start();
    pass(Milliseconds{100});
    expect_at(mn, 0);
    world.servers[0]->remove_lease(home(mn));
    pass(Milliseconds{100});
    expect_nothing_left();
    mn.start();
    pass(Milliseconds{100});
    mn.freeze();
    pass(world.valid + Seconds{3});
    expect_nothing_left();
}

TEST_F(Movement, A3PrimeAConfirmOfWhatAnotherHoldsIsNotOnLinkAndMovesNothing) {
    attached(0, 0);
    auto& thief = attached(2, 1);
    auto confirm = message(thief, Type::kConfirm, 1, 99);
    confirm.prefixes = {home(thief), home(mn)};
    std::vector<DhcpReply::Kind> answers;
    world.on_reply = [&](const DhcpReply& reply) { answers.push_back(reply.kind); };
    forget_history();
    deliver(confirm);
    EXPECT_EQ(answers, std::vector{DhcpReply::Kind::kNotOnLink}) << "good and bad: nothing moves";
    confirm.prefixes = {plan::home(0, 0, 77)};
    deliver(confirm);
    EXPECT_EQ(answers.size(), 1u) << "no lease known here: another server may know it";
    world.on_reply = nullptr;
    EXPECT_EQ(routes_written(), 0u);
    expect_at(mn, 0);
}

TEST_F(Movement, A9WhenSeveralArsHearOneMnTheTablesDoNotFlap) {
    attached(0, 0);
    for (std::uint32_t exchange = 1; exchange <= 5; ++exchange) {
        pass(Seconds{1});
        forget_history();
        const auto first = message(mn, Type::kRenew, exchange % 3, 1000 + exchange);
        deliver(first);
        const auto written = routes_written();
        for (int i = 0; i < 5; ++i) {
            deliver(message(mn, Type::kRenew, (exchange + 1) % 3, 1000 + exchange));
            deliver(message(mn, Type::kRenew, (exchange + 2) % 3, 1000 + exchange));
        }
        EXPECT_EQ(routes_written(), written);
        expect_at(mn, exchange % 3);
    }
}

TEST_F(Movement, ACopyThatArrivesLateThroughTheOldArMovesNothing) {
    attached(0, 0);
    const auto before = message(mn, Type::kRenew, 0, 500);
    deliver(before);
    mn.move(1, 0, OnMove::kConfirm);
    pass(Seconds{2});
    deliver(before);
    expect_at(mn, 1);
}

TEST_F(Movement, ARetransmissionOfAnExchangeBegunEarlierMovesNothing) {
    attached(0, 0);
    auto renew = message(mn, Type::kRenew, 0, 500);
    deliver(renew);
    pass(Seconds{1});
    mn.move(1, 0, OnMove::kConfirm);
    pass(Seconds{1});
    renew.elapsed = Milliseconds{2050};
    deliver(renew);
    expect_at(mn, 1);
}

TEST_F(Movement, ARetransmissionThroughTheNewArMoves) {
    attached(0, 0);
    auto renew = message(mn, Type::kRenew, 1, 500);
    deliver(renew);
    expect_at(mn, 1);
    pass(Seconds{1});
    renew.elapsed = Milliseconds{1000};
    renew.ar = 2;
    deliver(renew);
    expect_at(mn, 2);
}

TEST_F(Movement, TwentyPingPongMovesInTwoSecondsEndWhereTheMnIs) {
    attached(0, 0);
    const auto address = home(mn);
    for (int i = 1; i <= 20; ++i) {
        mn.move(static_cast<std::size_t>(i % 2), 0, OnMove::kConfirm);
        pass(Milliseconds{100});
    }
    expect_at(mn, 0);
    EXPECT_EQ(home(mn), address);
    pass(Seconds{1});
    EXPECT_GE(mn.counters().replies, 21u) << "each within its 100 ms";
}

TEST_F(Movement, AMoveInTheFirstSecondIsAMove) {
    mn.move(0, 0, OnMove::kMute);
    mn.start();
    pass(Milliseconds{3});
    mn.move(1, 0, OnMove::kConfirm);
    pass(Milliseconds{100});
    mn.move(2, 0, OnMove::kRebind);
    pass(Milliseconds{100});
    expect_at(mn, 2);
}

TEST_F(Movement, ADeadOldArDelaysNoMove) {
    attached(0, 0);
    world.session(*world.access_routers[0], 0)->stall(Seconds{60});  // silent, not closed
    const auto began = world.timeline.now();
    Instant replied{};
    world.on_reply = [&](const DhcpReply&) { replied = world.timeline.now(); };
    mn.move(1, 0, OnMove::kConfirm);
    pass(Milliseconds{100});
    world.on_reply = nullptr;
    EXPECT_EQ(anchor_sends_to(home(mn)), 1);
    EXPECT_LT(replied - began, Milliseconds{5});
    world.access_routers[0]->stop();
    mn.move(2, 0, OnMove::kConfirm);
    pass(Milliseconds{100});
    EXPECT_EQ(anchor_sends_to(home(mn)), 2);
    world.access_routers[0]->start();
    pass(Seconds{70});
    expect_at(mn, 2);
}

TEST_F(Movement, AMoveToAnArThatIsAwayIsAnsweredAtOnceAndThePathWaits) {
    attached(0, 0);
    world.access_routers[1]->stop();
    pass(Seconds{1});
    const auto before = mn.counters().replies;
    mn.move(1, 0, OnMove::kConfirm);
    pass(Milliseconds{20});
    EXPECT_EQ(mn.counters().replies, before + 1) << "Deferred";
    expect_at(mn, 0);
    world.access_routers[1]->start();
    pass(Seconds{1});
    expect_at(mn, 1);
}

}  // namespace
}  // namespace mobility::sim
