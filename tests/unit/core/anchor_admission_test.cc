// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Limits, prohibitions and authorisation: who is let in, what is counted, what ends and what stays.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

AnchorSettings limited(Limits limits) {
    auto settings = AnchorWorld::default_settings();
    settings.limits = limits;
    return settings;
}

class AdmissionWorld : public AnchorWorld {
public:
    using AnchorWorld::AnchorWorld;

    /// An attachment a second after the last one, with what follows from it.
    std::uint64_t comes(int ar, int number, std::vector<Prefix> prefixes) {
        pass(Seconds{1});
        const auto request = attach(ar, number, std::move(prefixes));
        settle();
        return request;
    }
    void grant(MnPolicy mns,
               std::vector<AccessRouterClaim> ars = {ar_claim(1), ar_claim(2), ar_claim(3)}) {
        ASSERT_TRUE(inventory.replace(std::move(ars), source_claims(), std::move(mns)));
        anchor->end_prohibited(moment());
    }
    std::string last_notice(const std::string& id) const {
        std::string text;
        for (const auto& [each, what] : notices) {
            if (each == id) text = what;
        }
        return text;
    }
};

class TwoAddresses : public ::testing::Test, protected AdmissionWorld {
protected:
    TwoAddresses() : AdmissionWorld(limited({2, OverLimit::kRefuse, 0})) {}
};

TEST_F(TwoAddresses, TheThirdIsRefusedAndTheOthersStay) {
    comes(1, 1, {home(1)});
    comes(1, 1, {home(2)});
    const auto third = comes(1, 1, {home(3)});
    EXPECT_EQ(refusal(third), Refusal::kOverIpAddressLimit);
    EXPECT_NE(reason(third).find("addresses-per-mn: 2"), std::string::npos);
    EXPECT_NE(last_notice("ANCHOR_OVER_ADDRESS_LIMIT").find(mn(1).text()), std::string::npos);
    EXPECT_NE(last_notice("ANCHOR_OVER_ADDRESS_LIMIT").find(home(3).text()), std::string::npos);
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(points_at(home(2)), 1);
    EXPECT_EQ(points_at(home(3)), 0);
    EXPECT_EQ(binding(home(3)), nullptr);
    EXPECT_EQ(anchor->counters().refusals.at(Refusal::kOverIpAddressLimit), 1u);
}

TEST_F(TwoAddresses, RenewingAndMovingWhatOneHasIsNeverOneMore) {
    comes(1, 1, {home(1), home(2)});
    for (const int ar : {1, 2, 3, 1}) {
        const auto renew = comes(ar, 1, {home(1), home(2)});
        EXPECT_NE(verdict(renew, 0), Verdict::kRefused);
        EXPECT_NE(verdict(renew, 1), Verdict::kRefused);
        EXPECT_EQ(points_at(home(1)), ar);
        EXPECT_EQ(points_at(home(2)), ar);
    }
}

TEST_F(TwoAddresses, ItemsOfOneMessageAreJudgedInOrder) {
    const auto request = comes(1, 1, {home(3), home(1), home(2)});
    EXPECT_EQ(verdict(request, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(request, 1), Verdict::kInstalled);
    EXPECT_EQ(refusal(request, 2), Refusal::kOverIpAddressLimit);
    EXPECT_EQ(points_at(home(2)), 0);
}

TEST_F(TwoAddresses, TheSamePrefixTwiceIsOne) {
    const auto request = comes(1, 1, {home(1), home(1), home(2), home(2)});
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NE(verdict(request, i), Verdict::kRefused) << i;
}

TEST_F(TwoAddresses, EachMnHasItsOwnLimit) {
    comes(1, 1, {home(1), home(2)});
    const auto others = comes(1, 2, {home(3), home(4)});
    EXPECT_EQ(verdict(others, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(others, 1), Verdict::kInstalled);
}

TEST_F(TwoAddresses, WhatHasEndedMakesRoomAtOnce) {
    comes(1, 1, {home(1), home(2)});
    detach(mn(1), {home(1)});  // its route is not gone yet
    const auto another = attach(1, 1, {home(3)});
    settle();
    EXPECT_EQ(verdict(another), Verdict::kInstalled);
    EXPECT_EQ(refusal(comes(1, 1, {home(1)})), Refusal::kOverIpAddressLimit) << "back, too late";
}

TEST_F(TwoAddresses, WhatTheArWouldNotInstallDoesNotCount) {
    attach(1, 1, {home(1)});
    acknowledge(1, {Verdict::kRefused, Refusal::kInvalidAttachment, "no"});
    settle();
    comes(2, 1, {home(2)});
    EXPECT_EQ(verdict(comes(2, 1, {home(3)})), Verdict::kInstalled);
}

TEST_F(TwoAddresses, APrefixThatTheServerGivesToAnotherIsCountedThere) {
    comes(1, 1, {home(1), home(2)});
    comes(1, 2, {home(3), home(4)});
    const auto taken = comes(1, 2, {home(1)});
    EXPECT_EQ(refusal(taken), Refusal::kOverIpAddressLimit);
    EXPECT_FALSE(anchor->bound(home(1))) << "MN 1 does not have it any more either";
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_EQ(verdict(comes(1, 1, {home(5)})), Verdict::kInstalled);
    comes(1, 3, {home(6)});
    EXPECT_EQ(verdict(comes(2, 3, {home(5)})), Verdict::kInstalled) << "MN 3 has room for it";
    EXPECT_EQ(refusal(comes(1, 3, {home(8)})), Refusal::kOverIpAddressLimit) << "for no more";
    EXPECT_EQ(verdict(comes(1, 1, {home(7)})), Verdict::kInstalled) << "and MN 1 has it again";
}

TEST_F(TwoAddresses, ALeaseThatIsOnlyListedTakesNoRoom) {
    // The server has the lease that was refused, and lists it.
    list({{mn(1), {1, home(7), Seconds{60}}}, {mn(1), {1, home(8), Seconds{60}}}});
    EXPECT_EQ(verdict(comes(1, 1, {home(1)})), Verdict::kInstalled);
    EXPECT_EQ(verdict(comes(1, 1, {home(2)})), Verdict::kInstalled);
    EXPECT_EQ(refusal(comes(1, 1, {home(7)})), Refusal::kOverIpAddressLimit);
    EXPECT_EQ(points_at(home(7)), 0);
}

TEST_F(TwoAddresses, AfterARestartWhatTheKernelHasCounts) {
    comes(1, 1, {home(1), home(2)});
    restart();
    list({{mn(1), {1, home(1), Seconds{60}}},
          {mn(1), {1, home(2), Seconds{60}}},
          {mn(1), {1, home(3), Seconds{60}}}});
    for (int i = 1; i <= 3; ++i) connect(i);
    settle();
    EXPECT_EQ(refusal(comes(1, 1, {home(3)})), Refusal::kOverIpAddressLimit);
    EXPECT_NE(verdict(comes(2, 1, {home(1), home(2)}), 1), Verdict::kRefused);
    EXPECT_EQ(points_at(home(2)), 2);
}

class TwoNewest : public ::testing::Test, protected AdmissionWorld {
protected:
    TwoNewest() : AdmissionWorld(limited({2, OverLimit::kRemoveOldest, 0})) {}
};

TEST_F(TwoNewest, TheOneThatHasBeenSilentLongestEndsAtAnchorAndAr) {
    comes(1, 1, {home(1)});
    comes(2, 1, {home(2)});
    comes(1, 1, {home(1)});  // a Renew: now the other is the silent one
    const auto third = comes(3, 1, {home(3)});
    EXPECT_EQ(verdict(third), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(points_at(home(2)), 0);
    EXPECT_FALSE(ar_routes[2].contains(home(2)));
    EXPECT_EQ(points_at(home(3)), 3);
    EXPECT_EQ(binding(home(2)), nullptr);
    const auto told = last_notice("ANCHOR_OLDEST_REMOVED");
    for (const auto& each : {home(2).text(), mn(1).text(), home(3).text()}) {
        EXPECT_NE(told.find(each), std::string::npos) << told;
    }
    EXPECT_NE(told.find("silent for 2 s"), std::string::npos) << told;
    EXPECT_EQ(anchor->counters().oldest_removed, 1u);
}

TEST_F(TwoNewest, WhatTheMessageItselfAsksForIsNotRemovedForItsOwnSake) {
    comes(1, 1, {home(1), home(2)});
    const auto three = comes(1, 1, {home(3), home(1), home(2)});
    EXPECT_EQ(refusal(three, 0), Refusal::kOverIpAddressLimit);
    EXPECT_EQ(verdict(three, 1), Verdict::kUnchanged);
    EXPECT_EQ(verdict(three, 2), Verdict::kUnchanged);
    const auto fresh = comes(1, 1, {home(4), home(5), home(6)});
    EXPECT_EQ(verdict(fresh, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(fresh, 1), Verdict::kInstalled);
    EXPECT_EQ(refusal(fresh, 2), Refusal::kOverIpAddressLimit);
    EXPECT_FALSE(anchor->bound(home(1)) || anchor->bound(home(2)));
}

TEST_F(TwoNewest, ALateCopyRemovesNothingThatWasHeardOfAfterIt) {
    comes(1, 1, {home(1)});
    comes(1, 1, {home(2)});
    const auto late = attach(1, 1, {home(3)}, {.age = Seconds{30}});
    EXPECT_EQ(refusal(late), Refusal::kOverIpAddressLimit);
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(points_at(home(2)), 1);
    EXPECT_EQ(anchor->counters().oldest_removed, 0u);
}

TEST_F(TwoNewest, OnlyTheSameMnMakesRoom) {
    comes(1, 2, {home(8), home(9)});
    comes(1, 1, {home(1)});
    comes(1, 1, {home(2)});
    comes(1, 1, {home(3)});
    EXPECT_TRUE(anchor->bound(home(8)));
    EXPECT_TRUE(anchor->bound(home(9)));
    EXPECT_FALSE(anchor->bound(home(1)));
}

TEST(NewestOnly, AfterARestartWhatHasNotBeenHeardOfGoesFirstAndAllThatIsTooMuch) {
    AdmissionWorld world(limited({1, OverLimit::kRemoveOldest, 0}));
    // The operator has lowered the limit: the kernel has two of before.
    for (int i = 1; i <= 2; ++i) {
        world.anchor->found_in_kernel(home(i), Tunnel{ar_claim(1).tunnel_address});
    }
    world.list({{mn(1), {1, home(1), Seconds{60}}}, {mn(1), {1, home(2), Seconds{60}}}});
    const auto request = world.comes(2, 1, {home(3)});
    EXPECT_EQ(world.verdict(request), Verdict::kInstalled);
    EXPECT_FALSE(world.anchor->bound(home(1)));
    EXPECT_FALSE(world.anchor->bound(home(2)));
    EXPECT_EQ(world.anchor->counters().oldest_removed, 2u);
    EXPECT_NE(world.last_notice("ANCHOR_OLDEST_REMOVED").find("since this anchor's start"),
              std::string::npos);
}

TEST(FullTable, LeavesWhatIsThereItsLifeAndItsMoves) {
    AdmissionWorld world(limited({0, OverLimit::kRefuse, 3}));
    for (int i = 1; i <= 3; ++i) world.comes(1, i, {home(i)});
    const auto fourth = world.comes(1, 4, {home(4)});
    EXPECT_EQ(world.refusal(fourth), Refusal::kLackOfResources);
    EXPECT_NE(world.reason(fourth).find("bindings-at-most: 3"), std::string::npos);
    EXPECT_TRUE(world.noticed("ANCHOR_TABLE_FULL"));
    EXPECT_EQ(world.points_at(home(4)), 0);
    EXPECT_EQ(world.verdict(world.comes(2, 1, {home(1)})), Verdict::kInstalled) << "a move";
    EXPECT_EQ(world.verdict(world.comes(2, 5, {home(2)})), Verdict::kInstalled)
        << "the server gave it to another: not one more";
    world.detach(mn(3), {home(3)});
    EXPECT_EQ(world.verdict(world.comes(1, 4, {home(4)})), Verdict::kInstalled);
}

TEST(FullTable, ExchangesOneForOneWhereAnMnRemovesItsOldest) {
    AdmissionWorld world(limited({1, OverLimit::kRemoveOldest, 2}));
    world.comes(1, 1, {home(1)});
    world.comes(1, 2, {home(2)});
    EXPECT_EQ(world.verdict(world.comes(1, 1, {home(3)})), Verdict::kInstalled);
    EXPECT_EQ(world.refusal(world.comes(1, 4, {home(4)})), Refusal::kLackOfResources);
    EXPECT_EQ(world.anchor->bindings().placed(), 2u);
}

class Prohibition : public ::testing::Test, protected AdmissionWorld {
protected:
    Prohibition() {
        comes(1, 1, {home(1), home(2)});
        comes(1, 2, {home(3)});
    }
};

TEST_F(Prohibition, EndsTheBindingsOfAnMnAnchorFirstThenAr) {
    grant({{mn(1)}, {}});
    work();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_TRUE(ar_routes[1].contains(home(1))) << "outwards: the AR comes after the anchor";
    settle();
    EXPECT_EQ(ar_routes[1], std::set{home(3)});
    EXPECT_EQ(anchor->bindings().size(), 1u);
    const auto told = last_notice("ANCHOR_MN_CUT_OFF");
    EXPECT_NE(told.find(mn(1).text()), std::string::npos) << told;
    EXPECT_NE(told.find("end: 2"), std::string::npos) << told;
}

TEST_F(Prohibition, RefusesTheMnUntilTheEntryIsGone) {
    grant({{mn(1)}, {}});
    settle();
    const auto request = comes(2, 1, {home(1)});
    EXPECT_EQ(refusal(request), Refusal::kAdministrativelyProhibited);
    EXPECT_NE(last_notice("ANCHOR_MN_PROHIBITED").find(mn(1).text()), std::string::npos);
    EXPECT_EQ(points_at(home(1)), 0);
    grant({});
    EXPECT_EQ(verdict(comes(2, 1, {home(1)})), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(Prohibition, AListDoesNotBringAProhibitedMnBack) {
    grant({{mn(1)}, {}});
    settle();
    list({{mn(1), {1, home(1), Seconds{60}}}, {mn(2), {1, home(3), Seconds{60}}}});
    settle();
    EXPECT_EQ(binding(home(1)), nullptr);
    EXPECT_EQ(points_at(home(3)), 1);
}

TEST_F(Prohibition, NorDoesWhatARestartedAnchorFindsInItsKernelAndHearsFromAnAr) {
    const auto record = *anchor->record(ar(1), home(1), now);
    const auto others = *anchor->record(ar(1), home(3), now);
    restart();
    grant({{mn(1)}, {}});
    connect(1);
    anchor->ar_reported(ar(1), record, moment());
    anchor->ar_reported(ar(1), others, moment());
    list({{mn(1), {1, home(1), Seconds{60}}},
          {mn(1), {1, home(2), Seconds{60}}},
          {mn(2), {1, home(3), Seconds{60}}}});
    settle();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_EQ(points_at(home(2)), 0);
    EXPECT_EQ(points_at(home(3)), 1);
    EXPECT_FALSE(has_record(1, home(1)));
    EXPECT_FALSE(anchor->recovering());
}

TEST_F(Prohibition, WhatAnArReportsOfAProhibitedMnIsNotAdopted) {
    const auto record = *anchor->record(ar(1), home(1), now);
    const auto others = *anchor->record(ar(1), home(3), now);
    AdmissionWorld fresh;
    fresh.grant({{mn(1)}, {}});
    fresh.anchor->ar_reported(fresh.ar(1), record, fresh.moment());
    fresh.anchor->ar_reported(fresh.ar(1), others, fresh.moment());
    fresh.work();
    EXPECT_EQ(fresh.points_at(home(1)), 0);
    EXPECT_EQ(fresh.points_at(home(3)), 1);
}

TEST_F(Prohibition, APrefixThatTheServerGivesToAProhibitedMnIsNobodys) {
    grant({{mn(9)}, {}});
    EXPECT_EQ(refusal(comes(1, 9, {home(1)})), Refusal::kAdministrativelyProhibited);
    EXPECT_EQ(points_at(home(1)), 0) << "its former holder does not have it any more";
    EXPECT_EQ(points_at(home(2)), 1);
}

TEST_F(Prohibition, AProhibitedArTakesNobodyInAndKeepsWhoIsThere) {
    auto closed = ar_claim(1);
    closed.prohibited = "being rebuilt";
    comes(2, 4, {home(4)});
    grant({}, {closed, ar_claim(2), ar_claim(3)});
    EXPECT_EQ(points_at(home(1)), 1) << "what is there stays";
    EXPECT_EQ(verdict(comes(1, 1, {home(1), home(2)})), Verdict::kUnchanged) << "and may renew";

    const auto fresh = comes(1, 5, {home(5)});
    EXPECT_EQ(refusal(fresh), Refusal::kAdministrativelyProhibited);
    EXPECT_NE(reason(fresh).find("being rebuilt"), std::string::npos);
    EXPECT_NE(last_notice("ANCHOR_AR_PROHIBITED").find(ar_name(1)), std::string::npos);
    EXPECT_EQ(refusal(comes(1, 4, {home(4)})), Refusal::kAdministrativelyProhibited);
    EXPECT_EQ(points_at(home(4)), 2) << "it stays where it was";

    EXPECT_EQ(verdict(comes(2, 1, {home(1)})), Verdict::kInstalled) << "out it may go";
    EXPECT_EQ(refusal(comes(1, 1, {home(1)})), Refusal::kAdministrativelyProhibited) << "not back";
    EXPECT_EQ(points_at(home(1)), 2);
    grant({});
    EXPECT_EQ(verdict(comes(1, 1, {home(1)})), Verdict::kInstalled);
}

TEST_F(Prohibition, ACopyThroughAProhibitedArIsACopy) {
    auto closed = ar_claim(1);
    closed.prohibited = "";
    grant({}, {closed, ar_claim(2), ar_claim(3)});
    EXPECT_EQ(verdict(comes(2, 1, {home(1)})), Verdict::kInstalled);
    const auto copy = attach(1, 1, {home(1)}, {.transaction = last_transaction});
    EXPECT_EQ(verdict(copy), Verdict::kSuperseded) << "another AR has been heard";
    EXPECT_EQ(verdict(attach(1, 1, {home(1)}, {.age = Seconds{30}})), Verdict::kSuperseded);
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_FALSE(noticed("ANCHOR_AR_PROHIBITED"));
}

TEST_F(Prohibition, WithAListOfAuthorizedMnsNobodyElseIsServed) {
    grant({{}, {{mn(1)}}});
    EXPECT_EQ(points_at(home(3)), 1) << "to be missing in a list ends nothing";
    EXPECT_EQ(verdict(comes(2, 1, {home(1)})), Verdict::kInstalled);
    const auto others = comes(2, 2, {home(3)});
    EXPECT_EQ(refusal(others), Refusal::kUnauthorizedMn);
    EXPECT_NE(last_notice("ANCHOR_MN_NOT_AUTHORIZED").find(mn(2).text()), std::string::npos);
    EXPECT_EQ(points_at(home(3)), 1);
    EXPECT_EQ(refusal(comes(1, 3, {home(5)})), Refusal::kUnauthorizedMn);
    grant({{mn(1)}, {{mn(1)}}});
    EXPECT_EQ(refusal(comes(1, 1, {home(1)})), Refusal::kAdministrativelyProhibited) << "both: no";
    grant({{}, std::unordered_set<MnId>{}});
    EXPECT_EQ(refusal(comes(1, 1, {home(1)})), Refusal::kUnauthorizedMn) << "empty: nobody";
}

TEST_F(Prohibition, AnInventoryThatIsRefusedChangesNoPolicy) {
    EXPECT_FALSE(inventory.replace({ar_claim(1), ar_claim(1)}, source_claims(), {{mn(1)}, {}}));
    EXPECT_TRUE(inventory.mns().prohibited.empty());
    EXPECT_EQ(verdict(comes(2, 1, {home(1)})), Verdict::kInstalled);
}

TEST(RefusalCounters, AreKeptByCodeAndAddUp) {
    AdmissionWorld world(limited({1, OverLimit::kRefuse, 0}));
    world.comes(1, 1, {home(1)});
    world.comes(1, 1, {home(2)});
    world.comes(1, 1, {home(3), home(4)});
    world.comes(1, 2, {prefix("2001:db8:b::1")});
    world.attach(2, 3, {home(5)});
    world.acknowledge(2, {Verdict::kRefused, Refusal::kLackOfResources, "ENOMEM"});
    const auto& counters = world.anchor->counters();
    EXPECT_EQ(counters.refusals,
              (std::map<Refusal, std::uint64_t>{{Refusal::kOverIpAddressLimit, 3},
                                                {Refusal::kAdministrativelyProhibited, 1},
                                                {Refusal::kLackOfResources, 1}}));
    EXPECT_EQ(counters.refused, 5u);
}

}  // namespace
}  // namespace mobility
