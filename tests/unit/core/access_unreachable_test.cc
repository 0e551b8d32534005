// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who has a place on an access interface that is down, or whose tunnel end cannot be made.
#include <algorithm>

#include "tests/unit/core/access_router_world.h"

namespace mobility {
namespace {

class AccessUnreachable : public AccessRouterTest {
protected:
    AccessUnreachable() {
        accept_both();
        complete();
    }
    /// As Linux does: what was there is gone.
    void down(const std::string& interface = "wlan0") {
        auto state = kernel.state();
        std::erase_if(state.routes, [&](const auto& route) {
            const auto* on_link = std::get_if<OnLink>(&route.second);
            return on_link && on_link->interface == interface;
        });
        kernel.tamper(state);
        kernel.refuse = [interface](const Operation& operation) {
            const auto* set = std::get_if<SetRoute>(&operation);
            const auto* on_link = set ? std::get_if<OnLink>(&set->forwarding) : nullptr;
            return on_link && on_link->interface == interface ? Outcome{Outcome::Kind::kFailed,
                                                                        "Network is down"}
                                                              : Outcome{};
        };
    }
    void look() {
        ASSERT_TRUE(reconciler->reread(true));
        work();
    }
    void pass(Milliseconds time) {
        now += time;
        work();
    }
    /// The process begins anew, and this is all that any anchor knows of: nothing more is awaited.
    void restart_and_hear(const BindingRecord& record) {
        restart();
        accept_both();
        router->list_begin(kA);
        router->install(kA, 1, {record});
        router->list_end(kA);
        router->list_begin(kB);
        router->list_end(kB);
        while (router->work()) {
        }
        work();
    }
    std::ptrdiff_t told(const std::string& id) const {
        return std::count(notices.begin(), notices.end(), id);
    }
};

TEST_F(AccessUnreachable, APlaceOutlivesItsInterfaceAndItsPacketsEndHereMeanwhile) {
    router->install(kA, 1, {record(1, 100)});
    work();
    down();
    look();
    for (int i = 0; i < 100; ++i) pass(Seconds{5});
    EXPECT_EQ(route(home(1)), Forwarding(Drop{}));
    EXPECT_TRUE(deregistered.empty());
    EXPECT_EQ(router->record(kA, home(1)), record(1, 100)) << "an anchor that asks hears of it";
    EXPECT_EQ(told("ACCESS_ROUTE_FAILED"), 1);
    kernel.refuse = nullptr;
    pass(Seconds{5});
    EXPECT_EQ(route(home(1)), on_link(1));
}

TEST_F(AccessUnreachable, AnAnchorThatSaysAgainWhatIsHereIsNotRefused) {
    router->install(kA, 1, {record(1, 100)});
    work();
    down();
    look();
    router->install(kA, 2, {record(1, 100)});
    work();
    EXPECT_EQ(answer(kA, 2).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), Forwarding(Drop{}));
}

TEST_F(AccessUnreachable, WhatAnchorsKnowOfBeforeOurStartKeepsItsPlaceAndWhatIsNewIsRefused) {
    restart();
    accept_both();
    down();
    router->list_begin(kA);
    router->install(kA, 1, {record(1, 100)});
    router->list_end(kA);
    router->install(kA, 2, {record(2, 101)});
    work();
    EXPECT_EQ(answer(kA, 1).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), Forwarding(Drop{}));
    EXPECT_EQ(answer(kA, 2).refusal, Refusal::kLackOfResources);
    EXPECT_FALSE(route(home(2)));
    kernel.refuse = nullptr;
    pass(Seconds{5});
    EXPECT_EQ(route(home(1)), on_link(1));
}

TEST_F(AccessUnreachable, WhoLeavesMeanwhileLeavesNothing) {
    router->install(kA, 1, {record(1, 100)});
    work();
    down();
    look();
    router->remove(kA, 2, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
    EXPECT_TRUE(reconciler->at_rest());
}

/// The configuration has another link-address than before the restart, by a typing error.
BindingRecord stranded(int number, std::uint64_t sequence) {
    BindingRecord record{home(number),          mn(number), 1,          kDomain,
                         attachment(1, number), sequence,   Seconds{60}};
    record.attachment.link_address = address("2001:db8:1:77::1");
    return record;
}

TEST_F(AccessUnreachable, WhoWasHereOnAnInterfaceThatIsNotConfiguredNowLivesOnWhatWasFound) {
    router->install(kA, 1, {record(1, 100)});
    work();
    restart_and_hear(stranded(1, 100));
    EXPECT_EQ(answer(kA, 1).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), on_link(1));
    EXPECT_TRUE(kernel.history().empty()) << "nothing is touched";
    EXPECT_EQ(router->record(kA, home(1)), stranded(1, 100));
    EXPECT_EQ(told("ACCESS_INTERFACE_UNKNOWN"), 1);
    router->install(kA, 2, {record(1, 101)});
    work();
    EXPECT_EQ(answer(kA, 2).verdict, Verdict::kInstalled) << "it speaks on one that is";
    router->remove(kA, 3, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
}

TEST_F(AccessUnreachable, WithNothingFoundItsPacketsEndHereAndWhoIsNewIsRefused) {
    restart_and_hear(stranded(1, 100));
    EXPECT_EQ(answer(kA, 1).verdict, Verdict::kInstalled);
    EXPECT_EQ(route(home(1)), Forwarding(Drop{}));
    auto again = stranded(1, 100);
    again.remaining -= Seconds{10};
    router->install(kA, 2, {again, stranded(2, 101)});
    work();
    EXPECT_EQ(answer(kA, 2, 0).verdict, Verdict::kInstalled) << "said again";
    EXPECT_EQ(answer(kA, 2, 1).refusal, Refusal::kInvalidAttachment);
    EXPECT_FALSE(route(home(2)));
    router->remove(kA, 3, {home(1)});
    work();
    EXPECT_FALSE(route(home(1)));
    EXPECT_TRUE(reconciler->at_rest());
}

TEST_F(AccessUnreachable, WithoutMemoryAPlaceIsGivenUp) {
    router->install(kA, 1, {record(1, 100)});
    work();
    kernel.tamper({});
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kTransient, "ENOMEM"}; };
    look();
    pass(Milliseconds{1100});
    EXPECT_EQ(deregistered, (Deregistered{{kA, home(1), 100}}));
    EXPECT_FALSE(router->record(kA, home(1)));
}

TEST_F(AccessUnreachable, ARouteNeedsTheTunnelEndsOfItsAnchorOnItsInterface) {
    router->install(kA, 1, {record(1, 100)});
    const auto needs = router->needs(home(1), on_link(1));
    EXPECT_EQ(needs.decapsulation, Decapsulation{tunnel_address});
    EXPECT_EQ(needs.reverse_path, (ReversePath{prefix("2001:db8:a::/64"), "wlan0", tunnel(kA)}));
    EXPECT_FALSE(router->needs(home(1), Drop{}).reverse_path);
    router->accepted(kA, {{prefix("2001:db8:a::/64")}, tunnel(kA), false});
    EXPECT_FALSE(router->needs(home(1), on_link(1)).reverse_path) << "reverse-tunnel: false";
    router->accepted(kA, {{prefix("2001:db8:a::/64")}, {{}, TunnelMode::kRouted}, false});
    EXPECT_FALSE(router->needs(home(1), on_link(1)).decapsulation) << "mode routed";
}

}  // namespace
}  // namespace mobility
