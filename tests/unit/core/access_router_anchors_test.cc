// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Full states, restarts and reports of an AR, and what one of its anchors may not do to another's.
#include "tests/unit/core/access_router_world.h"

namespace mobility {
namespace {

TEST_F(AccessRouterTest, AFullStateRemovesWhatIsNeitherListedNorTouched) {
    router->install(kA, 1, {record(1, 100), record(2, 100), record(3, 100)});
    work();
    router->list_begin(kA);
    router->install(kA, 2, {record(1, 100)});
    router->install(kA, 3, {record(3, 105)});
    EXPECT_TRUE(route(home(2)));
    router->list_end(kA);
    work();
    EXPECT_TRUE(route(home(1)) && route(home(3)));
    EXPECT_FALSE(route(home(2)));
}

TEST_F(AccessRouterTest, AFullStateThatWasCutRemovesNothing) {
    router->install(kA, 1, {record(1, 100), record(2, 100)});
    router->list_begin(kA);
    router->install(kA, 2, {record(1, 100)});
    router->anchor_gone(kA);
    router->list_begin(kA);
    router->install(kA, 3, {record(1, 100), record(2, 100)});
    router->list_end(kA);
    work();
    EXPECT_EQ(kernel.state().routes.size(), 2u);
}

TEST_F(AccessRouterTest, WhatAnAnchorWantedStaysWhileItIsAway) {
    router->install(kA, 1, {record(1, 100)});
    work();
    router->anchor_gone(kA);
    router->list_begin(kB);
    router->list_end(kB);
    work();
    EXPECT_TRUE(route(home(1)));
}

TEST_F(AccessRouterTest, AnAnchorThatLeftIsNotAcknowledgedAnyMore) {
    router->install(kA, 1, {record(1, 100)});
    router->anchor_gone(kA);
    work();
    EXPECT_TRUE(answers.empty());
    EXPECT_TRUE(route(home(1)));
}

TEST_F(AccessRouterTest, OfTwoAnchorsTheNewestSequenceIsInstalledAndTheOperatorIsTold) {
    router->install(kA, 1, {record(1, 100)});
    auto newer = record(1, 200);
    newer.attachment.interface_id = "access1";
    router->install(kB, 1, {newer});
    work();
    EXPECT_EQ(route(home(1)), on_link(1, "wlan1"));
    EXPECT_EQ(notices, std::vector<std::string>{"ACCESS_TWO_ANCHORS"});
    router->remove(kB, 2, {home(1)});
    work();
    EXPECT_EQ(route(home(1)), on_link(1)) << "the other anchor still wants it";
    EXPECT_TRUE(answers.contains({kB, 2}));
    router->remove(kA, 2, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
}

TEST_F(AccessRouterTest, ItReportsOnlyWhatItsKernelHas) {
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kTransient, "ENOMEM"}; };
    router->install(kA, 1, {record(1, 100)});
    EXPECT_FALSE(router->record(kA, home(1))) << "the anchor would point here: a loop";
    work();
    EXPECT_FALSE(router->record(kA, home(1)));
    kernel.refuse = nullptr;
    now += Seconds{1};
    work();
    EXPECT_EQ(router->record(kA, home(1)), record(1, 100));
    EXPECT_FALSE(router->record(kB, home(1))) << "it is none of B's business";
    EXPECT_EQ(router->in_bucket(kA, Buckets::of(home(1))), std::vector{home(1)});
    EXPECT_TRUE(router->in_bucket(kB, Buckets::of(home(1))).empty());
    auto moved = record(1, 101);
    moved.attachment.interface_id = "access1";
    router->install(kA, 2, {moved});
    EXPECT_FALSE(router->record(kA, home(1)));
    work();
    EXPECT_EQ(router->record(kA, home(1)), moved);
}

TEST_F(AccessRouterTest, ARestartedArWritesNothingThatIsThereAlready) {
    router->install(kA, 1, {record(1, 100), record(2, 100)});
    work();
    restart();
    EXPECT_TRUE(router->recovering());
    work();
    EXPECT_EQ(kernel.state().routes.size(), 2u);
    accept_both();
    router->list_begin(kA);
    router->install(kA, 1, {record(1, 100), record(2, 100)});
    router->list_end(kA);
    work();
    EXPECT_EQ(answer(kA, 1, 1).verdict, Verdict::kInstalled);
    EXPECT_FALSE(router->recovering());
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(AccessRouterTest, ARestartedArKeepsWhatTheOtherAnchorMayOwnUntilThatOneHasSpoken) {
    auto other = record(2, 100);
    other.prefix = delegated(2);
    router->install(kA, 1, {record(1, 100)});
    router->install(kB, 1, {other});
    work();
    restart();
    accept_both();
    router->list_begin(kA);
    router->list_end(kA);
    work();
    EXPECT_FALSE(route(home(1)));
    EXPECT_TRUE(route(delegated(2)));
    router->list_begin(kB);
    router->list_end(kB);
    work();
    EXPECT_TRUE(kernel.state().routes.empty());
}

TEST_F(AccessRouterTest, AnAnchorThatRemembersOnlyTheKernelKeepsWhatWasFound) {
    router->install(kA, 1, {record(1, 100)});
    work();
    restart();
    accept_both();
    auto bare = record(1, 0);
    bare.attachment = {};
    router->list_begin(kA);
    router->install(kA, 1, {bare});
    router->list_end(kA);
    router->list_begin(kB);
    router->list_end(kB);
    work();
    EXPECT_EQ(answer(kA, 1).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), on_link(1));
    EXPECT_TRUE(kernel.history().empty());
    EXPECT_FALSE(router->record(kA, home(1))) << "it proves nothing";
    router->remove(kA, 2, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
}

TEST_F(AccessRouterTest, ARecordThatProvesNothingNeverReplacesOneThatDoes) {
    router->install(kA, 1, {record(1, 100)});
    work();
    auto bare = record(1, 0);
    bare.attachment = {};
    router->list_begin(kA);
    router->install(kA, 2, {bare});
    router->list_end(kA);
    work();
    EXPECT_EQ(answer(kA, 2).verdict, Verdict::kInstalled);
    EXPECT_EQ(router->record(kA, home(1)), record(1, 100));
    bare.prefix = home(9);
    router->install(kA, 3, {bare});
    work();
    EXPECT_EQ(answer(kA, 3).refusal, Refusal::kInvalidAttachment);
    EXPECT_EQ(router->size(), 1u);
}

TEST_F(AccessRouterTest, WhoIsKnownToBeGoneIsToldToItsAnchorAndKeptUntilThatTakesItAway) {
    accept_both();
    router->install(kA, 1, {record(1, 100), record(2, 101)});
    work();
    const auto first = [](const BindingRecord& each) { return each.prefix == home(1); };
    EXPECT_EQ(router->gone(first).told, 1u);
    EXPECT_EQ(deregistered, (Deregistered{{kA, home(1), 100}}));
    EXPECT_TRUE(route(home(1)));
    EXPECT_EQ(router->gone([](const BindingRecord&) { return false; }).told, 0u);
}

TEST_F(AccessRouterTest, WhoIsKnownToBeGoneIsNotCountedAsToldWhereTheAnchorIsAway) {
    accept_both();
    router->install(kA, 1, {record(1, 100), record(2, 101)});
    work();
    away = true;
    const auto gone = router->gone([](const BindingRecord&) { return true; });
    EXPECT_EQ(gone.told, 0u);
    EXPECT_EQ(gone.not_told, 2u);
}

TEST_F(AccessRouterTest, ARouteThatCannotEvenBeDroppedIsToldToItsAnchorOnce) {
    accept_both();
    router->install(kA, 1, {record(1, 100)});
    work();
    kernel.tamper({});
    kernel.refuse = [](const Operation&) {
        return Outcome{Outcome::Kind::kFailed, "Network is down"};
    };
    ASSERT_TRUE(reconciler->reread(true));
    work();
    now += Seconds{10};
    work();
    EXPECT_EQ(deregistered, (Deregistered{{kA, home(1), 100}}));
}

TEST_F(AccessRouterTest, WhatIsHereWhenAnAnchorsPrefixesBecomeFewerStaysUntilThatAnchorEndsIt) {
    auto first = record(1, 100), second = record(2, 100);
    first.prefix = delegated(1);
    second.prefix = delegated(2);
    router->install(kA, 1, {first, second});
    work();
    accept(kA, "2001:db8:a::/64");
    work();
    EXPECT_TRUE(route(delegated(1)) && route(delegated(2)));
    router->list_begin(kA);
    ++first.sequence;
    router->install(kA, 2, {first});
    EXPECT_EQ(answer(kA, 2).refusal, Refusal::kInvalidIpAddress);
    router->list_end(kA);
    work();
    EXPECT_TRUE(route(delegated(1))) << "the anchor has spoken of it";
    EXPECT_FALSE(route(delegated(2)));
    router->remove(kA, 3, {delegated(1)});
    work();
    EXPECT_TRUE(answers.contains({kA, 3}));
    EXPECT_FALSE(route(delegated(1)));
}

TEST_F(AccessRouterTest, WhatWasFoundAtStartIsNotRemovedByAnAnchorThatDoesNotOwnIt) {
    router->install(kA, 1, {record(1, 100)});
    work();
    restart();
    accept_both();
    router->remove(kB, 1, {home(1)});
    work();
    EXPECT_TRUE(answers.contains({kB, 1}));
    EXPECT_EQ(route(home(1)), on_link(1));
    router->remove(kA, 1, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
}

}  // namespace
}  // namespace mobility
