// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Many at once: a thousand MNs that move together, fifteen hundred ARs at one anchor.
#include <iostream>

#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

class ManyMoves : public Scenario {
protected:
    ManyMoves() : Scenario({.mobile_nodes = 1000, .access_routers = 20, .with_delegated = 0.2}) {
        for (auto& mn : world.mobile_nodes) mn->start();
        pass(Seconds{3});
    }
};

TEST_F(ManyMoves, AThousandMnsMoveWithinAHundredMillisecondsAndEachHasItsReplyAndRightTables) {
    std::vector<Instant> began(1000), replied(1000);
    world.on_reply = [&](const DhcpReply& reply) { replied[reply.mn] = world.timeline.now(); };
    for (auto& mn : world.mobile_nodes) {
        world.timeline.after(world.random.between(Duration{0}, Milliseconds{100}), [&,
                                                                                    m = mn.get()] {
            began[m->number()] = world.timeline.now();
            m->move((m->ar() + 1) % 20, 0, m->number() % 2 ? OnMove::kConfirm : OnMove::kRebind);
        });
    }
    pass(Milliseconds{300});
    world.on_reply = nullptr;
    std::vector<double> waits;
    for (std::size_t i = 0; i < 1000; ++i) {
        ASSERT_GT(replied[i], began[i]) << "MN " << i << " has no Reply";
        waits.push_back(std::chrono::duration<double, std::milli>(replied[i] - began[i]).count());
        expect_at(*world.mobile_nodes[i], world.mobile_nodes[i]->ar());
    }
    std::sort(waits.begin(), waits.end());
    std::cout << "message to Reply, virtual ms: p50 " << waits[500] << ", p99 " << waits[990]
              << ", last " << waits.back() << "\n";
    EXPECT_LT(waits.back(), 100) << "none ran into the limit";
    for (const auto& source : world.sources) EXPECT_EQ(source->source().counters().hold_limit, 0u);
}

TEST_F(ManyMoves, AnEmptyLeaseFileDarkensNoCity) {
    auto& server = *world.servers[0];
    ASSERT_GT(server.leases().size(), 400u);
    forget_history();
    world.sources[0]->stop();
    const auto lost = server.lose_leases();
    for (auto& anchor : world.anchors) anchor->stop();
    pass(Seconds{1});
    for (auto& anchor : world.anchors) anchor->start();
    world.sources[0]->start();
    pass(Seconds{5});
    EXPECT_EQ(routes_written(), 0u);
    EXPECT_GE(world.notices("ANCHOR_LIST_TOO_SHORT"), 1u);
    for (const auto& each : lost) world.truth.detached(each);
    for (auto& anchor : world.anchors) anchor->node->confirm_removal(plan::lease_domain(0));
    for (auto& anchor : world.anchors) anchor->wake();
    pass(Seconds{1});
    EXPECT_GT(routes_written(), 800u) << "the operator has looked";
}

class ManyArs : public Scenario {
protected:
    ManyArs()
        : Scenario({.mobile_nodes = 300,
                    .access_routers = 1500,
                    .anchors = 1,
                    .sources = 2,
                    .with_delegated = 0}) {
        pass(Seconds{3});
        for (auto& mn : world.mobile_nodes) mn->start();
        pass(Seconds{3});
    }
};

TEST_F(ManyArs, FifteenHundredSessionsAtOneAnchorWhileMnsMoveAndItRestarts) {
    const auto& sessions = world.anchors[0]->node->sessions();
    EXPECT_EQ(sessions.states().size(), 1502u);
    const auto move_all = [&] {
        for (auto& mn : world.mobile_nodes) {
            mn->move(world.random.index(1500), 0, OnMove::kConfirm);
        }
    };
    move_all();
    pass(Seconds{1});
    for (const auto& mn : world.mobile_nodes) expect_placed(*mn);
    move_all();
    world.truth.memory_lost({plan::owned(0)});
    world.anchors[0]->stop();
    pass(Milliseconds{500});
    world.anchors[0]->start();
    move_all();
    pass(Seconds{6});
    EXPECT_EQ(world.anchors[0]->node->sessions().states().size(), 1502u);
    for (const auto& mn : world.mobile_nodes) expect_placed(*mn);
}

}  // namespace
}  // namespace mobility::sim
