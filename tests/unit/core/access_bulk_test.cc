// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an AR forgets when a list has ended, or when an anchor has been away for too long.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/access_router.h"
#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

const std::size_t kA = 0, kB = 1;  // the anchors
const std::uint64_t kUnproven = ~std::uint64_t{0};

class AccessBulk : public ::testing::Test, public AccessRouterOutput {
protected:
    static BindingRecord record(int number, std::uint64_t sequence) {
        return {home(number), mn(number), 1, kDomain, attachment(1, number), sequence, Seconds{60}};
    }
    /// Wanted and confirmed.
    void install(int first, int last, std::size_t anchor = kA) {
        accept(anchor, "2001:db8:a::/64");
        for (int i = first; i <= last; ++i) {
            router.install(anchor, static_cast<std::uint64_t>(i), {record(i, 100)});
            router.confirmed(home(i), router.wanted(home(i)));
        }
    }
    void accept(std::size_t anchor, const char* owned) {
        router.accepted(anchor, {{prefix(owned)}, Tunnel{address("2001:db8:f::1"), {}}, true});
    }
    void work() {
        while (router.work()) {
        }
    }
    StateDigest counted_anew(std::size_t anchor, int last) const {
        StateDigest digest;
        for (int i = 1; i <= last; ++i) {
            const auto proven = router.record(anchor, home(i));
            if (proven) digest.add(home(i), proven->sequence);
        }
        return digest;
    }
    bool noticed(const std::string& id) const {
        return std::find(notices.begin(), notices.end(), id) != notices.end();
    }

    void acknowledge(std::size_t, std::uint64_t, const std::vector<Answer>&) override {}
    void route_changed(const Prefix& prefix, bool) override { changed.push_back(prefix); }
    void notice(const Notice& notice) override { notices.push_back(notice.id); }
    bool deregister(std::size_t, const std::vector<std::pair<Prefix, std::uint64_t>>&) override {
        return true;
    }

    std::vector<Prefix> changed;
    std::vector<std::string> notices;
    AccessRouter router{address("2001:db8:0:1::2"),
                        {{"wlan0", attachment(1, 1).link_address, "access0"}},
                        {"anchor-a.example", "anchor-b.example"},
                        *this};
};

TEST_F(AccessBulk, AnEmptyListOfThousandsIsCarriedOutInSlices) {
    install(1, 2000);
    router.list_begin(kA);
    router.list_end(kA);
    EXPECT_GT(router.size(), 1000u) << "one call forgets a slice";
    EXPECT_FALSE(router.listed());
    install(3000, 3000);
    work();
    EXPECT_EQ(router.size(), 1u) << "what came meanwhile stays";
    EXPECT_EQ(router.digest(kA).sums(), [] {
        StateDigest digest;
        digest.add(home(3000), 100);
        return digest.sums();
    }());
}

TEST_F(AccessBulk, WhatIsSaidWhileTheRestIsForgottenStays) {
    install(1, 2000);
    router.list_begin(kA);
    router.list_end(kA);
    int still = 1;
    while (still < 2000 && !router.record(kA, home(still))) ++still;
    router.list_begin(kA);
    router.install(kA, 9, {record(still, 100)});
    work();
    EXPECT_EQ(router.size(), 1u);
    router.list_end(kA);
    work();
    EXPECT_TRUE(router.record(kA, home(still)));
}

TEST_F(AccessBulk, AListOfWhichAllIsSaidForgetsNothing) {
    install(1, 300);
    router.list_begin(kA);
    install(1, 300);
    changed.clear();
    router.list_end(kA);
    EXPECT_TRUE(changed.empty());
    EXPECT_EQ(router.size(), 300u);
}

TEST_F(AccessBulk, ADigestIsOfWhatTheKernelHasAndEqualsNothingWhereItHasNot) {
    install(1, 40);
    EXPECT_EQ(router.digest(kA).sums(), counted_anew(kA, 40).sums());
    router.install(kA, 99, {record(7, 101)});  // not confirmed yet
    auto expected = counted_anew(kA, 40);
    expected.add(home(7), kUnproven);
    EXPECT_EQ(router.digest(kA).sums(), expected.sums());
    router.failed(home(8), *router.wanted(home(8)), {Outcome::Kind::kTransient, "no memory"},
                  false);
    expected.remove(home(8), 100);
    expected.add(home(8), kUnproven);
    EXPECT_EQ(router.digest(kA).sums(), expected.sums());
    router.remove(kA, 100, {home(7), home(8), home(9)});
    EXPECT_EQ(router.digest(kA).sums(), counted_anew(kA, 40).sums());
    EXPECT_EQ(router.digest(kB).sums(), StateDigest().sums());
}

TEST_F(AccessBulk, WhatAnAbsentAnchorWantedIsForgottenAndNothingOfAnother) {
    accept(kA, "2001:db8:a::/64");
    accept(kB, "2001:db8:b::/64");
    install(1, 5, kA);
    install(6, 7, kB);
    router.forget_all(kA);
    work();
    EXPECT_TRUE(noticed("ACCESS_ANCHOR_GONE"));
    EXPECT_EQ(router.size(kA), 0u);
    EXPECT_EQ(router.size(kB), 2u);
    EXPECT_FALSE(router.wanted(home(1)));
    notices.clear();
    router.forget_all(kA);
    EXPECT_FALSE(noticed("ACCESS_ANCHOR_GONE")) << "it had nothing more";
}

TEST_F(AccessBulk, WhatTheKernelHadOfAnAbsentAnchorGoesWhenItsOwnerIsKnown) {
    router.found_in_kernel(home(1), OnLink{"wlan0", {}});
    router.found_in_kernel(delegated(1), OnLink{"wlan0", {}});
    accept(kA, "2001:db8:a::/64");
    router.forget_all(kA);
    EXPECT_FALSE(router.wanted(home(1)));
    EXPECT_TRUE(router.wanted(delegated(1))) << "B's, perhaps";
    router.forget_all(kB);
    EXPECT_FALSE(router.wanted(delegated(1))) << "nobody else can come";
    EXPECT_FALSE(router.recovering());
}

}  // namespace
}  // namespace mobility
