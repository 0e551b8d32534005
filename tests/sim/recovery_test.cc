// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Processes die and come back, kernels stay: forwarding goes on, and little or nothing is written.
#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

/// With relays that attest, and without.
class Recovery : public Scenario, public ::testing::WithParamInterface<bool> {
protected:
    Recovery()
        : Scenario({.mobile_nodes = 60,
                    .access_routers = 6,
                    .with_delegated = 0.5,
                    .attestation = GetParam()}) {
        for (auto& mn : world.mobile_nodes) mn->start();
        pass(Seconds{1});
        forget_history();
    }
    void restart(std::vector<Host*> hosts, Duration after = Seconds{1}) {
        for (auto* host : hosts) host->stop();
        pass(after);
        for (auto* host : hosts) host->start();
        pass(Seconds{5});
    }
    void expect_all_at_home() {
        for (const auto& mn : world.mobile_nodes) expect_at(*mn, mn->ar());
    }
    std::vector<Host*> all_anchors() {
        std::vector<Host*> hosts;
        for (auto& each : world.anchors) hosts.push_back(each.get());
        return hosts;
    }
    std::vector<Host*> all_ars() {
        std::vector<Host*> hosts;
        for (auto& each : world.access_routers) hosts.push_back(each.get());
        return hosts;
    }
};

TEST_P(Recovery, AnAnchorThatRestartsWithNothingChangedWritesNoRoutes) {
    restart(all_anchors());
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
    for (const auto& anchor : world.anchors) EXPECT_FALSE(anchor->node->anchor().recovering());
}

TEST_P(Recovery, AnArThatRestartsWithNothingChangedWritesNoRoutes) {
    restart(all_ars());
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
}

TEST_P(Recovery, EverythingThatRestartsTogetherWithNothingChangedWritesNoRoutes) {
    auto hosts = all_anchors();
    for (auto* ar : all_ars()) hosts.push_back(ar);
    for (auto& source : world.sources) hosts.push_back(source.get());
    restart(hosts);
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
}

TEST_P(Recovery, AnchorsAndArsThatRestartWithoutTheirSourcesKeepForwarding) {
    for (auto& source : world.sources) source->stop();
    auto hosts = all_anchors();
    for (auto* ar : all_ars()) hosts.push_back(ar);
    restart(hosts);
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
    for (auto& source : world.sources) source->start();
    pass(Seconds{2});
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
}

TEST_P(Recovery, RoutesFlushedBehindTheAgentsBacksAreBackWithinACheck) {
    for (auto& ar : world.access_routers) ar->kernel.tamper({});
    pass(world.timers.kernel_check + Seconds{1});
    for (auto& anchor : world.anchors) anchor->kernel.tamper({});
    pass(world.timers.kernel_check + Seconds{1});
    expect_all_at_home();
    forget_history();
    pass(world.timers.kernel_check * 3);
    EXPECT_EQ(routes_written(), 0u) << "once is enough";
}

TEST_P(Recovery, ARouteThatSomebodyElseBentGoesBackAndAStrangersGoes) {
    auto& mn = *world.mobile_nodes[0];
    const auto prefix = mn.prefixes().front();
    auto& kernel = world.anchors[0]->kernel;
    const auto stray = *Prefix::make(plan::owned(world.anchors[0]->number).address(), 128);
    ASSERT_TRUE(kernel.state().routes.contains(prefix));
    auto state = kernel.state();
    const auto there = std::get<Tunnel>(state.routes[prefix]);
    state.routes[prefix] = Tunnel{plan::ar_tunnel(mn.ar() + 1), there.mode};
    state.routes[stray] = there;
    kernel.tamper(state);
    pass(world.timers.kernel_check + Seconds{1});
    expect_all_at_home();
    EXPECT_FALSE(kernel.state().routes.contains(stray));
}

TEST_P(Recovery, WhatMovedAndEndedWhileTheAnchorWasAwayIsCaughtUp) {
    auto& moved = *world.mobile_nodes[0];
    auto& released = *world.mobile_nodes[1];
    const auto freed = released.prefixes();
    for (auto& anchor : world.anchors) anchor->stop();
    pass(Seconds{1});
    const auto there = (moved.ar() + 1) % 6;
    const auto replies = moved.counters().replies;
    moved.move(there, 0, OnMove::kConfirm);
    released.release();
    released.freeze();
    pass(Milliseconds{50});
    EXPECT_EQ(moved.counters().replies, replies + 1) << "nothing is held for an absent anchor";
    for (auto& anchor : world.anchors) anchor->start();
    pass(Seconds{5});
    expect_at(moved, there);
    for (const auto& prefix : freed) {
        EXPECT_EQ(anchor_sends_to(prefix), -1);
        EXPECT_FALSE(has_host_route(released.ar(), prefix));
    }
}

TEST_P(Recovery, AMoveWhileTheAnchorWasAwayIsCaughtUpThoughTheArsAgentForgotIt) {
    auto& moved = *world.mobile_nodes[0];
    const auto there = (moved.ar() + 1) % 6;
    for (auto& anchor : world.anchors) anchor->stop();
    pass(Seconds{1});
    moved.move(there, 0, OnMove::kConfirm);
    pass(Seconds{3});
    world.access_routers[there]->stop();
    world.access_routers[there]->start();
    for (auto& anchor : world.anchors) anchor->start();
    pass(Seconds{5});
    expect_at(moved, there);
}

TEST_P(Recovery, AMoveWhileNobodyHadASessionIsCaughtUp) {
    auto& moved = *world.mobile_nodes[0];
    const auto there = (moved.ar() + 1) % 6;
    world.faults.no_sessions = true;
    world.for_each_session([](SessionLink& link) { link.cut_after(0, 1); });
    pass(Seconds{8});
    moved.move(there, 0, OnMove::kConfirm);
    pass(Seconds{20});
    world.faults.no_sessions = false;
    world.for_each_session([](SessionLink& link) { link.cut_after(0, MemoryLink::kAll); });
    pass(Seconds{5});
    expect_at(moved, there);
}

TEST_P(Recovery, AnArThatWasAwayDuringMovesBothWaysIsRight) {
    auto& comes = *world.mobile_nodes[0];
    auto& goes = *world.mobile_nodes[1];
    goes.move(3, 0, OnMove::kConfirm);
    comes.move(2, 0, OnMove::kConfirm);
    pass(Milliseconds{200});
    world.access_routers[3]->stop();
    pass(Milliseconds{500});
    goes.move(2, 0, OnMove::kConfirm);
    comes.move(3, 0, OnMove::kConfirm);
    pass(Milliseconds{200});
    expect_at(comes, 2);
    world.access_routers[3]->start();
    pass(Seconds{1});
    expect_at(comes, 3);
    expect_at(goes, 2);
}

TEST_P(Recovery, ASourceThatRestartsIsListedAgainAndNothingMoves) {
    restart({world.sources[0].get(), world.sources[1].get()});
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
}

class Attested : public Scenario {
protected:
    Attested() : Scenario({.attestation = true}) {}
    void cut_sources() {
        world.faults.no_sessions = true;
        for (auto& source : world.sources) {
            for (auto* link : source->links) link->cut_after(0, 1);
        }
        pass(Seconds{8});
    }
    void mend() {
        world.faults.no_sessions = false;
        pass(Seconds{5});
    }
};

TEST_F(Attested, WhatIsForgedWhileSourcesHaveNoSessionMovesNothingAndWhatIsRelayedDoes) {
    auto& victim = attached(0, 0);
    auto& moves = attached(1, 0);
    cut_sources();
    deliver(message(victim, Type::kConfirm, 1, 0xbad));
    moves.move(1, 0, OnMove::kConfirm);
    pass(Seconds{30});
    mend();
    expect_at(victim, 0);
    expect_at(moves, 1);
}

INSTANTIATE_TEST_SUITE_P(Attestation, Recovery, ::testing::Bool());

}  // namespace
}  // namespace mobility::sim
