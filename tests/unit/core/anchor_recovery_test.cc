// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Full lists, and what a restarted Anchor takes from its kernel, the ARs and the sources.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class AnchorRecovery : public AnchorTest {
protected:
    /// MNs 1..count, spread over the ARs, all settled.
    void attach_many(int count) {
        for (int i = 1; i <= count; ++i) attach(1 + i % 3, i, {home(i)});
        settle();
        kernel.forget_history();
    }
    std::vector<LeaseEntry> leases(int first, int last) {
        std::vector<LeaseEntry> all;
        for (int i = first; i <= last; ++i) all.push_back(lease(i));
        return all;
    }
    void other_source_lists_nothing() { list({}, kOtherDomain); }
    BindingRecord report_of(int ar_number, int number, std::uint64_t sequence,
                            const std::string& owner = kDomain) {
        return {home(number), mn(number), 1, owner, attachment(ar_number, number),
                sequence,     Seconds{60}};
    }
};

TEST_F(AnchorRecovery, AListRemovesWhatItDoesNotHaveAndKeepsTheRest) {
    attach_many(5);
    list(leases(1, 3));
    settle();
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(points_at(home(i)), 1 + i % 3);
    for (int i = 4; i <= 5; ++i) EXPECT_EQ(points_at(home(i)), 0);
    EXPECT_EQ(anchor->bindings().size(), 3u);
}

TEST_F(AnchorRecovery, AListRemovesNothingOfAnotherSource) {
    attach_many(5);
    other_source_lists_nothing();
    settle();
    EXPECT_EQ(anchor->bindings().size(), 5u);
}

TEST_F(AnchorRecovery, AnEventDuringTheListCountsAsListed) {
    attach_many(3);
    anchor->list_begin(domain());
    anchor->list_page(domain(), leases(1, 1), moment());
    pass(Milliseconds{1});
    attach(3, 2, {home(2)});
    attach(2, 3, {home(3)}, {.age = Seconds{50}});  // old: moves nothing, but the lease lives
    attach(1, 4, {home(4)});
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_EQ(anchor->bindings().size(), 4u);
    EXPECT_EQ(points_at(home(2)), 3);
}

TEST_F(AnchorRecovery, APageEntryCreatesARefreshesAndNeverMoves) {
    attach_many(1);
    const auto where = binding(home(1))->where;
    pass(Seconds{100});
    list(leases(1, 2));
    EXPECT_EQ(binding(home(1))->where, where);
    EXPECT_EQ(binding(home(1))->expires, now + Seconds{60});
    ASSERT_NE(binding(home(2)), nullptr);
    EXPECT_EQ(binding(home(2))->where, nullptr);
    settle();
    EXPECT_EQ(points_at(home(2)), 0);
    const auto confirm = attach(2, 2, {home(2)}, {.proof = Proof::kLookup});
    settle();
    EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
}

TEST_F(AnchorRecovery, APageEntryOfAnotherHolderEndsTheFormer) {
    attach_many(1);
    list({{mn(9), {1, home(1), Seconds{60}}}});
    settle();
    EXPECT_EQ(binding(home(1))->mn, mn(9));
    EXPECT_EQ(points_at(home(1)), 0) << "nobody knows where the new holder is";
    EXPECT_FALSE(has_record(2, home(1)));
}

TEST_F(AnchorRecovery, APageEntryOfAFormerHolderDoesNotUndoAnEvent) {
    attach_many(1);
    anchor->list_begin(domain());
    attach(3, 9, {home(1)});  // committed after the page had been read
    anchor->list_page(domain(), leases(1, 1), moment());
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_EQ(binding(home(1))->mn, mn(9));
    EXPECT_EQ(points_at(home(1)), 3);
}

TEST_F(AnchorRecovery, APageEntryOutsideTheClaimIsIgnored) {
    list({{mn(1), {1, delegated(1), Seconds{60}}}, {mn(1), {1, prefix("::1"), Seconds{60}}}});
    EXPECT_EQ(anchor->bindings().size(), 0u);
}

TEST_F(AnchorRecovery, AListThatLacksMoreThanATenthRemovesNothingUntilTheOperatorHasLooked) {
    attach_many(150);
    list(leases(1, 50));  // 100 are missing: allowed
    settle();
    EXPECT_EQ(anchor->bindings().size(), 50u);
    attach_many(150);
    list(leases(1, 49));  // 101
    settle();
    EXPECT_EQ(anchor->bindings().size(), 150u);
    EXPECT_TRUE(noticed("ANCHOR_LIST_TOO_SHORT"));
    EXPECT_EQ(anchor->confirm_removal(domain(), moment()), 101u);
    settle();
    EXPECT_EQ(anchor->bindings().size(), 49u);
}

TEST_F(AnchorRecovery, OfManyBindingsATenthMayVanish) {
    attach_many(1100);
    list(leases(111, 1100));
    settle();
    EXPECT_EQ(anchor->bindings().size(), 990u);
}

TEST_F(AnchorRecovery, TheOperatorCannotConfirmInTheMiddleOfAList) {
    attach_many(150);
    list({});
    anchor->list_begin(domain());
    anchor->list_page(domain(), leases(1, 10), moment());
    EXPECT_EQ(anchor->confirm_removal(domain(), moment()), 0u) << "140 are merely not listed yet";
    anchor->list_page(domain(), leases(11, 150), moment());
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_EQ(anchor->bindings().size(), 150u);
}

TEST_F(AnchorRecovery, ARestartWithNothingChangedWritesNoRoutes) {
    attach_many(50);
    restart();
    for (int i = 1; i <= 3; ++i) connect(i);
    settle();
    EXPECT_TRUE(anchor->recovering());
    list(leases(1, 50));
    other_source_lists_nothing();
    settle();
    EXPECT_FALSE(anchor->recovering());
    EXPECT_TRUE(kernel.history().empty());
    EXPECT_EQ(kernel.state().routes.size(), 50u);
    for (int i = 1; i <= 50; ++i) EXPECT_TRUE(has_record(1 + i % 3, home(i)));
}

TEST_F(AnchorRecovery, ARestartedAnchorRemovesNothingBeforeTheListsHaveEnded) {
    attach_many(3);
    restart();
    anchor->list_begin(domain());
    anchor->list_page(domain(), leases(1, 1), moment());
    other_source_lists_nothing();
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 3u);
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 1u);
}

TEST_F(AnchorRecovery, AnEmptyListAfterARestartDarkensNoCity) {
    attach_many(150);
    restart();
    list({});
    other_source_lists_nothing();
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 150u);
    EXPECT_TRUE(noticed("ANCHOR_LIST_TOO_SHORT"));
    // The ARs report what they have, although the list has ended.
    connect(2);
    anchor->ar_reported(ar(2), report_of(2, 1, wall_ms << 16), moment());
    EXPECT_TRUE(anchor->bound(home(1)));
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 150u);

    anchor->confirm_removal(domain(), moment());
    settle();
    EXPECT_TRUE(kernel.state().routes.empty());
    EXPECT_FALSE(anchor->recovering());
}

TEST_F(AnchorRecovery, AShortListOfASmallDomainAfterARestartIsBelieved) {
    attach_many(50);
    restart();
    list(leases(1, 20));
    other_source_lists_nothing();
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 20u);
}

TEST_F(AnchorRecovery, WhatTheKernelSaysIsGivenToTheArWithoutAttachmentToKeepWhatItHas) {
    attach_many(1);
    restart();
    list(leases(1, 1));
    connect(2);
    const auto record = anchor->record(ar(2), home(1), now);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->sequence, 0u);
    acknowledge(2);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(AnchorRecovery, AnArThatLacksWhatOnlyTheKernelRememberedIsNotPointedAt) {
    attach_many(1);
    restart();
    list(leases(1, 1));
    connect(2);
    acknowledge(2, {Verdict::kRefused, Refusal::kInvalidAttachment, "nothing is known here"});
    settle();
    EXPECT_EQ(points_at(home(1)), 0) << "its default leads back here";
}

TEST_F(AnchorRecovery, AnArsReportGivesBackAttachmentAndSequence) {
    attach_many(1);
    const auto before = *anchor->record(ar(2), home(1), now);
    restart();
    connect(2);
    anchor->ar_reported(ar(2), before, moment());
    list(leases(1, 1));
    other_source_lists_nothing();
    settle();
    EXPECT_EQ(anchor->record(ar(2), home(1), now)->attachment, before.attachment);
    EXPECT_EQ(anchor->record(ar(2), home(1), now)->sequence, before.sequence);
    EXPECT_TRUE(kernel.history().empty());
    attach(3, 1, {home(1)});
    EXPECT_GT(anchor->record(ar(3), home(1), now)->sequence, before.sequence);
}

TEST_F(AnchorRecovery, OfTwoReportsTheNewestSequenceWinsInEitherOrder) {
    for (const bool old_first : {true, false}) {
        restart();
        for (int i = 1; i <= 3; ++i) connect(i);
        const auto older = report_of(1, 1, 100), newer = report_of(2, 1, 200);
        if (old_first) anchor->ar_reported(ar(1), older, moment());
        anchor->ar_reported(ar(2), newer, moment());
        if (!old_first) anchor->ar_reported(ar(1), older, moment());
        list(leases(1, 1));
        settle();
        EXPECT_EQ(points_at(home(1)), 2);
        EXPECT_FALSE(has_record(1, home(1)));
    }
}

TEST_F(AnchorRecovery, WhatTheKernelPointsAtIsYoungerThanWhatAnotherArRemembers) {
    attach_many(1);                     // at AR2
    auto stale = report_of(3, 9, 100);  // of a former holder, whose end AR3 never heard of
    stale.prefix = home(1);
    const auto right = *anchor->record(ar(2), home(1), now);
    for (const bool listed_first : {true, false}) {
        restart();
        for (int i = 1; i <= 3; ++i) connect(i);
        if (listed_first) list(leases(1, 1));
        anchor->ar_reported(ar(3), stale, moment());
        settle();
        EXPECT_EQ(points_at(home(1)), 2);
        anchor->ar_reported(ar(2), right, moment());
        if (!listed_first) list(leases(1, 1));
        settle();
        EXPECT_EQ(points_at(home(1)), 2);
        EXPECT_EQ(binding(home(1))->mn, mn(1));
        EXPECT_TRUE(kernel.history().empty());
    }
}

TEST_F(AnchorRecovery, OfReportsAloneTheNewestSaysWhoseThePrefixIs) {
    auto stale = report_of(3, 9, 100);
    stale.prefix = home(1);
    connect(2);
    connect(3);
    anchor->ar_reported(ar(3), stale, moment());
    anchor->ar_reported(ar(2), report_of(2, 1, 200), moment());
    list(leases(1, 1));
    settle();
    EXPECT_EQ(points_at(home(1)), 2) << "without a moment of nothing";
    for (const auto& step : kernel.history()) EXPECT_TRUE(step.after);
}

TEST_F(AnchorRecovery, AStaleReportMovesNothingAtAnAnchorThatKnowsBetter) {
    attach_many(1);
    anchor->ar_reported(ar(1), report_of(1, 1, 5), moment());
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST_F(AnchorRecovery, AReportMovesNobodyWhomThisAnchorHasHeardOf) {
    attach_many(1);
    // The anchor alone gives sequences: a greater one than it gave itself is forged or confused.
    anchor->ar_reported(ar(1), report_of(1, 1, (wall_ms << 16) + 1000), moment());
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorRecovery, ASequenceFarAheadOfTheClockIsNotBelieved) {
    restart();
    connect(1);
    anchor->ar_reported(ar(1), report_of(1, 1, ~std::uint64_t{0}), moment());
    EXPECT_EQ(anchor->bindings().size(), 0u);
    attach(2, 1, {home(1)});
    EXPECT_GE(anchor->record(ar(2), home(1), now)->sequence, wall_ms << 16);
}

TEST_F(AnchorRecovery, ASourceThatMayOwnNothingHereIsNotWaitedFor) {
    auto claims = source_claims();
    claims.push_back({"kea9.example", "elsewhere/6", {prefix("2001:db8:b::/48")}});
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, claims));
    list({});
    EXPECT_FALSE(anchor->listed());
    other_source_lists_nothing();
    EXPECT_TRUE(anchor->listed());
    anchor->list_begin(domain());
    EXPECT_TRUE(anchor->listed()) << "a source that comes back takes nothing back";
}

TEST_F(AnchorRecovery, AReportOfWhatHasEndedOrChangedHandsRevivesNothing) {
    attach_many(2);
    const auto released = report_of(2, 1, (wall_ms << 16) + 9),
               taken = report_of(3, 2, (wall_ms << 16) + 9);
    detach(mn(1), {home(1)});
    attach(1, 9, {home(2)});
    settle();
    anchor->ar_reported(ar(2), released, moment());
    anchor->ar_reported(ar(3), taken, moment());
    settle();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_EQ(points_at(home(2)), 1);
}

TEST_F(AnchorRecovery, AReportOfAnOwnerOrPrefixThatNobodyClaimsIsIgnored) {
    anchor->ar_reported(ar(1), report_of(1, 1, 100, "invented/6"), moment());
    auto foreign = report_of(1, 1, 100);
    foreign.prefix = prefix("2001:db8:b::1");
    anchor->ar_reported(ar(1), foreign, moment());
    foreign.prefix = delegated(1);  // not of the owner that it names
    anchor->ar_reported(ar(1), foreign, moment());
    anchor->ar_reported(ar(1), report_of(1, 1, 0), moment());
    settle();
    EXPECT_EQ(anchor->bindings().size(), 0u) << "no list would ever remove it";
    EXPECT_TRUE(kernel.state().routes.empty());
}

TEST_F(AnchorRecovery, ARouteToAnArThatNobodyKnowsGoesWhenTheListHasEnded) {
    attach_many(1);
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(3)}, source_claims()));
    restart();
    anchor->list_begin(domain());
    anchor->list_page(domain(), leases(1, 1), moment());
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 1u);
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_TRUE(kernel.state().routes.empty());
    EXPECT_TRUE(anchor->bound(home(1)));
}

TEST_F(AnchorRecovery, AnEventBeforeTheListMovesFromWhereTheKernelPoints) {
    attach_many(1);
    restart();
    for (int i = 1; i <= 3; ++i) connect(i);
    const auto confirm = attach(3, 1, {home(1)}, {.proof = Proof::kLookup});
    work();
    EXPECT_EQ(points_at(home(1)), 2) << "make before break, also now";
    EXPECT_TRUE(has_record(2, home(1)));
    settle();
    EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_FALSE(has_record(2, home(1)));
}

TEST_F(AnchorRecovery, ADetachedBeforeTheListTakesTheKernelsRouteAway) {
    attach_many(1);
    restart();
    detach(mn(1), {home(1)});
    settle();
    EXPECT_TRUE(kernel.state().routes.empty());
}

}  // namespace
}  // namespace mobility
