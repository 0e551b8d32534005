// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a source tells again after a session was cut, and its full list.
#include "tests/unit/core/source_recorder.h"

namespace mobility {
namespace {

using namespace example;

class SourceList : public SourceTest {
protected:
    /// The reader has found these leases, and nothing lies behind them.
    void page(std::vector<LeaseEntry> leases, std::optional<Prefix> next = std::nullopt) {
        ASSERT_FALSE(out.reads.empty());
        const auto read = out.reads.front();
        out.reads.erase(out.reads.begin());
        source.lease_page(read.anchor, read.list, leases, next);
    }
    static LeaseEntry lease(int number) { return {mn(number), {1, home(number), Seconds{60}}}; }
    bool listed(int number, int holder) const {
        return std::any_of(out.listed.begin(), out.listed.end(), [&](const LeaseEntry& each) {
            return each.item.prefix == home(number) && each.mn == mn(holder);
        });
    }
    /// Where the last event sent for home(number) says that the MN is.
    std::optional<Attachment> told(int number) const {
        std::optional<Attachment> last;
        for (const auto& each : out.attached) {
            for (const auto& item : each.event.items) {
                if (item.prefix == home(number)) last = each.event.attachment;
            }
        }
        return last;
    }
};

TEST_F(SourceList, FollowsTheUnacknowledgedAttachmentsBetweenBeginAndEnd) {
    attach(1, 1, {home(1)});
    source.connected(0);
    page({lease(2), lease(3)}, home(3));
    page({lease(4)});
    EXPECT_EQ(out.said, (std::vector<std::string>{"begin", "attached", "page", "page", "end"}));
    EXPECT_EQ(out.listed.size(), 3u);
}

TEST_F(SourceList, LeavesOutWhatAnotherAnchorOrNobodyOwns) {
    source.connected(0);
    page({lease(1), {mn(2), {1, delegated(2), Seconds{1}}}, {mn(3), {1, prefix("::1"), {}}}});
    EXPECT_EQ(out.listed.size(), 1u);
    EXPECT_EQ(out.said.back(), "end");
}

TEST_F(SourceList, LeavesOutALeaseThatEndedMeanwhile) {
    source.connected(0);
    source.detached({mn(1), {home(1)}, DetachReason::kReleased});
    source.detached({std::nullopt, {home(2)}, DetachReason::kDeclined});
    page({lease(1), lease(2), lease(3)});
    EXPECT_FALSE(listed(1, 1)) << "the page was read before the release";
    EXPECT_FALSE(listed(2, 2));
    EXPECT_TRUE(listed(3, 3));
}

TEST_F(SourceList, LeavesOutAFormerHolderButNotTheOneWhoHasTheLeaseNow) {
    source.connected(0);
    attach(1, 2, {home(1)});  // the server gave it to MN 2; the page was read before
    page({lease(1)}, home(1));
    EXPECT_FALSE(listed(1, 1));
    source.detached({mn(1), {home(1)}, DetachReason::kExpired});  // late: of the former holder
    page({{mn(2), {1, home(1), Seconds{60}}}});
    EXPECT_TRUE(listed(1, 2)) << "else the end of the list would take the lease's path away";
}

TEST_F(SourceList, ListsALeaseWhoseMnWasHeardMeanwhile) {
    // The anchor may refuse that event (an attacker's Confirm, an unknown AR): without its page
    // entry the lease would count as vanished.
    source.connected(0);
    attach(1, 1, {home(1)});
    page({lease(1)});
    EXPECT_TRUE(listed(1, 1));
}

TEST_F(SourceList, APageOfAnEarlierSessionIsDropped) {
    source.connected(0);
    const auto stale = out.reads.front();
    source.disconnected(0);
    source.lease_page(0, stale.list, {lease(1)}, std::nullopt);
    source.connected(0);
    source.lease_page(0, stale.list, {lease(1)}, std::nullopt);
    EXPECT_TRUE(out.listed.empty());
    EXPECT_EQ(out.said.back(), "begin");
}

TEST_F(SourceList, WaitsForRoomAndGoesOnWhereItWas) {
    source.connected(0);
    out.is_congested = true;
    page({lease(1)}, home(1));
    EXPECT_TRUE(out.reads.empty());
    out.is_congested = false;
    source.drained(0);
    ASSERT_EQ(out.reads.size(), 1u);
    EXPECT_EQ(out.reads[0].after, home(1));
    source.drained(0);
    EXPECT_EQ(out.reads.size(), 1u) << "once is enough";
}

TEST_F(SourceList, AnAttachmentIsToldAgainUntilItIsAcknowledged) {
    source.connected(0);
    attach(1, 1, {home(1)});
    source.disconnected(0);
    source.connected(0);
    ASSERT_EQ(out.attached.size(), 2u);
    EXPECT_GT(out.attached[1].number, out.attached[0].number) << "numbers are never reused";
    EXPECT_EQ(out.attached[1].event.order, out.attached[0].event.order);
    answer(out.attached[0]);  // of the session before
    source.disconnected(0);
    source.connected(0);
    ASSERT_EQ(out.attached.size(), 3u);
    answer(out.attached[2]);
    source.disconnected(0);
    source.connected(0);
    EXPECT_EQ(out.attached.size(), 3u);
}

TEST_F(SourceList, OnlyTheLatestPlaceIsToldAgain) {
    attach(1, 1, {home(1), home(2)});
    attach(2, 1, {home(1)});
    source.connected(0);
    EXPECT_EQ(told(1), attachment(2, 1));
    EXPECT_EQ(told(2), attachment(1, 1));
    std::size_t items = 0;
    for (const auto& each : out.attached) items += each.event.items.size();
    EXPECT_EQ(items, 2u);
}

TEST_F(SourceList, ALateCopyThroughTheOldArDoesNotReplaceTheNewPlace) {
    auto first = event(1, 1, {home(1)});
    now += Seconds{1};
    auto moved = event(2, 1, {home(1)});
    attach(first);
    attach(moved);
    now += Milliseconds{500};
    first.order.arrived = now - Milliseconds{1200};
    first.order.elapsed = Milliseconds{0};
    attach(first);  // a copy that took a detour
    auto copy = moved;
    copy.attachment = attachment(3, 1);
    attach(copy);  // heard by a third AR: the same transaction, no more elapsed
    source.connected(0);
    EXPECT_EQ(told(1), attachment(2, 1));
}

TEST_F(SourceList, AnAnswerToACopyDoesNotAcknowledgeTheOriginal) {
    source.connected(0);
    const auto moved = event(2, 1, {home(1)});
    attach(moved);
    auto copy = moved;
    copy.attachment = attachment(1, 1);
    attach(copy);
    answer(out.attached[1], {Verdict::kSuperseded, Refusal::kNone, ""});
    source.disconnected(0);
    out.attached.clear();
    source.connected(0);
    EXPECT_EQ(told(1), attachment(2, 1));
}

TEST_F(SourceList, ALookupDoesNotHideACommitThatTheAnchorHasNotHeardOf) {
    // Its session was down when the prefix changed hands: a lookup alone it would refuse.
    attach(1, 1, {home(1), home(2)});
    auto confirm = event(2, 1, {home(1)});
    confirm.proof = Proof::kLookup;
    attach(confirm);
    source.connected(0);
    EXPECT_EQ(told(1), attachment(2, 1));
    for (const auto& each : out.attached) EXPECT_EQ(each.event.proof, Proof::kCommit);
    for (const auto& each : std::vector(out.attached)) answer(each);
    out.attached.clear();
    confirm.order.elapsed = Seconds{1};
    attach(confirm);
    EXPECT_EQ(out.attached.back().event.proof, Proof::kLookup);
    source.disconnected(0);
    source.connected(0);
    EXPECT_EQ(out.attached.back().event.proof, Proof::kLookup) << "the commit was acknowledged";
}

TEST_F(SourceList, ARetransmissionThroughAnotherArReplacesThePlace) {
    auto original = event(1, 1, {home(1)});
    attach(original);
    original.attachment = attachment(2, 1);
    original.order.elapsed = Seconds{1};
    attach(original);
    source.connected(0);
    EXPECT_EQ(told(1), attachment(2, 1));
}

TEST_F(SourceList, WhatHasEndedIsNotToldAgain) {
    attach(1, 1, {home(1)});
    attach(1, 2, {home(2)});
    source.detached({mn(1), {home(1)}, DetachReason::kReleased});
    source.detached({std::nullopt, {home(2)}, DetachReason::kDeclined});
    source.connected(0);
    EXPECT_TRUE(out.attached.empty());
}

TEST_F(SourceList, ALateExpiryOfTheFormerHolderForgetsNothingOfTheNewOne) {
    attach(1, 2, {home(1)});
    source.detached({mn(1), {home(1)}, DetachReason::kExpired});
    source.connected(0);
    EXPECT_EQ(told(1), attachment(1, 2));
}

TEST_F(SourceList, KeepsNoMoreThanItsBoundAndCountsWhatItForgot) {
    auto small = settings();
    small.max_unacknowledged = 2;
    Source bounded(small, out);
    for (int i = 1; i <= 4; ++i) bounded.attached(event(1, i, {home(i)}), std::nullopt, now);
    EXPECT_EQ(bounded.counters().overflow, 2u);
    bounded.attached(event(2, 1, {home(1)}), std::nullopt, now);
    EXPECT_EQ(bounded.counters().overflow, 2u) << "a known prefix needs no new room";
    bounded.connected(0);
    EXPECT_EQ(out.attached.size(), 2u);
    EXPECT_EQ(told(1), attachment(2, 1));
}

TEST_F(SourceList, ADetachedReachesEachAnchorConcernedAndNobodyElse) {
    connect_both();
    out.said.clear();
    source.detached({mn(1), {home(1), delegated(1), prefix("::5")}, DetachReason::kReleased});
    ASSERT_EQ(out.detached.size(), 2u);
    EXPECT_EQ(out.detached[0].second.prefixes, std::vector{home(1)});
    EXPECT_EQ(out.detached[1].second.prefixes, std::vector{delegated(1)});
    source.disconnected(0);
    source.detached({mn(2), {home(2)}, DetachReason::kReleased});
    EXPECT_EQ(out.detached.size(), 2u) << "the next full list will not have it";
}

TEST_F(SourceList, TheLongestMatchDecidesAndWhatIsOnlyPartlyInsideHasNoAnchor) {
    EXPECT_EQ(source.anchor_of(home(1)), 0u);
    EXPECT_EQ(source.anchor_of(delegated(1)), 1u);
    EXPECT_FALSE(source.anchor_of(prefix("2001:db8:a::/48")));
    EXPECT_FALSE(source.anchor_of(prefix("2001:db8:9::1")));
    EXPECT_FALSE(source.anchor_of(prefix("2001:db8:a:1::1")));
    EXPECT_FALSE(source.anchor_of(prefix("192.0.2.1")));
}

}  // namespace
}  // namespace mobility
