// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What concerns many bindings goes in slices, and the numbers that save a look through the table
// are right whatever happens.
#include <random>

#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class AnchorBulk : public AnchorTest {
protected:
    void attach_many(int count) {
        for (int i = 1; i <= count; ++i) attach(1 + i % 3, i, {home(i)});
        settle();
    }
    std::size_t alive() const {
        const auto& all = anchor->bindings().all();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [](const auto& entry) { return !entry.second.ended; }));
    }
    void list_partly(const Buckets& buckets, const std::vector<LeaseEntry>& leases) {
        anchor->list_begin(domain(), buckets);
        anchor->list_page(domain(), leases, moment());
        anchor->list_end(domain(), moment());
    }
    static Buckets only(const Prefix& prefix) {
        Buckets buckets;
        buckets.add(Buckets::of(prefix));
        return buckets;
    }
    /// Everything that is counted as it changes, counted anew.
    void expect_counts_right() {
        for (const auto& source : {kDomain, kOtherDomain}) {
            StateDigest digest;
            std::size_t owned = 0;
            for (const auto& [prefix, binding] : anchor->bindings().all()) {
                if (binding.ended || binding.owner != domain(source)) continue;
                digest.add_lease(prefix, binding.mn, binding.iaid);
                ++owned;
            }
            ASSERT_EQ(anchor->owned(domain(source)), owned);
            ASSERT_EQ(anchor->lease_digest(domain(source)).sums(), digest.sums());
        }
        for (int i = 1; i <= 3; ++i) {
            StateDigest digest;
            for (const auto& [prefix, binding] : anchor->bindings().all()) {
                if (const auto place = binding.place_at(ar(i))) digest.add(prefix, place->sequence);
            }
            ASSERT_EQ(anchor->digest_at(ar(i)).sums(), digest.sums());
        }
    }
};

TEST_F(AnchorBulk, AMoveNeedsNotWaitUntilTenThousandHaveEnded) {
    attach_many(2000);
    list({});
    EXPECT_EQ(anchor->confirm_removal(domain(), moment()), 2000u);
    EXPECT_GT(alive(), 1000u) << "one call ends a slice";
    int still = 1;
    while (!anchor->bound(home(still))) ++still;
    const auto moved = attach(1 + (still + 1) % 3, still, {home(still)});
    settle();
    EXPECT_EQ(verdict(moved), Verdict::kInstalled);
    EXPECT_EQ(alive(), 1u) << "it was heard of since the list";
    EXPECT_EQ(kernel.state().routes.size(), 1u);
    expect_counts_right();
}

TEST_F(AnchorBulk, AListThatBeginsMeanwhileKeepsWhatItHas) {
    attach_many(2000);
    list({});
    anchor->confirm_removal(domain(), moment());
    int still = 1;
    while (!anchor->bound(home(still))) ++still;
    anchor->list_begin(domain());
    anchor->list_page(domain(), {lease(still)}, moment());
    settle();
    anchor->list_end(domain(), moment());
    settle();
    EXPECT_EQ(alive(), 1u);
    EXPECT_TRUE(anchor->bound(home(still)));
}

TEST_F(AnchorBulk, OnlyInTheBucketsOfAListSomethingIsMissing) {
    attach_many(50);
    list_partly(only(home(7)), {});
    settle();
    EXPECT_FALSE(anchor->bound(home(7)));
    std::size_t expected = 0;
    for (int i = 1; i <= 50; ++i) expected += Buckets::of(home(i)) != Buckets::of(home(7));
    EXPECT_EQ(alive(), expected);
    EXPECT_GT(expected, 40u);
    list_partly({}, {});
    settle();
    EXPECT_EQ(alive(), expected) << "a list about nothing lacks nothing";
    expect_counts_right();
}

TEST_F(AnchorBulk, AListAboutNothingCompletesWhatASourceMayOwn) {
    attach_many(3);
    restart();
    for (int i = 1; i <= 3; ++i) connect(i);
    list({}, kOtherDomain);
    EXPECT_FALSE(anchor->listed());
    list_partly({}, {});
    EXPECT_TRUE(anchor->listed());
}

TEST_F(AnchorBulk, WhatAnArReportsInABucketThatIsEqualIsNoLease) {
    restart();
    const auto report = [&](int number) {
        anchor->ar_reported(
            ar(1), {home(number), mn(number), 1, kDomain, attachment(1, number), 100, Seconds{60}},
            moment());
    };
    report(1);
    EXPECT_TRUE(anchor->bound(home(1)));
    anchor->source_has(domain(), only(home(2)));
    report(2);
    EXPECT_FALSE(anchor->bound(home(2))) << "no list would ever end it";
    report(3);
    EXPECT_TRUE(anchor->bound(home(3)));
    list_partly(only(home(2)).others(), {lease(1)});
    settle();
    EXPECT_EQ(alive(), 1u);
}

TEST_F(AnchorBulk, ADigestProvesNoPlaceThatWasGivenAfterIt) {
    attach(1, 1, {home(1)});
    attach(1, 2, {home(2)});
    EXPECT_FALSE(binding(home(1))->acknowledged);
    anchor->ar_has(ar(1), Buckets::all());
    auto elsewhere = Attached{mn(2), attachment(1, 2), {{1, home(2), Seconds{60}}}, {}, {}};
    elsewhere.attachment.interface_id = "access1";
    elsewhere.order = {4711, Milliseconds{0}, now};
    say(elsewhere);
    work();
    EXPECT_TRUE(binding(home(1))->acknowledged);
    EXPECT_FALSE(binding(home(2))->acknowledged) << "the AR has the place before";
}

TEST_F(AnchorBulk, ADigestOfASessionThatHasEndedProvesNothing) {
    attach(1, 1, {home(1)});
    anchor->ar_has(ar(1), Buckets::all());
    disconnect(1);
    work();
    EXPECT_FALSE(binding(home(1))->acknowledged);
}

TEST_F(AnchorBulk, WhateverHappensTheCountsAreRight) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        const auto any = [&](int most) { return 1 + static_cast<int>(random() % most); };
        for (int step = 0; step < 400; ++step) {
            const int number = any(60);
            switch (random() % 8) {
                case 0:
                case 1:
                case 2:
                    attach(any(3), any(60), {home(number)});
                    break;
                case 3:
                    detach(std::nullopt, {home(number)});
                    break;
                case 4:
                    list_partly(random() % 2 ? Buckets::all() : only(home(number)),
                                {lease(number), lease(any(60)), lease(any(60))});
                    break;
                case 5:
                    anchor->ar_reported(ar(any(3)),
                                        {home(number), mn(any(60)), 1, kDomain, attachment(1, 1),
                                         random(), Seconds{60}},
                                        moment());
                    break;
                case 6:
                    work();
                    break;
                default:
                    acknowledge(any(3));
            }
            if (step % 20 == 0) expect_counts_right();
            if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
        }
        settle();
        expect_counts_right();
    }
}

/// An AR that says its digest again and again.
TEST_F(AnchorBulk, AnArThatRepeatsItsDigestDoesNotKeepListsFromEnding) {
    attach_many(2000);
    list({lease(1)});
    anchor->confirm_removal(domain(), moment());
    std::size_t calls = 0;
    while (anchor->bindings().size() > 1 && calls < 1000) {
        ++calls;
        anchor->ar_has(ar(1), Buckets::all());  // one more 2 KiB message before each turn
        anchor->work(moment());
        while (reconciler->run(now)) {
        }
    }
    EXPECT_LT(calls, 1000u) << "still " << anchor->bindings().size() << " bindings";
}

}  // namespace
}  // namespace mobility
