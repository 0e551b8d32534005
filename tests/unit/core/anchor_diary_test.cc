// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Each change of place and each end is one line, and one more tells that it is in force; what moves
// nothing is none.
#include "core/anchor_diary.h"

#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;
using Lines = std::vector<std::string>;

const std::string kMn1 = "00:03:00:01:02:00:00:00:00:01";
const std::string kMn2 = "00:03:00:01:02:00:00:00:00:02";
const std::string kFirst = "111411200000000000";  // sequence: the world's wall clock << 16

struct WorldClock final : Clock {
    explicit WorldClock(const AnchorWorld& world) : world_(world) {}
    Moment now() const override { return world_.moment(); }

private:
    const AnchorWorld& world_;
};

class AnchorDiaryTest : public ::testing::Test, protected AnchorWorld {
protected:
    explicit AnchorDiaryTest(AnchorSettings settings = default_settings())
        : AnchorWorld(std::move(settings)) {
        anchor->keep(&diary);
    }
    /// What was said since the last call.
    Lines told() { return std::exchange(lines, {}); }
    /// The same without what follows the first word and the prefix.
    Lines told_briefly() {
        Lines brief;
        for (const auto& line : told()) brief.push_back(line.substr(0, line.find(" of MN ")));
        return brief;
    }
    std::string last_line() const { return lines.empty() ? "" : lines.back(); }
    void end_by(DetachReason reason) {
        anchor->detached(domain(), 1'000'000 + static_cast<std::uint64_t>(reason),
                         {mn(1), {home(1)}, reason}, moment());
    }
    void settled_at(int number) {
        attach(number, 1, {home(1)});
        settle();
        lines.clear();
    }
    /// The process ends, and the next one keeps a diary from its start on.
    void restart_with_diary() {
        restart();
        anchor->keep(&diary);
        lines.clear();
    }

    const WorldClock clock{*this};
    Lines lines;
    AnchorDiary diary{inventory, clock, [this](const Notice& notice) {
                          lines.push_back(std::string(notice.id) + " " + notice.text);
                      }};
};

TEST_F(AnchorDiaryTest, AnAttachmentIsToldWithItsMessageThenThatBothTablesHaveIt) {
    attach(1, 1, {home(1)}, {.transaction = 0x1a2b3c, .age = Milliseconds{5}});
    EXPECT_EQ(told(), Lines{"ANCHOR_BINDING_ATTACHED 2001:db8:a::1/128 of MN " + kMn1 +
                            " at ar1.example \"access0\" as 02:00:00:00:00:01, sequence " + kFirst +
                            ": metro/6, lease written, transaction 0x1a2b3c"});
    pass(Milliseconds{2});
    acknowledge(1);
    EXPECT_EQ(told(), Lines{}) << "the anchor's own kernel has not";
    pass(Milliseconds{1});
    work();
    EXPECT_EQ(told(), Lines{"ANCHOR_BINDING_INSTALLED 2001:db8:a::1/128 of MN " + kMn1 +
                            " at ar1.example, sequence " + kFirst +
                            ": heard after 5.0 ms, at the AR after 7.0 ms, here after 8.0 ms"});
    settle();
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AnchorDiaryTest, AMoveIsToldFromWhereToWhereThenThatBothTablesHaveIt) {
    settled_at(1);
    pass(Seconds{2});
    attach(2, 1, {home(1)},
           {.proof = Proof::kLookup, .transaction = 0xabc, .elapsed = Milliseconds{1500}});
    EXPECT_EQ(told(), Lines{"ANCHOR_BINDING_MOVED 2001:db8:a::1/128 of MN " + kMn1 +
                            " from ar1.example \"access0\" as 02:00:00:00:00:01 to ar2.example "
                            "\"access0\" as 02:00:00:00:00:01, sequence 111411200131072000: "
                            "metro/6, lease looked up, transaction 0xabc, under way for 1500 "
                            "ms"});
    settle();
    EXPECT_EQ(told_briefly(), Lines{"ANCHOR_BINDING_INSTALLED 2001:db8:a::1/128"});
}

TEST_F(AnchorDiaryTest, CopiesRenewalsAndLateMessagesAreNoLines) {
    settled_at(1);
    const auto transaction = last_transaction;
    attach(1, 1, {home(1)}, {.transaction = transaction});
    attach(2, 1, {home(1)}, {.transaction = transaction});
    pass(Seconds{30});
    attach(1, 1, {home(1)});
    attach(2, 1, {home(1)}, {.age = Seconds{20}});
    list({lease(1)});
    disconnect(1);
    connect(1);
    settle();
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AnchorDiaryTest, OfAMoveThatTheNextOneOvertakesNobodySaysThatItIsInForce) {
    settled_at(1);
    attach(2, 1, {home(1)});
    attach(3, 1, {home(1)});
    settle();
    EXPECT_EQ(told_briefly(), (Lines{"ANCHOR_BINDING_MOVED 2001:db8:a::1/128",
                                     "ANCHOR_BINDING_MOVED 2001:db8:a::1/128",
                                     "ANCHOR_BINDING_INSTALLED 2001:db8:a::1/128"}));
}

TEST_F(AnchorDiaryTest, TheSourceSaysWhyABindingEnds) {
    const std::pair<DetachReason, const char*> reasons[] = {
        {DetachReason::kReleased, "released"},
        {DetachReason::kDeclined, "declined"},
        {DetachReason::kExpired, "expired"},
        {DetachReason::kDeleted, "the lease was deleted"}};
    for (const auto& [reason, text] : reasons) {
        settled_at(1);
        const auto sequence = std::to_string(binding(home(1))->where->sequence);
        end_by(reason);
        settle();
        EXPECT_EQ(told(), Lines{"ANCHOR_BINDING_ENDED 2001:db8:a::1/128 of MN " + kMn1 +
                                " at ar1.example \"access0\" as 02:00:00:00:00:01, sequence " +
                                sequence + ": metro/6, " + text});
    }
}

TEST_F(AnchorDiaryTest, AnEndThatIsIgnoredIsNoLine) {
    settled_at(1);
    detach(mn(2), {home(1)});
    detach(mn(1), {home(1)}, kOtherDomain);
    detach(mn(3), {home(3)});
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AnchorDiaryTest, AListWithoutItEndsIt) {
    settled_at(1);
    list({});
    settle();
    EXPECT_NE(last_line().find(": metro/6, not in the list of leases"), std::string::npos);
    EXPECT_EQ(told().size(), 1u);
}

TEST_F(AnchorDiaryTest, WhatAnOperatorConfirmsSaysSo) {
    for (int i = 1; i <= 101; ++i) attach(1, i, {home(i)});
    settle();
    list({});
    settle();
    lines.clear();
    anchor->confirm_removal(domain(), moment());
    settle();
    EXPECT_NE(last_line().find("not in the list of leases, and the removal was confirmed"),
              std::string::npos);
    EXPECT_EQ(told().size(), 101u);
}

TEST_F(AnchorDiaryTest, ASourceThatStaysAwayEndsIt) {
    settled_at(1);
    anchor->end_all(domain(), moment());
    settle();
    EXPECT_NE(last_line().find("away for too long (keep-bindings)"), std::string::npos);
    EXPECT_EQ(told().size(), 1u);
}

TEST_F(AnchorDiaryTest, AnotherHolderEndsItForTheFormerAndHasNoPlaceBefore) {
    settled_at(1);
    attach(2, 2, {home(1)});
    const auto said = told();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].find("ANCHOR_BINDING_ENDED 2001:db8:a::1/128 of MN " + kMn1), 0u);
    EXPECT_NE(said[0].find("it is another MN's now"), std::string::npos);
    EXPECT_EQ(
        said[1].find("ANCHOR_BINDING_ATTACHED 2001:db8:a::1/128 of MN " + kMn2 + " at ar2.example"),
        0u);
    settle();
    EXPECT_EQ(told_briefly(), Lines{"ANCHOR_BINDING_INSTALLED 2001:db8:a::1/128"});
}

TEST_F(AnchorDiaryTest, AProhibitionEndsIt) {
    settled_at(1);
    MnPolicy policy;
    policy.prohibited = {mn(1)};
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, source_claims(),
                                  std::move(policy)));
    anchor->end_prohibited(moment());
    EXPECT_NE(last_line().find("the MN is prohibited"), std::string::npos);
    EXPECT_EQ(told().size(), 1u);
}

class AnchorDiaryOfNewest : public AnchorDiaryTest {
protected:
    static AnchorSettings one_each() {
        auto settings = default_settings();
        settings.limits = {1, OverLimit::kRemoveOldest, 0};
        return settings;
    }
    AnchorDiaryOfNewest() : AnchorDiaryTest(one_each()) {}
};

TEST_F(AnchorDiaryOfNewest, TheOldestEndsFirst) {
    settled_at(1);
    pass(Seconds{1});
    attach(1, 1, {home(2)});
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find("it makes room for another of the same MN"), std::string::npos);
    EXPECT_EQ(told_briefly(), (Lines{"ANCHOR_BINDING_ENDED 2001:db8:a::1/128",
                                     "ANCHOR_BINDING_ATTACHED 2001:db8:a::2/128"}));
}

TEST_F(AnchorDiaryTest, AnArThatRefusesAMoveIsToldAsTheWayBack) {
    settled_at(1);
    attach(2, 1, {home(1)});
    acknowledge(2, {Verdict::kRefused, Refusal::kInvalidAttachment, "no such interface"});
    ASSERT_GE(lines.size(), 2u);
    EXPECT_EQ(lines[1].find("ANCHOR_BINDING_MOVED 2001:db8:a::1/128 of MN " + kMn1 +
                            " from ar2.example \"access0\" as 02:00:00:00:00:01 to ar1.example"),
              0u);
    EXPECT_NE(lines[1].find(": ar2.example refuses it: no such interface"), std::string::npos);
    EXPECT_EQ(points_at(home(1)), 1);
}

TEST_F(AnchorDiaryTest, AnArThatRefusesTheFirstPlaceLeavesNone) {
    attach(2, 1, {home(1)});
    acknowledge(2, {Verdict::kRefused, Refusal::kInvalidAttachment, "no such interface"});
    settle();
    EXPECT_EQ(last_line(), "ANCHOR_BINDING_UNPLACED 2001:db8:a::1/128 of MN " + kMn1 +
                               " nowhere: ar2.example refuses it: no such interface");
    EXPECT_EQ(told().size(), 2u);
}

TEST_F(AnchorDiaryTest, AnArThatSaysThatItIsGoneTakesItsPlace) {
    settled_at(1);
    anchor->ar_deregistered(ar(1), home(1), binding(home(1))->where->sequence);
    settle();
    EXPECT_EQ(told(), Lines{"ANCHOR_BINDING_UNPLACED 2001:db8:a::1/128 of MN " + kMn1 +
                            " nowhere: ar1.example says that it is gone"});
}

TEST_F(AnchorDiaryTest, AnArWithoutASessionIsNamedAsWhatTheRouteWaitsFor) {
    settled_at(1);
    disconnect(2);
    attach(2, 1, {home(1)});
    EXPECT_NE(last_line().find("; the AR has no session, and the route waits for it"),
              std::string::npos);
    pass(Seconds{7});
    connect(2);
    settle();
    EXPECT_NE(last_line().find("at the AR after 7000.0 ms, here after 7000.0 ms"),
              std::string::npos);
    EXPECT_EQ(told().size(), 2u);
}

TEST_F(AnchorDiaryTest, ARestartThatFindsAllAsItWasIsNoLine) {
    settled_at(1);
    const auto known = *anchor->record(ar(1), home(1), now);
    restart_with_diary();
    connect(1);
    anchor->ar_reported(ar(1), known, moment());
    anchor->ar_report_ended(ar(1));
    list({lease(1)});
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AnchorDiaryTest, WhatOnlyAnArHasAfterARestartIsToldByItsWord) {
    settled_at(1);
    const auto known = *anchor->record(ar(1), home(1), now);
    kernel.tamper({});
    restart_with_diary();
    connect(1);
    anchor->ar_reported(ar(1), known, moment());
    settle();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find("ANCHOR_BINDING_ATTACHED"), std::string::npos);
    EXPECT_NE(lines[0].find("that AR has it from before this anchor's start"), std::string::npos);
    EXPECT_NE(lines[1].find("ANCHOR_BINDING_INSTALLED"), std::string::npos);
}

TEST_F(AnchorDiaryTest, AfterAPowerCutItIsToldWhenAPathIsBack) {
    settled_at(1);
    const JournalContents journal{{*anchor->journal_entry(home(1), moment())}, 0, {}};
    kernel.tamper({});
    restart_with_diary();
    anchor->recover(journal, moment());
    pass(Seconds{2});
    connect(1);
    settle();
    EXPECT_NE(last_line().find("heard after 0.0 ms, at the AR after 2000.0 ms, here after 2000.0"),
              std::string::npos);
    EXPECT_EQ(told_briefly(), Lines{"ANCHOR_BINDING_INSTALLED 2001:db8:a::1/128"});
}

TEST_F(AnchorDiaryTest, WhenItIsTakenAwayNothingIsSaidAnyMore) {
    attach(1, 1, {home(1)});
    told();
    anchor->keep(nullptr);
    settle();
    attach(2, 1, {home(1)});
    settle();
    detach(mn(1), {home(1)});
    settle();
    EXPECT_EQ(told(), Lines{});
    EXPECT_TRUE(notices.empty());
}

TEST(AnchorDiaryRouted, WithoutTunnelsTheArsWordPutsItInForce) {
    auto settings = AnchorWorld::default_settings();
    settings.mode = TunnelMode::kRouted;
    AnchorWorld world(settings);
    const WorldClock clock{world};
    Lines ids;
    AnchorDiary diary{world.inventory, clock,
                      [&](const Notice& notice) { ids.emplace_back(notice.id); }};
    world.anchor->keep(&diary);
    world.attach(1, 1, {home(1)});
    world.acknowledge(1);
    EXPECT_EQ(ids, (Lines{"ANCHOR_BINDING_ATTACHED", "ANCHOR_BINDING_INSTALLED"}));
}

}  // namespace
}  // namespace mobility
