// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a restarted Anchor takes from its journal, beside its kernel, the ARs and the sources.
#include <set>

#include "core/journal_writer.h"
#include "tests/sim/memory_journal.h"
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class AnchorJournal : public AnchorTest {
protected:
    /// All that changed reaches the disk.
    void write_journal() {
        JournalWriter writer(*anchor, journal);
        for (const auto& each : std::exchange(unwritten, {})) writer.changed(each);
        EXPECT_FALSE(writer.write(moment()));
        journal.write();
    }
    /// The process ends with what was not written; kernel and ARs stay.
    void restart_with_journal() {
        journal.process_died();
        restart();
        meaningless = anchor->recover(journal.read(), moment());
        unwritten.clear();
    }
    /// The kernel is empty as well.
    void power_cut() {
        kernel.tamper({});
        restart_with_journal();
    }
    void connect_and_report_nothing(int number) {
        connect(number);
        anchor->ar_report_ended(ar(number));
    }
    void lists_end(std::vector<LeaseEntry> leases) {
        list(std::move(leases));
        list({}, kOtherDomain);
        settle();
    }
    std::size_t routes_written() const { return kernel.history().size(); }
    void expect_never_without_a_route() {
        for (const auto& step : kernel.history()) EXPECT_TRUE(step.after);
    }

    MemoryJournal journal;
    std::vector<Prefix> meaningless;
};

TEST_F(AnchorJournal, AKernelThatLeadsWhereTheJournalSaysIsLeftAsItIs) {
    attach(2, 1, {home(1)});
    settle();
    write_journal();
    const auto before = *anchor->record(ar(2), home(1), now);
    restart_with_journal();
    EXPECT_EQ(binding(home(1))->where->attachment, before.attachment);
    EXPECT_EQ(binding(home(1))->where->sequence, before.sequence);
    EXPECT_EQ(binding(home(1))->routed, binding(home(1))->where);
    EXPECT_FALSE(anchor->recovering());
    connect_and_report_nothing(2);
    EXPECT_EQ(anchor->record(ar(2), home(1), now)->attachment, before.attachment)
        << "an AR that has lost it hears it all again";
    settle();
    lists_end({lease(1)});
    EXPECT_EQ(routes_written(), 0u);
    EXPECT_TRUE(unwritten.empty()) << "nor anything to the journal";
}

TEST_F(AnchorJournal, AfterAPowerCutTheArIsToldAndTheRouteFollowsWithoutAMessage) {
    attach(2, 1, {home(1)});
    settle();
    write_journal();
    const auto before = *anchor->record(ar(2), home(1), now);
    power_cut();
    work();
    EXPECT_EQ(points_at(home(1)), 0) << "AR2 has not confirmed it: its default leads back";
    connect_and_report_nothing(2);
    EXPECT_EQ(anchor->record(ar(2), home(1), now)->attachment, before.attachment);
    EXPECT_EQ(anchor->record(ar(2), home(1), now)->owner, kDomain);
    settle();
    EXPECT_EQ(points_at(home(1)), 2);
    lists_end({lease(1)});
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorJournal, AnArThatStillHasItIsBelievedByItsReport) {
    attach(2, 1, {home(1)});
    settle();
    write_journal();
    const auto before = *anchor->record(ar(2), home(1), now);
    power_cut();
    anchor->ar_reported(ar(2), before, moment());
    work();
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorJournal, AMoveThatACrashInterruptedGoesOnWithoutAGap) {
    attach(1, 1, {home(1)});
    settle();
    const auto older = *anchor->record(ar(1), home(1), now);
    attach(3, 1, {home(1)});  // AR3 has not acknowledged, so the kernel still leads to AR1
    write_journal();
    restart_with_journal();
    EXPECT_EQ(binding(home(1))->where->ar, ar(3));
    EXPECT_FALSE(binding(home(1))->acknowledged);
    EXPECT_EQ(binding(home(1))->routed->ar, ar(1));
    connect(3);
    acknowledge(3);
    work();
    EXPECT_EQ(points_at(home(1)), 1) << "AR1 may know of something newer: it is heard first";
    connect(1);
    anchor->ar_reported(ar(1), older, moment());
    anchor->ar_report_ended(ar(1));
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_FALSE(has_record(1, home(1)));
    expect_never_without_a_route();
}

TEST_F(AnchorJournal, AJournalThatLagsBehindTheKernelMovesNobodyBack) {
    attach(1, 1, {home(1)});
    settle();
    write_journal();
    attach(3, 1, {home(1)});
    settle();
    const auto newer = *anchor->record(ar(3), home(1), now);
    restart_with_journal();  // the last batch was not written
    for (int i = 1; i <= 3; ++i) connect(i);
    acknowledge(1);
    work();
    anchor->ar_reported(ar(3), newer, moment());
    anchor->ar_report_ended(ar(3));
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_EQ(routes_written(), 0u) << "not even for a moment";
    EXPECT_FALSE(has_record(1, home(1)));
    EXPECT_TRUE(unwritten.contains(home(1))) << "and the journal learns it";
}

TEST_F(AnchorJournal, AnArThatNeverComesBackHoldsAMoveUpForTenSecondsAndNoLonger) {
    attach(1, 1, {home(1)});
    settle();
    attach(3, 1, {home(1)});
    write_journal();
    restart_with_journal();
    connect(3);
    settle();
    pass(Seconds{9});
    anchor->tick(now);
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
    pass(Seconds{1});
    anchor->tick(now);
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    expect_never_without_a_route();
}

TEST_F(AnchorJournal, AMessageSettlesWhatKernelAndJournalDisagreeAbout) {
    for (const int here : {2, 3}) {  // elsewhere, or where the journal says
        attach(1, 1, {home(1)});
        settle();
        attach(3, 1, {home(1)});
        write_journal();
        restart_with_journal();
        for (int i = 1; i <= 3; ++i) connect(i);
        acknowledge(3);
        const auto confirm = attach(here, 1, {home(1)}, {.proof = Proof::kLookup});
        settle();
        EXPECT_EQ(verdict(confirm), Verdict::kInstalled);
        EXPECT_EQ(points_at(home(1)), here);
        expect_never_without_a_route();
    }
}

TEST_F(AnchorJournal, AReportNewerThanTheJournalWins) {
    attach(1, 1, {home(1)});
    settle();
    write_journal();
    attach(3, 1, {home(1)});
    settle();
    const auto newer = *anchor->record(ar(3), home(1), now);
    power_cut();
    connect(1);
    acknowledge(1);
    work();
    EXPECT_EQ(points_at(home(1)), 1) << "it is all that is known";
    connect(3);
    anchor->ar_reported(ar(3), newer, moment());
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_FALSE(has_record(1, home(1)));
    expect_never_without_a_route();
}

TEST_F(AnchorJournal, AReportOlderThanTheJournalMovesNothing) {
    attach(1, 1, {home(1)});
    settle();
    const auto older = *anchor->record(ar(1), home(1), now);
    attach(3, 1, {home(1)});
    settle();
    write_journal();
    power_cut();
    connect(1);
    anchor->ar_reported(ar(1), older, moment());
    connect(3);
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST_F(AnchorJournal, WhatTheSourceNoLongerListsEndsWhenItsListHasEnded) {
    attach(1, 1, {home(1)});
    attach(1, 2, {home(2)});
    settle();
    write_journal();
    power_cut();
    connect_and_report_nothing(1);
    settle();
    EXPECT_EQ(kernel.state().routes.size(), 2u);
    lists_end({lease(2)});
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_EQ(points_at(home(2)), 1);
    write_journal();
    EXPECT_EQ(journal.size(), 1u);
}

TEST_F(AnchorJournal, AnEmptyListAfterAPowerCutDarkensNoCity) {
    for (int i = 1; i <= 150; ++i) attach(1, i, {home(i)});
    settle();
    write_journal();
    power_cut();
    connect_and_report_nothing(1);
    lists_end({});
    EXPECT_TRUE(noticed("ANCHOR_LIST_TOO_SHORT"));
    EXPECT_EQ(kernel.state().routes.size(), 150u);
    EXPECT_EQ(anchor->confirm_removal(domain(), moment()), 150u);
    settle();
    EXPECT_TRUE(kernel.state().routes.empty());
}

TEST_F(AnchorJournal, AnotherHolderInTheListGetsNothingOfTheFormersPlace) {
    attach(1, 1, {home(1)});
    settle();
    write_journal();
    power_cut();
    connect_and_report_nothing(1);
    settle();
    lists_end({{mn(9), {1, home(1), Seconds{60}}}});
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_EQ(binding(home(1))->mn, mn(9));
    EXPECT_FALSE(has_record(1, home(1)));
}

TEST_F(AnchorJournal, EntriesThatMeanNothingHereAnyMoreAreGivenBack) {
    for (int i = 1; i <= 3; ++i) attach(i, i, {home(i)});
    attach(1, 4, {home(4)});
    settle();
    write_journal();
    auto foreign = *anchor->journal_entry(home(4), moment());
    foreign.prefix = prefix("2001:db8:b::1");  // owned by this anchor before, not now
    journal.put(foreign);
    foreign.prefix = home(5);
    foreign.owner = "gone/6";
    journal.put(foreign);
    journal.write();
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(3)}, source_claims()));
    power_cut();
    const std::set<Prefix> given_back(meaningless.begin(), meaningless.end());
    EXPECT_EQ(given_back, (std::set<Prefix>{home(2), home(5), prefix("2001:db8:b::1")}));
    EXPECT_EQ(anchor->bindings().size(), 3u);
    EXPECT_FALSE(anchor->bound(home(2))) << "its AR has left the inventory";
}

TEST_F(AnchorJournal, ARouteOfAnArThatNobodyKnowsIsReplacedByTheJournalsPlace) {
    attach(2, 1, {home(1)});
    settle();
    attach(3, 1, {home(1)});
    write_journal();
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(3)}, source_claims()));
    restart_with_journal();
    EXPECT_TRUE(anchor->recovering());
    connect_and_report_nothing(3);
    settle();
    EXPECT_EQ(points_at(home(1)), 3);
    EXPECT_FALSE(anchor->recovering());
    expect_never_without_a_route();
}

TEST_F(AnchorJournal, SequencesGrowAlthoughTheWallClockWasSetBack) {
    attach(1, 1, {home(1)});
    attach(2, 2, {home(2)});
    detach(mn(2), {home(2)});  // it had the highest one
    settle();
    const auto highest = anchor->last_sequence();
    write_journal();
    wall_ms = 1'000;
    power_cut();
    for (int i = 1; i <= 3; ++i) connect(i);
    attach(2, 1, {home(1)});
    EXPECT_GT(anchor->record(ar(2), home(1), now)->sequence, highest);
    // What ARs remember of the time before is not taken for a forgery.
    anchor->ar_reported(
        ar(3), {home(3), mn(3), 1, kDomain, attachment(3, 3), highest + 1, Seconds{60}}, moment());
    EXPECT_TRUE(anchor->bound(home(3)));
}

TEST_F(AnchorJournal, AMoveStillNeedsTheLinkLayerAddressAfterAPowerCut) {
    attach(1, 1, {home(1)});
    settle();
    write_journal();
    power_cut();
    for (int i = 1; i <= 3; ++i) connect(i);
    Attached theft;
    theft.mn = mn(1);
    theft.attachment = attachment(3, 66);
    theft.items.push_back({1, home(1), Seconds{3600}});
    theft.order = {4711, Milliseconds{0}, now};
    EXPECT_EQ(refusal(say(theft)), Refusal::kUnauthorizedMn);
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
    const auto own = attach(3, 1, {home(1)});
    settle();
    EXPECT_EQ(verdict(own), Verdict::kInstalled);
}

TEST_F(AnchorJournal, AnArThatRefusesTheJournalsPlaceIsNotPointedAt) {
    attach(1, 1, {home(1)});
    settle();
    write_journal();
    power_cut();
    connect(1);
    acknowledge(1, {Verdict::kRefused, Refusal::kInvalidAttachment, "no such interface"});
    settle();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_TRUE(anchor->bound(home(1)));
    write_journal();
    EXPECT_EQ(journal.size(), 0u) << "there is no place to remember";
}

TEST_F(AnchorJournal, OnlyCreateMoveEndAndAChangeOfHandsAreWritten) {
    const auto written = [&] { return std::exchange(unwritten, {}).contains(home(1)); };
    attach(1, 1, {home(1)});
    settle();
    EXPECT_TRUE(written());
    attach(1, 1, {home(1)});  // a Renew
    settle();
    EXPECT_FALSE(written());
    list({lease(1)});
    EXPECT_FALSE(written());
    attach(2, 1, {home(1)});
    settle();
    EXPECT_TRUE(written());
    Attached renumbered;
    renumbered.mn = mn(1);
    renumbered.attachment = attachment(2, 1);
    renumbered.items.push_back({7, home(1), Seconds{3600}});
    renumbered.order = {4711, Milliseconds{0}, now};
    say(renumbered);
    EXPECT_TRUE(written());
    EXPECT_EQ(anchor->journal_entry(home(1), moment())->iaid, 7u);
    detach(mn(1), {home(1)});
    EXPECT_TRUE(written());
    EXPECT_FALSE(anchor->journal_entry(home(1), moment()));
}

TEST_F(AnchorJournal, WhenItsSourceIsGivenUpAllThatItLeftEnds) {
    attach(1, 1, {home(1)});
    attach(2, 2, {home(2)});
    settle();
    write_journal();
    restart_with_journal();
    list({}, kOtherDomain);
    anchor->end_all(domain(kOtherDomain), moment());
    settle();
    EXPECT_FALSE(noticed("ANCHOR_SOURCE_GONE"));
    EXPECT_EQ(anchor->bindings().size(), 2u);
    anchor->end_all(domain(), moment());
    settle();
    EXPECT_TRUE(noticed("ANCHOR_SOURCE_GONE"));
    EXPECT_TRUE(kernel.state().routes.empty());
    EXPECT_EQ(anchor->bindings().size(), 0u);
    write_journal();
    EXPECT_EQ(journal.size(), 0u);
}

}  // namespace
}  // namespace mobility
