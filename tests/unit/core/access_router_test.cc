// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What one AR wants of its kernel: its anchors' records, resolved to its own links, and the way
// back.
#include "tests/unit/core/access_router_world.h"

namespace mobility {
namespace {

TEST_F(AccessRouterTest, AcknowledgesWhenTheKernelHasConfirmedAndNotBefore) {
    router->install(kA, 7, {record(1, 100), record(2, 101)});
    EXPECT_TRUE(answers.empty());
    work();
    EXPECT_EQ(answer(kA, 7, 0).verdict, Verdict::kInstalled);
    EXPECT_EQ(answer(kA, 7, 1).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), on_link(1));
}

TEST_F(AccessRouterTest, ADelegatedPrefixLiesBehindTheMnsLinkLocal) {
    auto pd = record(1, 100);
    pd.prefix = delegated(1);
    router->install(kA, 1, {pd});
    work();
    const auto& where = pd.attachment;
    EXPECT_EQ(route(delegated(1)), Forwarding(Via{where.link_local, "wlan0", where.link_layer}));
}

TEST_F(AccessRouterTest, ANextHopIsOneMnsAndNobodyElsesWithAnotherLinkLayerAddress) {
    auto first = record(1, 100), thief = record(2, 101);
    first.prefix = delegated(1);
    thief.prefix = delegated(2);
    thief.attachment.link_local = first.attachment.link_local;
    router->install(kA, 1, {first});
    router->install(kA, 2, {thief});
    work();
    const auto& where = first.attachment;
    EXPECT_EQ(answer(kA, 2).refusal, Refusal::kInvalidAttachment);
    EXPECT_EQ(answer(kA, 2).text,
              "invalid attachment: " + where.link_local.text() + " on wlan0 is the next hop of " +
                  delegated(1).text() + " at link-layer address " + where.link_layer.text() +
                  ", and cannot be at " + thief.attachment.link_layer.text() + " too");
    EXPECT_EQ(route(delegated(2)), std::nullopt);
    // Its own address is no next hop, and on another link that link-local is another's.
    auto host = thief, elsewhere = thief;
    host.prefix = home(2);
    elsewhere.attachment.interface_id = "access1";
    router->install(kA, 3, {host, elsewhere});
    work();
    EXPECT_EQ(answer(kA, 3, 0).verdict, Verdict::kInstalled);
    EXPECT_EQ(answer(kA, 3, 1).verdict, Verdict::kInstalled);
}

TEST_F(AccessRouterTest, ANextHopIsFreeAgainWhenItsLastPrefixIsGone) {
    auto first = record(1, 100), other = record(1, 101), successor = record(2, 102);
    first.prefix = delegated(1);
    other.prefix = delegated(2);
    successor.prefix = delegated(3);
    successor.attachment.link_local = first.attachment.link_local;
    auto heir = successor;  // the server has given the first one's prefix to another router
    heir.prefix = delegated(1);
    router->install(kB, 9, {first});
    router->install(kB, 10, {heir});
    router->remove(kB, 11, {delegated(1)});
    work();
    EXPECT_EQ(answer(kB, 10).verdict, Verdict::kInstalled);
    router->install(kA, 1, {first, other});
    router->remove(kA, 2, {delegated(1)});
    router->install(kA, 3, {successor});
    EXPECT_EQ(answer(kA, 3).refusal, Refusal::kInvalidAttachment);
    router->remove(kA, 4, {delegated(2)});
    router->install(kA, 5, {successor});
    work();
    EXPECT_EQ(answer(kA, 5).verdict, Verdict::kInstalled);
}

TEST_F(AccessRouterTest, AnMnThatMovesOnToAnotherNextHopLeavesItsFormerOne) {
    auto first = record(1, 100), successor = record(2, 102);
    first.prefix = delegated(1);
    successor.prefix = delegated(2);
    successor.attachment.link_local = first.attachment.link_local;
    router->install(kA, 1, {first});
    first.attachment.link_local = address("fe80::99");
    first.sequence = 101;
    router->install(kA, 2, {first});
    router->install(kA, 3, {successor});
    work();
    EXPECT_EQ(answer(kA, 3).verdict, Verdict::kInstalled);
}

TEST_F(AccessRouterTest, OfTwoAnchorsTheOneThatIsInstalledSaysWhoIsBehindANextHop) {
    auto newer = record(1, 200), older = record(1, 100), successor = record(2, 300);
    newer.prefix = older.prefix = delegated(1);
    older.attachment.link_local = address("fe80::99");
    successor.prefix = delegated(2);
    successor.attachment.link_local = newer.attachment.link_local;
    router->install(kA, 1, {newer});
    router->install(kB, 2, {older});
    router->install(kA, 3, {successor});
    EXPECT_EQ(answer(kA, 3).refusal, Refusal::kInvalidAttachment);
    router->remove(kA, 4, {delegated(1)});
    router->install(kA, 5, {successor});
    successor.attachment.link_local = address("fe80::99");
    successor.sequence = 301;
    router->install(kA, 6, {successor});
    work();
    EXPECT_EQ(answer(kA, 5).verdict, Verdict::kInstalled);
    EXPECT_EQ(answer(kA, 6).refusal, Refusal::kInvalidAttachment);
}

TEST_F(AccessRouterTest, OneMnsPrefixesMayHaveItsNewLinkLayerAddressOneByOne) {
    auto first = record(1, 100), second = record(1, 101);
    first.prefix = delegated(1);
    second.prefix = delegated(2);
    router->install(kA, 1, {first, second});
    second.attachment.link_layer = attachment(1, 9).link_layer;
    second.sequence = 102;
    router->install(kA, 2, {second});
    work();
    EXPECT_EQ(answer(kA, 2).verdict, Verdict::kInstalled);
}

TEST_F(AccessRouterTest, TheInterfaceIsFoundByLinkAddressAndInterfaceId) {
    auto other = record(1, 100);
    other.attachment.interface_id = "access1";
    auto single = record(2, 100);
    single.attachment.link_address = address("2001:db8:1:99::1");
    single.attachment.interface_id.clear();
    router->install(kA, 1, {other, single});
    work();
    EXPECT_EQ(route(home(1)), on_link(1, "wlan1"));
    EXPECT_EQ(route(home(2)), on_link(2, "eth0"));
}

TEST_F(AccessRouterTest, AnInterfaceIdThatIsNoTextIsNamedInHexadecimal) {
    auto strange = record(1, 100);
    strange.attachment.interface_id = "\x8b\n";
    complete();
    router->install(kA, 1, {strange});
    EXPECT_EQ(answer(kA, 1).text,
              "invalid attachment: no access interface has link-address 2001:db8:1:1::1 and "
              "Interface-ID 8b:0a");
}

TEST_F(AccessRouterTest, AnInvalidAttachmentIsRefusedNamingBothAndTheRestIsInstalled) {
    auto unknown_link = record(1, 100), unknown_interface = record(2, 100),
         ambiguous = record(3, 100);
    complete();
    unknown_link.attachment.link_address = address("2001:db8:1:77::1");
    unknown_interface.attachment.interface_id = "wlan7";
    ambiguous.attachment.interface_id.clear();
    router->install(kA, 1, {unknown_link, unknown_interface, ambiguous, record(4, 100)});
    work();
    for (const std::size_t i : {0u, 1u, 2u}) {
        EXPECT_EQ(answer(kA, 1, i).refusal, Refusal::kInvalidAttachment);
    }
    EXPECT_NE(answer(kA, 1, 0).text.find("2001:db8:1:77::1"), std::string::npos);
    EXPECT_NE(answer(kA, 1, 0).text.find("access0"), std::string::npos);
    EXPECT_NE(answer(kA, 1, 1).text.find("wlan7"), std::string::npos);
    EXPECT_NE(answer(kA, 1, 1).text.find("2001:db8:1:1::1"), std::string::npos);
    EXPECT_NE(answer(kA, 1, 2).text.find("several"), std::string::npos);
    EXPECT_EQ(answer(kA, 1, 3).verdict, Verdict::kInstalled);
    EXPECT_EQ(kernel.state().routes.size(), 1u);
    EXPECT_EQ(router->size(), 1u);
}

TEST_F(AccessRouterTest, ARecordOutsideItsAnchorsPrefixesIsRefusedNamingBothAndTheRestIsInstalled) {
    accept_both();
    auto foreign = record(1, 100);
    foreign.prefix = delegated(1);
    auto bare = record(2, 0);
    bare.prefix = delegated(2);
    router->install(kA, 1, {foreign, bare, record(3, 100)});
    work();
    for (const std::size_t i : {0u, 1u}) {
        EXPECT_EQ(answer(kA, 1, i).verdict, Verdict::kRefused);
        EXPECT_EQ(answer(kA, 1, i).refusal, Refusal::kInvalidIpAddress);
    }
    EXPECT_EQ(answer(kA, 1, 0).text,
              delegated(1).text() + " is in no prefix of anchor anchor-a.example");
    EXPECT_EQ(answer(kA, 1, 2).verdict, Verdict::kInstalled);
    EXPECT_EQ(kernel.state().routes.size(), 1u);
    EXPECT_EQ(router->size(), 1u);
}

TEST_F(AccessRouterTest, AMessageWithoutItemsIsAcknowledgedToo) {
    router->install(kA, 1, {});
    router->remove(kA, 2, {});
    EXPECT_EQ(answers.size(), 2u);
}

TEST_F(AccessRouterTest, ANewerRecordReplacesInOneOperation) {
    router->install(kA, 1, {record(1, 100)});
    work();
    kernel.forget_history();
    auto moved = record(1, 101);
    moved.attachment.interface_id = "access1";
    router->install(kA, 2, {moved});
    work();
    EXPECT_EQ(route(home(1)), on_link(1, "wlan1"));
    EXPECT_EQ(kernel.history().size(), 1u);
}

TEST_F(AccessRouterTest, AnInvalidSuccessorLeavesThePathAsItWasAlsoInAFullState) {
    router->install(kA, 1, {record(1, 100)});
    work();
    router->list_begin(kA);
    auto invalid = record(1, 101);
    invalid.attachment.interface_id = "wlan7";
    router->install(kA, 2, {invalid});
    router->list_end(kA);
    work();
    EXPECT_EQ(answer(kA, 2).verdict, Verdict::kRefused);
    EXPECT_EQ(route(home(1)), on_link(1)) << "the anchor still points here and will say so";
}

TEST_F(AccessRouterTest, RemovalsAreAcknowledgedWhetherThereWasARouteOrNot) {
    router->install(kA, 1, {record(1, 100)});
    work();
    router->remove(kA, 2, {home(1), home(2)});
    EXPECT_FALSE(answers.contains({kA, 2}));
    work();
    EXPECT_EQ(answers.at({kA, 2}).size(), 2u);
    EXPECT_FALSE(route(home(1)));
    EXPECT_EQ(router->size(), 0u);
}

TEST_F(AccessRouterTest, InstalledAndRemovedBeforeTheKernelWasAskedBothAreAcknowledged) {
    router->install(kA, 1, {record(1, 100)});
    router->remove(kA, 2, {home(1)});
    work();
    EXPECT_EQ(answers.size(), 2u);
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(AccessRouterTest, AKernelThatWillNotRefusesWithItsOwnWords) {
    complete();
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kFailed, "no device"}; };
    router->install(kA, 1, {record(1, 100)});
    work();
    EXPECT_EQ(answer(kA, 1).refusal, Refusal::kLackOfResources);
    EXPECT_NE(answer(kA, 1).text.find("no device"), std::string::npos);
}

TEST_F(AccessRouterTest, ATunnelEndsHereAndLeadsBackWhileAnAnchorHasARouteHere) {
    accept_both();
    const auto own = address("2001:db8:0:1::2");
    EXPECT_TRUE(router->decapsulations().empty());
    EXPECT_TRUE(router->reverse_paths(now).empty());
    router->install(kA, 1, {record(1, 100)});
    EXPECT_EQ(router->decapsulations(), (std::vector<Decapsulation>{{own, TunnelMode::kSeg6}}));
    const auto paths = router->reverse_paths(now);
    ASSERT_EQ(paths.size(), 3u) << "one for each access interface";
    for (const auto& path : paths) {
        EXPECT_EQ(path.source, prefix("2001:db8:a::/64"));
        EXPECT_EQ(path.anchor, tunnel(kA));
    }
    router->remove(kA, 2, {home(1)});
    EXPECT_TRUE(router->reverse_paths(now).empty());
    EXPECT_TRUE(router->decapsulations().empty());
}

TEST_F(AccessRouterTest, MnsOfOneArTalkStraightUnlessAllGoesThroughTheAnchor) {
    accept_both();
    EXPECT_TRUE(router->direct_paths().empty());
    router->install(kA, 1, {record(1, 100)});
    const auto paths = router->direct_paths();
    ASSERT_EQ(paths.size(), 3u) << "one for each access interface";
    for (const auto& path : paths) EXPECT_EQ(path.to, prefix("2001:db8:a::/64"));
    router->remove(kA, 2, {home(1)});
    EXPECT_TRUE(router->direct_paths().empty());

    start(MnToMn::kThroughAnchor);
    accept_both();
    router->install(kA, 1, {record(1, 100)});
    EXPECT_EQ(router->reverse_paths(now).size(), 3u);
    EXPECT_TRUE(router->direct_paths().empty());
}

TEST_F(AccessRouterTest, TheReversePathLingersAfterTheLastMnHasLeft) {
    accept_both();
    router->install(kA, 1, {record(1, 100)});
    router->linger(kA, now + Milliseconds{500});
    router->linger(kA, now + Milliseconds{100});
    router->remove(kA, 2, {home(1)});
    EXPECT_EQ(router->reverse_paths(now + Milliseconds{499}).size(), 3u);
    EXPECT_TRUE(router->reverse_paths(now + Milliseconds{500}).empty());
}

TEST_F(AccessRouterTest, A12WithPlainRoutingNothingLeadsBack) {
    router->accepted(kA, {{prefix("2001:db8:a::/64")}, tunnel(kA), false});
    router->install(kA, 1, {record(1, 100)});
    EXPECT_TRUE(router->reverse_paths(now).empty());
    EXPECT_EQ(router->decapsulations().size(), 1u);
}

}  // namespace
}  // namespace mobility
