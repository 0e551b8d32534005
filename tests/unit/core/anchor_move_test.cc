// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Attachment and movement (scenarios A1 to A5): inwards the AR first, then the anchor, then the
// Reply; the old AR last.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;
using AnchorMove = AnchorTest;

TEST_F(AnchorMove, A1TheArHasTheHostRouteThenTheAnchorThenTheMnHasItsReply) {
    const auto request = attach(1, 1, {home(1)});
    work();
    EXPECT_TRUE(has_record(1, home(1)));
    EXPECT_EQ(points_at(home(1)), 0) << "AR1 has not confirmed it: its default leads back here";
    acknowledge(1);
    EXPECT_FALSE(answered(request));
    work();
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
    EXPECT_EQ(kernel.history().size(), 1u);
}

TEST_F(AnchorMove, A3BothTablesMoveThenTheReplyThenTheOldStateGoes) {
    attach(1, 1, {home(1)});
    settle();
    kernel.forget_history();

    pass(Seconds{1});
    const auto confirm = attach(2, 1, {home(1)}, {.proof = Proof::kLookup});
    work();
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_TRUE(has_record(1, home(1))) << "make before break";
    acknowledge(2);
    EXPECT_TRUE(has_record(1, home(1))) << "the anchor still points there";
    EXPECT_FALSE(answered(confirm));
    work();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
    EXPECT_FALSE(has_record(1, home(1)));
    EXPECT_TRUE(changed[1].contains(home(1))) << "and AR1 is told";
    EXPECT_EQ(anchor->counters().moves, 1u);
    ASSERT_EQ(kernel.history().size(), 1u) << "one replace, nothing removed";
}

TEST_F(AnchorMove, A5EveryPrefixMovesByItselfAndTheAnswerWaitsForAll) {
    auto claims = source_claims();
    claims[0].prefixes.push_back(prefix("2001:db8:a:8000::/49"));
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, claims));
    attach(1, 1, {home(1), delegated(1)});
    settle();
    const auto rebind = attach(2, 1, {home(1), delegated(1)});
    changed[2] = {home(1)};
    acknowledge(2);
    work();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(points_at(delegated(1)), 1);
    EXPECT_FALSE(answered(rebind));
    changed[2] = {delegated(1)};
    acknowledge(2);
    work();
    EXPECT_EQ(verdict(rebind, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(rebind, 1), Verdict::kInstalled);
}

TEST_F(AnchorMove, WhereNothingChangesTheAnswerIsUnchangedAtOnce) {
    attach(1, 1, {home(1)});
    settle();
    pass(Seconds{30});
    const auto renew = attach(1, 1, {home(1)});
    EXPECT_EQ(verdict(renew), Verdict::kUnchanged);
    EXPECT_TRUE(changed[1].empty());
    EXPECT_EQ(anchor->counters().moves, 0u);
}

TEST_F(AnchorMove, ToAnotherInterfaceOfTheSameArIsAChangeThere) {
    attach(1, 1, {home(1)});
    settle();
    Attached event;
    event.mn = mn(1);
    event.attachment = attachment(1, 1);
    event.attachment.interface_id = "access1";
    event.items = {{1, home(1), Seconds{60}}};
    event.order = {99, Milliseconds{0}, now};
    kernel.forget_history();
    const auto request = say(event);
    EXPECT_FALSE(answered(request));
    settle();
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
    EXPECT_EQ(anchor->record(ar(1), home(1), now)->attachment.interface_id, "access1");
    EXPECT_TRUE(kernel.history().empty()) << "the anchor's route is the same";
    EXPECT_EQ(anchor->counters().moves, 0u);
}

TEST_F(AnchorMove, ToAnArThatIsAwayIsDeferredAtOnceAndThePathStaysWhereItIs) {
    attach(1, 1, {home(1)});
    settle();
    disconnect(2);
    const auto request = attach(2, 1, {home(1)});
    EXPECT_EQ(verdict(request), Verdict::kDeferred);
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_TRUE(has_record(1, home(1)));
    connect(2);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST_F(AnchorMove, AnArThatGoesAwayBeforeItHasConfirmedDefersWhatItOwes) {
    const auto request = attach(2, 1, {home(1)});
    const auto other = attach(1, 2, {home(2)});
    disconnect(2);
    EXPECT_EQ(verdict(request), Verdict::kDeferred);
    EXPECT_FALSE(answered(other));
    settle();
    EXPECT_EQ(verdict(other), Verdict::kInstalled);
}

TEST_F(AnchorMove, AnArThatGoesAwayAfterItHasConfirmedOwesNothing) {
    const auto request = attach(2, 1, {home(1)});
    acknowledge(2);
    disconnect(2);
    EXPECT_FALSE(answered(request));
    work();
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
}

TEST_F(AnchorMove, ADeadOldArDelaysNoMove) {
    attach(1, 1, {home(1)});
    settle();
    disconnect(1);
    const auto request = attach(2, 1, {home(1)});
    acknowledge(2);
    work();
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorMove, PingPongEndsWhereTheMnWasHeardLastAndEveryMessageIsAnsweredOnce) {
    std::vector<std::uint64_t> numbers;
    for (int i = 0; i < 20; ++i) {
        pass(Milliseconds{100});
        numbers.push_back(attach(1 + i % 2, 1, {home(1)}));
        if (i % 3 == 0) acknowledge(1 + i % 2);
        if (i % 5 == 0) work();
        const auto at = points_at(home(1));
        if (at > 0) {
            EXPECT_TRUE(ar_routes[at].contains(home(1))) << "a loop at step " << i;
        }
    }
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_TRUE(has_record(2, home(1)));
    EXPECT_FALSE(has_record(1, home(1)));
    for (const auto number : numbers) EXPECT_TRUE(answered(number));
    EXPECT_EQ(verdict(numbers.back()), Verdict::kInstalled);
}

TEST_F(AnchorMove, AReturnBeforeTheOldArWasClearedCostsTheAnchorNothing) {
    attach(1, 1, {home(1)});
    settle();
    kernel.forget_history();
    const auto away = attach(2, 1, {home(1)});
    pass(Milliseconds{100});
    const auto back = attach(1, 1, {home(1)});
    EXPECT_EQ(verdict(away), Verdict::kSuperseded);
    settle();
    EXPECT_EQ(verdict(back), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_FALSE(has_record(2, home(1)));
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(AnchorMove, TheKernelsConfirmationOfOneMoveDoesNotCarryTheNext) {
    attach(1, 1, {home(1)});
    acknowledge(1);
    attach(2, 1, {home(1)});  // before the anchor's kernel has done the first
    work();
    work();
    EXPECT_EQ(points_at(home(1)), 1) << "AR2 has not confirmed it";
    EXPECT_TRUE(has_record(1, home(1)));
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorMove, AnAcknowledgementOfAnEarlierStayProvesNothing) {
    attach(2, 1, {home(1)});
    const auto old_sequence = anchor->record(ar(2), home(1), now)->sequence;
    attach(1, 1, {home(1)});
    attach(2, 1, {home(1)});
    anchor->ar_acknowledged(ar(2), home(1), old_sequence, {});
    work();
    EXPECT_EQ(points_at(home(1)), 0);
}

TEST_F(AnchorMove, EverySequenceIsGreaterThanTheLastAlsoWhenTheLeaseEndedAndTheClockStoodStill) {
    std::uint64_t last = 0;
    for (int i = 0; i < 10; ++i) {
        attach(1 + i % 3, 1, {home(1)});
        const auto sequence = anchor->record(ar(1 + i % 3), home(1), now)->sequence;
        EXPECT_GT(sequence, last);
        EXPECT_GE(sequence, wall_ms << 16);
        last = sequence;
        if (i % 2 == 0) wall_ms -= 5000;  // somebody corrects the clock
        if (i % 3 == 0) detach(mn(1), {home(1)});
    }
}

TEST_F(AnchorMove, ATransientRefusalOfTheKernelOnlyDelays) {
    int refusals = 3;
    kernel.refuse = [&](const Operation&) {
        return refusals-- > 0 ? Outcome{Outcome::Kind::kTransient, "ENOMEM"} : Outcome{};
    };
    const auto request = attach(1, 1, {home(1)});
    for (int i = 0; i < 10 && !answered(request); ++i) {
        settle();
        pass(Milliseconds{50});
    }
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
}

TEST_F(AnchorMove, AKernelThatWillNotRefusesTheReplyAndKeepsTheOldPath) {
    attach(1, 1, {home(1)});
    settle();
    kernel.refuse = [](const Operation&) {
        return Outcome{Outcome::Kind::kFailed, "no such device"};
    };
    const auto request = attach(2, 1, {home(1)});
    acknowledge(2);
    work();
    EXPECT_EQ(refusal(request), Refusal::kLackOfResources);
    EXPECT_NE(reason(request).find("no such device"), std::string::npos);
    EXPECT_TRUE(has_record(1, home(1)));
    EXPECT_TRUE(has_record(2, home(1)));
    kernel.refuse = nullptr;
    pass(Seconds{5});
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST(AnchorRouted, ControlsOnlyTheReplyLeavesWithTheArsAcknowledgement) {
    auto settings = AnchorWorld::default_settings();
    settings.mode = TunnelMode::kRouted;
    AnchorWorld world(settings);
    const auto request = world.attach(1, 1, {home(1)});
    world.work();
    EXPECT_FALSE(world.answered(request));
    world.acknowledge(1);
    EXPECT_EQ(world.verdict(request), Verdict::kInstalled);
    const auto move = world.attach(2, 1, {home(1)});
    EXPECT_TRUE(world.has_record(1, home(1)));
    world.acknowledge(2);
    EXPECT_EQ(world.verdict(move), Verdict::kInstalled);
    EXPECT_FALSE(world.has_record(1, home(1)));
    world.detach(mn(1), {home(1)});
    EXPECT_FALSE(world.has_record(2, home(1)));
    EXPECT_EQ(world.binding(home(1)), nullptr);
    EXPECT_TRUE(world.kernel.history().empty());
}

/// The machine gets another client identifier (boot loader, then the system; another installation)
/// and the server gives it the same address on the same port.
TEST_F(AnchorMove, AnotherMnAtTheVerySamePlaceOutlivesARestart) {
    attach(1, 1, {home(1)});
    settle();
    pass(Seconds{10});
    say({.mn = mn(2),
         .attachment = attachment(1, 1),
         .items = {{1, home(1), Seconds{3600}}},
         .order = {77, Milliseconds{0}, now}});
    ASSERT_TRUE(changed[1].contains(home(1))) << "AR1 must know whose it is";
    settle();
    const auto known = *anchor->record(ar(1), home(1), now);
    restart();
    connect(1);
    anchor->ar_reported(ar(1), known, moment());
    anchor->ar_report_ended(ar(1));
    list({{mn(2), {1, home(1), Seconds{60}}}});
    list({}, kOtherDomain);
    settle();
    EXPECT_EQ(points_at(home(1)), 1) << "its lease lives, and it has not moved";
}

}  // namespace
}  // namespace mobility
