// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Release, Decline, expiry, deletion (scenario A6): outwards the anchor first, and nothing is left.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class AnchorEnd : public AnchorTest {
protected:
    AnchorEnd() {
        attach(1, 1, {home(1)});
        settle();
        pass(Seconds{10});
    }
    void expect_nothing_left() {
        settle();
        EXPECT_TRUE(kernel.state().routes.empty());
        EXPECT_EQ(anchor->bindings().size(), 0u);
        for (int i = 1; i <= 3; ++i) {
            EXPECT_TRUE(ar_routes[i].empty());
            EXPECT_TRUE(records_at(i).empty());
        }
    }
};

TEST_F(AnchorEnd, A6TheAnchorsRouteGoesFirstThenTheArs) {
    const auto release = detach(mn(1), {home(1)});
    EXPECT_TRUE(answered(release)) << "when the table has changed; it is never held";
    EXPECT_FALSE(anchor->bound(home(1)));
    EXPECT_TRUE(has_record(1, home(1))) << "the anchor still points there";
    work();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_FALSE(has_record(1, home(1)));
    expect_nothing_left();
}

TEST_F(AnchorEnd, A6ADeclineNamesNobody) {
    detach(std::nullopt, {home(1)});
    expect_nothing_left();
}

TEST_F(AnchorEnd, ALateExpiryCannotDeleteTheNextHoldersPath) {
    attach(2, 2, {home(1)});
    settle();
    const auto late = detach(mn(1), {home(1)});
    settle();
    EXPECT_TRUE(answered(late));
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(anchor->counters().foreign_detached, 1u);
}

TEST_F(AnchorEnd, AnotherSourceCannotEndIt) {
    detach(mn(1), {home(1)}, kOtherDomain);
    detach(std::nullopt, {home(1)}, kOtherDomain);
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
}

TEST_F(AnchorEnd, EndingWhatIsNotThereIsAnswered) {
    EXPECT_TRUE(answered(detach(mn(7), {home(7), home(8)})));
    EXPECT_TRUE(answered(detach(mn(7), {})));
    EXPECT_EQ(anchor->counters().detached, 0u);
}

TEST_F(AnchorEnd, InTheMiddleOfAMoveBothArsAreCleared) {
    const auto move = attach(2, 1, {home(1)});
    detach(mn(1), {home(1)});
    EXPECT_EQ(verdict(move), Verdict::kSuperseded);
    expect_nothing_left();
}

TEST_F(AnchorEnd, BeforeTheFirstArHasConfirmedNothingWasInTheWay) {
    const auto request = attach(2, 2, {home(2)});
    detach(mn(2), {home(2)});
    detach(mn(1), {home(1)});
    EXPECT_EQ(verdict(request), Verdict::kSuperseded);
    acknowledge(2);
    expect_nothing_left();
}

TEST_F(AnchorEnd, OfABindingWhoseArIsAwayLeavesNothingToTellItButItsList) {
    disconnect(1);
    detach(mn(1), {home(1)});
    work();
    EXPECT_EQ(anchor->bindings().size(), 0u);
    EXPECT_TRUE(records_at(1).empty());
}

TEST_F(AnchorEnd, ALookupThatBeganBeforeTheEndDoesNotRevive) {
    detach(mn(1), {home(1)});
    settle();
    pass(Milliseconds{100});
    const auto confirm =
        attach(2, 1, {home(1)}, {.proof = Proof::kLookup, .age = Milliseconds{150}});
    EXPECT_EQ(refusal(confirm), Refusal::kUnauthorizedMn);
    const auto retransmitted = attach(
        2, 1, {home(1)}, {.proof = Proof::kLookup, .elapsed = Seconds{50}, .age = Seconds{5}});
    EXPECT_EQ(refusal(retransmitted), Refusal::kUnauthorizedMn);
    expect_nothing_left();
}

TEST_F(AnchorEnd, ALookupThatBeganBeforeTheEndDoesNotReviveWhileTheRouteIsStillGoing) {
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kTransient, "ENOMEM"}; };
    detach(mn(1), {home(1)});
    work();
    const auto confirm =
        attach(2, 1, {home(1)}, {.proof = Proof::kLookup, .age = Milliseconds{50}});
    EXPECT_EQ(refusal(confirm), Refusal::kUnauthorizedMn);
    kernel.refuse = nullptr;
    pass(Seconds{1});
    expect_nothing_left();
}

TEST_F(AnchorEnd, ACommitAlwaysMayRevive) {
    detach(mn(1), {home(1)});
    const auto request = attach(2, 1, {home(1)}, {.age = Seconds{5}});
    settle();
    EXPECT_EQ(verdict(request), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST_F(AnchorEnd, ALookupThatBeganAfterTheEndMay) {
    detach(mn(1), {home(1)});
    settle();
    pass(Milliseconds{10});
    const auto confirm = attach(2, 1, {home(1)}, {.proof = Proof::kLookup});
    settle();
    EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
}

TEST_F(AnchorEnd, AMinuteLaterTheEndIsForgotten) {
    detach(mn(1), {home(1)});
    settle();
    pass(Seconds{60});
    EXPECT_EQ(refusal(attach(2, 1, {home(1)}, {.proof = Proof::kLookup, .age = Seconds{61}})),
              Refusal::kUnauthorizedMn);
    pass(Milliseconds{1});
    const auto confirm = attach(2, 1, {home(1)}, {.proof = Proof::kLookup, .age = Seconds{62}});
    settle();
    EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
}

TEST_F(AnchorEnd, WhenTheSourceLeavesNobodyIsAnsweredAndItsBindingsStay) {
    const auto request = attach(2, 1, {home(1)});
    anchor->source_gone(domain());
    settle();
    EXPECT_FALSE(answered(request));
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorEnd, SilenceNeverWithdraws) {
    pass(std::chrono::hours{100});
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
}

/// A source of another family, or of other prefixes, says that something ends.
TEST_F(AnchorEnd, ASourceThatMayNotSpeakForAPrefixDoesNotEndWhatTheKernelHas) {
    attach(1, 1, {home(1)});
    settle();
    restart();
    detach(mn(9), {home(1)}, kOtherDomain);
    settle();
    EXPECT_EQ(points_at(home(1)), 1) << "homes/6 has no claim to 2001:db8:a::/64";
}

/// Two servers that share leases: one was away for some minutes, and lists what it had before its
/// partner gave the address to another.
TEST_F(AnchorEnd, AListOfAnotherSourceDoesNotEndWhatItsOwnerHasGiven) {
    auto sources = source_claims();
    sources[1].prefixes = sources[0].prefixes;
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, sources));
    attach(1, 1, {home(1)});
    settle();
    pass(Seconds{60});
    detach(mn(1), {home(1)});
    attach(2, 2, {home(1)});  // metro/6 has it released, and given to the next
    settle();
    ASSERT_EQ(points_at(home(1)), 2);
    pass(Seconds{60});
    list({lease(1)}, kOtherDomain);  // its partner is back, and not synchronised yet
    settle();
    EXPECT_EQ(points_at(home(1)), 2)
        << "the end of a binding is believed of its owner only (docs/operating.md)";
}

/// The operator takes a lease domain out of the inventory that never listed: nobody is waited for.
TEST_F(AnchorEnd, WhatARemovedSourceMightHaveOwnedGoesAtTheReload) {
    attach(1, 1, {home(1)});
    say({.mn = mn(2),
         .attachment = attachment(1, 2),
         .items = {{1, delegated(1), Seconds{3600}}},
         .order = {5, Milliseconds{0}, now}},
        kOtherDomain);
    settle();
    ASSERT_EQ(points_at(delegated(1)), 1);
    restart();
    list({lease(1)});
    settle();
    ASSERT_FALSE(anchor->listed());
    auto sources = source_claims();
    sources.pop_back();
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, sources));
    anchor->end_prohibited(moment());  // all that AnchorNode::inventory_changed does here
    settle();
    EXPECT_TRUE(anchor->listed());
    EXPECT_FALSE(anchor->recovering()) << "so ARs never hear the end of their full state";
    EXPECT_EQ(points_at(delegated(1)), 0);
}

}  // namespace
}  // namespace mobility
