// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who is served by the word of authorities: what they say, in lists and between them, what their
// silence means, and what a restart of the anchor leaves.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

const std::string kAaa = "aaa.example";
const std::string kBilling = "billing.example";

class AllocationTest : public ::testing::Test, protected AnchorWorld {
protected:
    AllocationTest() { grant_roles(policy({kAaa})); }

    static MnPolicy policy(std::set<std::string> authorities) {
        MnPolicy mns;
        mns.authorities = std::move(authorities);
        return mns;
    }

    void grant_roles(MnPolicy mns) {
        ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, source_claims(),
                                      std::move(mns)));
        anchor->allocations().inventory_changed();
    }
    Allocations& said() { return anchor->allocations(); }
    std::optional<Allocations::Missing> tells(const std::string& authority, int first, int count) {
        said().list_begin(authority);
        for (int i = 0; i < count; ++i) said().say(authority, mn(first + i), true);
        return said().list_end(authority);
    }
    /// An attachment a second after the last one, with what follows from it.
    Verdict comes(int ar, int number) {
        pass(Seconds{1});
        last_ = attach(ar, number, {home(number)});
        settle();
        return verdict(last_);
    }
    std::string why() const { return reason(last_); }
    void reboot() {
        restart();
        for (int i = 1; i <= 3; ++i) connect(i);
        settle();
    }

private:
    std::uint64_t last_ = 0;
};

TEST_F(AllocationTest, AnAllocatedMnIsServedAndAnotherIsNot) {
    tells(kAaa, 1, 1);
    EXPECT_EQ(comes(1, 1), Verdict::kInstalled);
    EXPECT_EQ(comes(1, 2), Verdict::kRefused);
    EXPECT_EQ(why(), "this MN is not authorized");
    EXPECT_EQ(anchor->counters().refusals.at(Refusal::kUnauthorizedMn), 1u);
    EXPECT_EQ(points_at(home(2)), 0);
}

TEST_F(AllocationTest, AYesAfterTheListServesFromTheNextMessageOn) {
    tells(kAaa, 1, 1);
    EXPECT_EQ(comes(1, 2), Verdict::kRefused);
    EXPECT_TRUE(said().say(kAaa, mn(2), true));
    EXPECT_FALSE(said().say(kAaa, mn(2), true)) << "it had said so";
    EXPECT_EQ(comes(1, 2), Verdict::kInstalled);
}

TEST_F(AllocationTest, ANoServesNoMoreAndWhatIsThereStays) {
    tells(kAaa, 1, 1);
    comes(1, 1);
    EXPECT_TRUE(said().say(kAaa, mn(1), false));
    EXPECT_FALSE(said().say(kAaa, mn(1), false));
    EXPECT_EQ(comes(2, 1), Verdict::kRefused) << "as with the file: neither renewed nor moved";
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_TRUE(anchor->bound(home(1)));
}

TEST_F(AllocationTest, AFullListReplacesWhatWasSaidBefore) {
    tells(kAaa, 1, 2);
    said().list_begin(kAaa);
    said().say(kAaa, mn(2), true);
    EXPECT_EQ(comes(1, 1), Verdict::kInstalled) << "nothing is withdrawn before the list ends";
    said().say(kAaa, mn(3), true);
    said().say(kAaa, mn(3), false);
    EXPECT_FALSE(said().list_end(kAaa));
    EXPECT_EQ(comes(2, 1), Verdict::kRefused);
    EXPECT_EQ(comes(1, 2), Verdict::kInstalled);
    EXPECT_EQ(comes(1, 3), Verdict::kRefused) << "the change overtook the list";
    EXPECT_EQ(said().granted(kAaa), 1u);
}

TEST_F(AllocationTest, AListThatLacksTooManyWithdrawsNoneUntilAnOperatorConfirms) {
    tells(kAaa, 0, 200);
    const auto missing = tells(kAaa, 0, 90);
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->missing, 110u);
    EXPECT_EQ(missing->granted, 200u);
    EXPECT_EQ(comes(1, 150), Verdict::kInstalled);
    said().say(kAaa, mn(199), true);
    EXPECT_EQ(said().confirm_withdrawal(kAaa), 109u);
    EXPECT_EQ(said().confirm_withdrawal(kAaa), 0u);
    EXPECT_EQ(comes(1, 151), Verdict::kRefused);
    EXPECT_EQ(comes(1, 199), Verdict::kInstalled) << "said since";
    EXPECT_EQ(comes(1, 89), Verdict::kInstalled);
}

TEST_F(AllocationTest, AHundredMayVanishAtOnce) {
    tells(kAaa, 0, 100);
    EXPECT_FALSE(tells(kAaa, 0, 0));
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
}

TEST_F(AllocationTest, TheNextWholeListNeedsNoConfirmation) {
    tells(kAaa, 0, 200);
    tells(kAaa, 0, 10);
    EXPECT_FALSE(tells(kAaa, 0, 200));
    EXPECT_EQ(said().confirm_withdrawal(kAaa), 0u);
    EXPECT_EQ(said().granted(kAaa), 200u);
}

TEST_F(AllocationTest, OneWordOfManySuffices) {
    auto mns = policy({kAaa, kBilling});
    mns.authorized = {mn(3)};
    grant_roles(mns);
    tells(kAaa, 1, 1);
    tells(kBilling, 2, 1);
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(comes(1, i), Verdict::kInstalled) << i;
    EXPECT_EQ(comes(1, 4), Verdict::kRefused);
    said().say(kBilling, mn(1), false);
    EXPECT_EQ(comes(2, 1), Verdict::kInstalled) << "its no takes back its own yes only";
    said().say(kAaa, mn(1), false);
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
}

TEST_F(AllocationTest, AProhibitedMnIsNotServedWhoeverGrantsIt) {
    auto mns = policy({kAaa});
    mns.prohibited = {mn(1)};
    grant_roles(mns);
    tells(kAaa, 1, 1);
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
    EXPECT_EQ(why(), "this MN is prohibited");
}

TEST_F(AllocationTest, BeforeItsFirstListAnAuthoritysYesCountsAndTheOthersAreToldOfIt) {
    said().list_begin(kAaa);
    said().say(kAaa, mn(1), true);
    EXPECT_EQ(comes(1, 1), Verdict::kInstalled);
    EXPECT_EQ(comes(1, 2), Verdict::kRefused);
    EXPECT_EQ(why(), "authority aaa.example has not told its list since this anchor's start");
    said().list_end(kAaa);
    EXPECT_EQ(comes(1, 2), Verdict::kRefused);
    EXPECT_EQ(why(), "this MN is not authorized");
}

TEST_F(AllocationTest, UntilAllHaveBeenHeardWhoHasAPlaceMayMoveAndStrangersMayNotCome) {
    tells(kAaa, 1, 2);
    comes(1, 1);
    comes(1, 2);
    reboot();
    EXPECT_FALSE(said().heard(kAaa));
    EXPECT_EQ(comes(2, 1), Verdict::kInstalled) << "before its source has listed anything";
    list({lease(1), lease(2)});
    EXPECT_EQ(comes(3, 1), Verdict::kInstalled);
    EXPECT_EQ(comes(3, 2), Verdict::kInstalled);
    EXPECT_EQ(comes(1, 3), Verdict::kRefused);
    tells(kAaa, 2, 2);
    EXPECT_EQ(comes(1, 1), Verdict::kRefused) << "withdrawn while the anchor was away";
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_EQ(comes(1, 3), Verdict::kInstalled);
}

TEST_F(AllocationTest, AfterARestartAnEndedLeaseIsNobodysTicket) {
    tells(kAaa, 1, 2);
    comes(1, 1);
    reboot();
    detach(mn(1), {home(1)});
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
}

TEST_F(AllocationTest, ARevokedAuthoritysWordCountsNoMoreAlsoWhenItIsBack) {
    tells(kAaa, 1, 1);
    grant_roles(policy({kBilling}));
    tells(kBilling, 2, 1);
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
    grant_roles(policy({kAaa, kBilling}));
    EXPECT_EQ(comes(1, 1), Verdict::kRefused);
    EXPECT_EQ(comes(1, 2), Verdict::kInstalled);
    grant_roles({});
    EXPECT_EQ(comes(1, 4), Verdict::kInstalled) << "without file and authority everybody is served";
}

}  // namespace
}  // namespace mobility
