// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What one AR wants of its kernel: the union of its anchors' records, resolved to its own links.
#include "core/access_router.h"

#include <gtest/gtest.h>

#include "core/reconciler.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

const std::size_t kA = 0, kB = 1;  // the anchors

class AccessRouterTest : public ::testing::Test, public AccessRouterOutput {
protected:
    AccessRouterTest() { start(); }

    void start() {
        const auto link = attachment(1, 1).link_address;
        router = std::make_unique<AccessRouter>(
            std::vector<AccessInterface>{{"wlan0", link, "access0"},
                                         {"wlan1", link, "access1"},
                                         {"eth0", address("2001:db8:1:99::1"), "eth0"}},
            std::vector<std::string>{"anchor-a.example", "anchor-b.example"}, *this);
        reconciler = std::make_unique<Reconciler>(kernel, *router);
    }
    void restart() {
        start();
        ASSERT_TRUE(reconciler->read_back());
        for (const auto& [each, forwarding] : reconciler->installed()) {
            router->found_in_kernel(each, forwarding);
        }
        kernel.forget_history();
        answers.clear();
    }
    void accept_both() {
        router->accepted(kA, {{prefix("2001:db8:a::/64")}, tunnel(1), true});
        router->accepted(kB, {{prefix("2001:db8:a:8000::/49")}, tunnel(2), true});
    }
    static Tunnel tunnel(int anchor) {
        return {address("2001:db8:f::" + std::to_string(anchor)), TunnelMode::kSeg6};
    }
    static BindingRecord record(int number, std::uint64_t sequence) {
        return {home(number), mn(number), 1, kDomain, attachment(1, number), sequence, Seconds{60}};
    }
    void work() {
        while (reconciler->run(now)) {
        }
    }
    Answer answer(std::size_t anchor, std::uint64_t number, std::size_t item = 0) {
        const auto found = answers.find({anchor, number});
        EXPECT_NE(found, answers.end()) << number << " is not acknowledged";
        return found == answers.end() ? Answer{} : found->second.at(item);
    }
    std::optional<Forwarding> route(const Prefix& prefix) const {
        const auto found = kernel.state().routes.find(prefix);
        if (found == kernel.state().routes.end()) return std::nullopt;
        return found->second;
    }
    static Forwarding on_link(int number, const std::string& interface = "wlan0") {
        return OnLink{interface, attachment(1, number).link_layer};
    }

    void acknowledge(std::size_t anchor, std::uint64_t number,
                     const std::vector<Answer>& given) override {
        EXPECT_TRUE(answers.emplace(std::pair(anchor, number), given).second)
            << number << " was acknowledged twice";
    }
    using Deregistered = std::vector<std::tuple<std::size_t, Prefix, std::uint64_t>>;
    Deregistered deregistered;
    void deregister(std::size_t anchor,
                    const std::vector<std::pair<Prefix, std::uint64_t>>& records) override {
        for (const auto& [prefix, sequence] : records) {
            deregistered.emplace_back(anchor, prefix, sequence);
        }
    }
    void route_changed(const Prefix& prefix, bool bulk) override {
        reconciler->touch(prefix, bulk ? Reconciler::Urgency::kBulk : Reconciler::Urgency::kMove);
    }
    void notice(const Notice& notice) override { notices.emplace_back(notice.id); }

    Instant now{std::chrono::hours{1}};
    MemoryForwarder kernel;
    std::unique_ptr<AccessRouter> router;
    std::unique_ptr<Reconciler> reconciler;
    std::map<std::pair<std::size_t, std::uint64_t>, std::vector<Answer>> answers;
    std::vector<std::string> notices;
};

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
    router->install(kA, 1, {strange});
    EXPECT_EQ(answer(kA, 1).text,
              "invalid attachment: no access interface has link-address 2001:db8:1:1::1 and "
              "Interface-ID 8b:0a");
}

TEST_F(AccessRouterTest, AnInvalidAttachmentIsRefusedNamingBothAndTheRestIsInstalled) {
    auto unknown_link = record(1, 100), unknown_interface = record(2, 100),
         ambiguous = record(3, 100);
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

TEST_F(AccessRouterTest, AKernelThatWillNotRefusesWithItsOwnWords) {
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kFailed, "no device"}; };
    router->install(kA, 1, {record(1, 100)});
    work();
    EXPECT_EQ(answer(kA, 1).refusal, Refusal::kLackOfResources);
    EXPECT_NE(answer(kA, 1).text.find("no device"), std::string::npos);
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
    EXPECT_EQ(router->next_after(kA, std::nullopt), home(1));
    EXPECT_FALSE(router->next_after(kA, home(1)));
    EXPECT_FALSE(router->next_after(kB, std::nullopt));
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

TEST_F(AccessRouterTest, ATunnelEndsHereAndLeadsBackWhileAnAnchorHasARouteHere) {
    accept_both();
    const auto own = address("2001:db8:0:1::2");
    EXPECT_TRUE(router->decapsulations(own).empty());
    EXPECT_TRUE(router->reverse_paths(now).empty());
    router->install(kA, 1, {record(1, 100)});
    EXPECT_EQ(router->decapsulations(own), (std::vector<Decapsulation>{{own, TunnelMode::kSeg6}}));
    const auto paths = router->reverse_paths(now);
    ASSERT_EQ(paths.size(), 3u) << "one for each access interface";
    for (const auto& path : paths) {
        EXPECT_EQ(path.source, prefix("2001:db8:a::/64"));
        EXPECT_EQ(path.anchor, tunnel(1));
    }
    router->remove(kA, 2, {home(1)});
    EXPECT_TRUE(router->reverse_paths(now).empty());
    EXPECT_TRUE(router->decapsulations(own).empty());
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

TEST_F(AccessRouterTest, WhoIsKnownToBeGoneIsToldToItsAnchorAndKeptUntilThatTakesItAway) {
    accept_both();
    router->install(kA, 1, {record(1, 100), record(2, 101)});
    work();
    const auto first = [](const BindingRecord& each) { return each.prefix == home(1); };
    EXPECT_EQ(router->gone(first), 1u);
    EXPECT_EQ(deregistered, (Deregistered{{kA, home(1), 100}}));
    EXPECT_TRUE(route(home(1)));
    EXPECT_EQ(router->gone([](const BindingRecord&) { return false; }), 0u);
}

TEST_F(AccessRouterTest, ARouteThatTheKernelGivesUpIsToldToItsAnchorOnce) {
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

TEST_F(AccessRouterTest, A12WithPlainRoutingNothingLeadsBack) {
    router->accepted(kA, {{prefix("2001:db8:a::/64")}, tunnel(1), false});
    router->install(kA, 1, {record(1, 100)});
    EXPECT_TRUE(router->reverse_paths(now).empty());
    EXPECT_EQ(router->decapsulations(address("2001:db8:0:1::2")).size(), 1u);
}

}  // namespace
}  // namespace mobility
