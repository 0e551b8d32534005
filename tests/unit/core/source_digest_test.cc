// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A source's list, when its anchor compares digests first: what is equal is not listed, and nothing
// that happens meanwhile is lost.
#include "tests/unit/core/source_recorder.h"

namespace mobility {
namespace {

using namespace example;

class SourceDigest : public SourceTest {
protected:
    SourceDigest() { out.anchors_compare = true; }

    static LeaseEntry lease(int number) { return {mn(number), {1, home(number), Seconds{60}}}; }
    static StateDigest digest(const std::vector<LeaseEntry>& leases) {
        StateDigest sums;
        for (const auto& each : leases) {
            sums.add_lease(each.item.prefix, each.mn, each.item.iaid);
        }
        return sums;
    }
    /// The reader has found these leases, and nothing lies behind them.
    void page(std::vector<LeaseEntry> leases) {
        ASSERT_FALSE(out.reads.empty());
        const auto read = out.reads.front();
        out.reads.erase(out.reads.begin());
        source.lease_page(read.anchor, read.list, leases, std::nullopt);
    }
    bool lists(int number) const {
        return !out.begun.empty() && out.begun.back().has(home(number));
    }
};

TEST_F(SourceDigest, WhatTheAnchorHasIsNotListed) {
    source.connected(0);
    page({lease(1), lease(2)});
    ASSERT_EQ(out.digests.size(), 1u);
    EXPECT_EQ(out.digests[0].sums(), digest({lease(2), lease(1)}).sums());
    source.compared(0, digest({lease(1), lease(2)}));
    EXPECT_EQ(out.said, (std::vector<std::string>{"digest", "begin", "end"}));
    EXPECT_TRUE(out.begun[0].none());
    EXPECT_TRUE(out.reads.empty()) << "nothing is read twice";
}

TEST_F(SourceDigest, OnlyWhatDiffersIsReadAgainAndListed) {
    source.connected(0);
    page({lease(1), lease(2), lease(3)});
    source.compared(0, digest({lease(1), lease(3), lease(4)}));
    EXPECT_TRUE(lists(2)) << "the anchor lacks it";
    EXPECT_TRUE(lists(4)) << "so that the anchor ends it";
    EXPECT_FALSE(lists(1));
    page({lease(1), lease(2), lease(3)});
    ASSERT_EQ(out.listed.size(), 1u);
    EXPECT_EQ(out.listed[0].item.prefix, home(2));
    EXPECT_EQ(out.said.back(), "end");
}

TEST_F(SourceDigest, AnotherHolderOrAnotherIaidDiffers) {
    source.connected(0);
    page({lease(1), lease(2), lease(3)});
    auto iaid = lease(2);
    iaid.item.iaid = 2;
    source.compared(0, digest({{mn(9), {1, home(1), Seconds{60}}}, iaid, lease(3)}));
    EXPECT_TRUE(lists(1));
    EXPECT_TRUE(lists(2));
    EXPECT_FALSE(lists(3));
}

TEST_F(SourceDigest, ALeaseOfALessOrMoreRemainingTimeIsTheSame) {
    source.connected(0);
    auto renewed = lease(1);
    renewed.item.remaining = Seconds{3600};
    page({renewed});
    source.compared(0, digest({lease(1)}));
    EXPECT_TRUE(out.begun.back().none());
}

TEST_F(SourceDigest, WhatTheAnchorRefusedMeanwhileIsListedWhateverTheSumsSay) {
    // The server has given the address to MN 2; the page was read before. The anchor refuses (an
    // AR that it does not know), and so still has what the page had.
    source.connected(0);
    attach(1, 2, {home(1)});
    answer(out.attached.back(), kRefused);
    const auto read = out.reads.front();
    out.reads.clear();
    source.lease_page(0, read.list, {lease(3)}, home(3));
    page({});
    source.compared(0, digest({lease(3)}));
    EXPECT_TRUE(lists(1));
    EXPECT_FALSE(lists(3));
}

TEST_F(SourceDigest, WhatTheAnchorHasNotAnsweredYetIsListed) {
    source.connected(0);
    attach(1, 1, {home(1)});
    source.detached({mn(5), {home(5)}, DetachReason::kReleased});
    page({lease(1), lease(3)});
    source.compared(0, digest({lease(1), lease(3)}));
    EXPECT_TRUE(lists(1)) << "it waits for its attestation, perhaps: the answer may be a refusal";
    EXPECT_TRUE(lists(5));
    EXPECT_FALSE(lists(3));
}

TEST_F(SourceDigest, ARenewalThatTheAnchorHasTakenNeedsNoList) {
    source.connected(0);
    attach(1, 1, {home(1)});
    answer(out.attached.back(), {Verdict::kUnchanged, Refusal::kNone, ""});
    page({lease(1)});
    source.compared(0, digest({lease(1)}));
    EXPECT_TRUE(out.begun.back().none());
}

TEST_F(SourceDigest, ALeaseThatEndedWhileItsPageWasOnItsWayIsNotSummed) {
    source.connected(0);
    source.detached({mn(1), {home(1)}, DetachReason::kReleased});
    page({lease(1), lease(2)});
    EXPECT_EQ(out.digests[0].sums(), digest({lease(2)}).sums());
}

TEST_F(SourceDigest, TheAnswerToAnEarlierDigestIsNotTakenForTheNextOne) {
    source.connected(0);
    page({lease(1)});
    source.connected(0);  // lease commands: all is listed again, in the same session
    page({lease(2)});
    source.compared(0, digest({lease(2)}));  // what the anchor had at the first
    EXPECT_TRUE(out.begun.empty());
    source.compared(0, digest({lease(1)}));
    ASSERT_EQ(out.begun.size(), 1u);
    EXPECT_TRUE(lists(1));
    EXPECT_TRUE(lists(2));
    source.compared(0, digest({}));
    EXPECT_EQ(out.begun.size(), 1u) << "nobody has asked";
}

TEST_F(SourceDigest, AnAnswerThatTheOldSessionOwedIsNotAwaitedInTheNext) {
    source.connected(0);
    page({lease(1)});
    source.disconnected(0);
    source.connected(0);
    page({lease(1)});
    source.compared(0, digest({lease(1)}));
    ASSERT_EQ(out.begun.size(), 1u);
    EXPECT_TRUE(out.begun[0].none());
}

TEST_F(SourceDigest, AllThatWasUnacknowledgedIsToldBeforeTheDigest) {
    for (int i = 1; i <= 1200; ++i) attach(1, i, {home(i)});
    source.connected(0);
    EXPECT_EQ(out.attached.size(), 512u) << "a slice";
    page({});
    EXPECT_EQ(out.attached.size(), 1200u);
    EXPECT_EQ(out.said.back(), "digest");
}

TEST_F(SourceDigest, AnAnchorThatDoesNotCompareGetsAllAsEver) {
    out.anchors_compare = false;
    source.connected(0);
    page({lease(1)});
    EXPECT_TRUE(out.begun.at(0).is_all());
    EXPECT_EQ(out.said, (std::vector<std::string>{"begin", "page", "end"}));
}

}  // namespace
}  // namespace mobility
