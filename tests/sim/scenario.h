// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A quiet domain in which a test moves one MN by hand: nothing is lost unless the test says so.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/sim/simulation.h"

namespace mobility::sim {

class Scenario : public ::testing::Test {
protected:
    using OnMove = MobileNode::OnMove;
    using Type = DhcpMessage::Type;

    /// `prepare`: before anything runs.
    explicit Scenario(Size size = {}, const std::function<void(Simulation&)>& prepare = {})
        : world(7, size) {
        world.faults.dhcp_delay = Duration{300};
        world.link_settings = {Duration{10}, Duration{100}, false};
        world.valid = Seconds{3600};
        if (prepare) prepare(world);
        world.start_all();
        pass(Seconds{2});
    }
    void TearDown() override {
        for (const auto& each : world.checks.violations()) ADD_FAILURE() << each;
    }
    void pass(Duration time) { world.run_for(time); }

    /// The MN is at AR `ar` and has its address.
    MobileNode& attached(std::size_t number, std::size_t ar) {
        auto& mn = *world.mobile_nodes[number];
        mn.move(ar, 0, OnMove::kMute);
        mn.start();
        pass(Milliseconds{100});
        EXPECT_FALSE(mn.prefixes().empty());
        return mn;
    }
    const Prefix& home(const MobileNode& mn) { return mn.prefixes().at(0); }
    AnchorHost& anchor_of(const Prefix& prefix) {
        for (auto& anchor : world.anchors) {
            if (anchor->settings.prefixes[0].contains(prefix)) return *anchor;
        }
        ADD_FAILURE() << "nobody owns " << prefix.text();
        return *world.anchors[0];
    }
    /// Which AR the anchor sends this prefix to; -1: none.
    int anchor_sends_to(const Prefix& prefix) {
        const auto& routes = anchor_of(prefix).kernel.state().routes;
        const auto found = routes.find(prefix);
        if (found == routes.end()) return -1;
        for (const auto& ar : world.access_routers) {
            if (std::get<Tunnel>(found->second).to == plan::ar_tunnel(ar->number)) {
                return static_cast<int>(ar->number);
            }
        }
        return -2;
    }
    bool has_host_route(std::size_t ar, const Prefix& prefix) {
        return world.access_routers[ar]->kernel.state().routes.contains(prefix);
    }
    /// Everything that this MN has leads to this AR and nowhere else.
    void expect_at(const MobileNode& mn, std::size_t ar) {
        for (const auto& prefix : mn.prefixes()) {
            EXPECT_EQ(anchor_sends_to(prefix), static_cast<int>(ar)) << prefix.text();
            for (std::size_t i = 0; i < world.access_routers.size(); ++i) {
                EXPECT_EQ(has_host_route(i, prefix), i == ar) << prefix.text() << " at AR" << i;
            }
        }
    }
    /// The same, looking only at the AR where it should be.
    void expect_placed(const MobileNode& mn) {
        for (const auto& prefix : mn.prefixes()) {
            EXPECT_EQ(anchor_sends_to(prefix), static_cast<int>(mn.ar())) << prefix.text();
            EXPECT_TRUE(has_host_route(mn.ar(), prefix)) << prefix.text();
        }
    }
    void expect_nothing_left() { world.checks.empty(); }

    /// The order of kernel operations and Replies, by name: "ar1 +", "anchor0 =", "ar0 -", "Reply".
    std::vector<std::string> steps_of(const std::function<void()>& what) {
        std::vector<std::string> steps;
        world.on_operation = [&](const std::string& host, const MemoryForwarder::Step& step) {
            if (!step.before && !step.after) return;
            steps.push_back(host.substr(0, host.find('.')) + (!step.before ? " +"
                                                              : step.after ? " ="
                                                                           : " -"));
        };
        world.on_reply = [&](const DhcpReply&) { steps.push_back("Reply"); };
        what();
        world.on_operation = nullptr;
        world.on_reply = nullptr;
        return steps;
    }
    /// A message of this MN that was written by hand.
    DhcpMessage message(const MobileNode& mn, Type type, std::size_t ar, std::uint32_t transaction,
                        Milliseconds elapsed = Milliseconds{0}) {
        DhcpMessage made;
        made.type = type;
        made.mn = mn.number();
        made.transaction = transaction;
        made.elapsed = elapsed;
        made.prefixes = mn.prefixes();
        made.ar = ar;
        return made;
    }
    void deliver(const DhcpMessage& what) {
        world.servers[world.mobile_nodes[what.mn]->server()]->receive(what);
        pass(Milliseconds{50});
    }
    std::uint64_t routes_written() const { return world.routes_written(); }
    void forget_history() {
        for (auto& anchor : world.anchors) anchor->kernel.forget_history();
        for (auto& ar : world.access_routers) ar->kernel.forget_history();
    }

    Simulation world;
};

}  // namespace mobility::sim
