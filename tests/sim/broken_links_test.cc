// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Access interfaces that are down or not there yet, tunnel ends that cannot be made: whom that
// concerns, and nobody else.
#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

class BrokenLinks : public Scenario {
protected:
    explicit BrokenLinks(Size size = {4, 3, 1, 1, 0.0}) : Scenario(size) {}

    void refuse_ways_back(std::size_t ar, const std::function<bool(const ReversePath&)>& which) {
        auto& kernel = world.access_routers[ar]->kernel;
        kernel.refuse = [which, others = kernel.refuse](const Operation& operation) {
            const auto* add = std::get_if<AddReversePath>(&operation);
            if (add && which(add->path)) return Outcome{Outcome::Kind::kFailed, "not supported"};
            return others(operation);
        };
    }
    void expect_unreachable(const MobileNode& mn) {
        const auto& routes = world.access_routers[mn.ar()]->kernel.state().routes;
        for (const auto& prefix : mn.prefixes()) {
            EXPECT_EQ(anchor_sends_to(prefix), static_cast<int>(mn.ar())) << prefix.text();
            const auto route = routes.find(prefix);
            ASSERT_NE(route, routes.end()) << "a packet would go back by the default route";
            EXPECT_TRUE(std::holds_alternative<Drop>(route->second)) << text(route->second);
        }
    }
    void expect_reachable(const MobileNode& mn, std::size_t link) {
        expect_placed(mn);
        const auto& routes = world.access_routers[mn.ar()]->kernel.state().routes;
        for (const auto& prefix : mn.prefixes()) {
            const auto route = routes.find(prefix);
            ASSERT_NE(route, routes.end());
            EXPECT_EQ(route->second, plan::access_route(prefix, mn.number(), mn.ar(), link));
        }
    }
};

/// docs/operating.md, "When somebody else changes the kernel".
TEST_F(BrokenLinks, AnAccessInterfaceThatWasDownForAWhileHasItsMnsAgainFiveSecondsAfterItIsUp) {
    auto& mn = attached(0, 1);
    expect_reachable(mn, 0);
    world.link_down(1, 0);
    pass(world.timers.kernel_check * 2);
    expect_unreachable(mn);
    pass(Seconds{60});
    expect_unreachable(mn);
    EXPECT_EQ(world.notices("ACCESS_ROUTE_FAILED"), 1u);
    world.link_up(1, 0);
    pass(Seconds{6});
    expect_reachable(mn, 0);
    world.settle();
    world.checks.settled();
}

TEST_F(BrokenLinks, AnMnThatMovesAwayFromAnInterfaceThatIsDownLeavesNothingThere) {
    auto& mn = attached(0, 1);
    world.link_down(1, 0);
    pass(world.timers.kernel_check * 2);
    mn.move(2, 0, OnMove::kConfirm);
    pass(Seconds{3});
    expect_at(mn, 2);
}

TEST_F(BrokenLinks, APlaceOnAnInterfaceThatIsDownOutlivesSessionAndProcesses) {
    auto& mn = attached(0, 1);
    world.link_down(1, 0);
    pass(world.timers.kernel_check * 2);
    world.session(*world.access_routers[1], 0)->cut();
    pass(Seconds{5});
    expect_unreachable(mn);
    world.access_routers[1]->stop();
    world.access_routers[1]->start();
    pass(Seconds{5});
    expect_unreachable(mn);
    world.anchors[0]->stop();
    world.anchors[0]->start();
    pass(Seconds{5});
    expect_unreachable(mn);
    world.link_up(1, 0);
    pass(Seconds{6});
    expect_reachable(mn, 0);
}

/// The machine of the AR starts, its access point later.
TEST_F(BrokenLinks, AnInterfaceThatComesLateAfterTheStartHasTheMnsThatItHadBefore) {
    auto& mn = attached(0, 1);
    auto& ar = *world.access_routers[1];
    ar.stop();
    world.link_down(1, 0);
    ar.kernel.tamper({});
    ar.start();
    pass(Seconds{10});
    expect_unreachable(mn);
    world.link_up(1, 0);
    pass(Seconds{6});
    expect_reachable(mn, 0);
}

TEST_F(BrokenLinks, AWayBackThatCannotBeMadeOnOneInterfaceStopsNoOther) {
    refuse_ways_back(
        1, [](const ReversePath& path) { return path.interface == plan::link(1, 1).name; });
    auto& mn = attached(0, 1);
    pass(Seconds{10});
    expect_reachable(mn, 0);
    EXPECT_EQ(world.notices("ACCESS_TUNNEL_FAILED"), 1u) << "told once";

    auto& other = *world.mobile_nodes[2];
    other.move(1, 1, OnMove::kMute);
    other.start();
    pass(Seconds{10});
    EXPECT_EQ(world.access_routers[1]->kernel.state().routes.size(), mn.prefixes().size());
    EXPECT_EQ(world.anchors[0]->kernel.state().routes.size(), mn.prefixes().size())
        << "nobody is drawn to where no way leads back";
    EXPECT_GT(world.notices("ANCHOR_AR_REFUSED"), 0u);
}

TEST_F(BrokenLinks, AMoveToAnInterfaceWithoutAWayBackLeavesTheMnWhereItWas) {
    auto& mn = attached(0, 0);
    refuse_ways_back(1, [](const ReversePath&) { return true; });
    mn.move(1, 0, OnMove::kConfirm);
    pass(Seconds{10});
    for (const auto& prefix : mn.prefixes()) {
        EXPECT_EQ(anchor_sends_to(prefix), 0);
        EXPECT_TRUE(has_host_route(0, prefix));
        EXPECT_FALSE(has_host_route(1, prefix));
    }
}

TEST_F(BrokenLinks, WhoIsKnownToBeGoneWhileTheAnchorIsAwayIsSaidNotToHaveBeenTold) {
    auto& mn = attached(0, 1);
    auto& ar = *world.access_routers[1];
    const auto all = [](const BindingRecord&) { return true; };
    world.faults.no_sessions = true;
    world.session(ar, 0)->cut();
    pass(Seconds{5});
    auto gone = ar.node->gone(all);
    EXPECT_EQ(gone.told, 0u);
    EXPECT_EQ(gone.not_told, mn.prefixes().size());
    world.faults.no_sessions = false;
    pass(Seconds{5});
    expect_placed(mn);
    gone = ar.node->gone(all);
    EXPECT_EQ(gone.told, mn.prefixes().size());
    EXPECT_EQ(gone.not_told, 0u);
    world.checks.paths_lost(plan::owned(0));
    pass(Seconds{1});
    EXPECT_EQ(anchor_sends_to(home(mn)), -1);
}

class BrokenTunnels : public BrokenLinks {
protected:
    BrokenTunnels() : BrokenLinks(Size{4, 3, 2, 1, 0.0}) {}
};

/// Its tunnel address, its family, or one reverse table too many.
TEST_F(BrokenTunnels, WhatOneAnchorAsksForAndDoesNotWorkStopsNoOtherAnchor) {
    refuse_ways_back(1,
                     [](const ReversePath& path) { return path.source.overlaps(plan::owned(1)); });
    auto& other = *world.mobile_nodes[2];
    ASSERT_EQ(world.home_anchor(2), 1u);
    other.move(1, 0, OnMove::kMute);
    other.start();
    pass(Seconds{2});
    ASSERT_EQ(world.home_anchor(0), 0u);
    auto& mn = attached(0, 1);
    expect_reachable(mn, 0);
    pass(Seconds{60});
    expect_reachable(mn, 0);
    EXPECT_GT(world.notices("ANCHOR_AR_REFUSED"), 0u);
    EXPECT_TRUE(world.anchors[1]->kernel.state().routes.empty());
    EXPECT_EQ(world.access_routers[1]->kernel.state().routes.size(), mn.prefixes().size());
}

}  // namespace
}  // namespace mobility::sim
