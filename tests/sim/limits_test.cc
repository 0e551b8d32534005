// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Limits and prohibitions under random histories: a refused MN never has a route, nobody has more
// than the limit at any moment, and who is let in is served as ever. A failure prints its seed.
#include <cstdlib>
#include <iostream>

#include "tests/sim/scenario.h"
#include "tests/sim/schedule.h"

namespace mobility::sim {
namespace {

/// What the operators of a random run have configured, and the checks at every kernel operation.
class LimitedRun {
public:
    explicit LimitedRun(std::uint64_t seed)
        : world_(seed, size(seed), faults(seed)), random_(seed * 15485863 + 5) {
        world_.limited = true;
        limits_.addresses_per_mn = 1 + random_.index(2);
        if (random_.chance(0.5)) limits_.over_limit = OverLimit::kRemoveOldest;
        if (random_.chance(0.5)) {
            limits_.bindings =
                world_.size.mobile_nodes / 2 + random_.index(world_.size.mobile_nodes);
        }
        for (auto& anchor : world_.anchors) anchor->settings.limits = limits_;
        for (std::size_t i = 0; i < world_.size.mobile_nodes; ++i) {
            if (random_.chance(0.1)) mns_.prohibited.insert(plan::mn(i));
        }
        if (random_.chance(0.3)) {
            mns_.authorized.emplace();
            for (std::size_t i = 0; i < world_.size.mobile_nodes; ++i) {
                if (random_.chance(0.8)) mns_.authorized->insert(plan::mn(i));
            }
        }
        reload();
        never_ = refused();
        world_.on_operation = [this](const std::string& host, const MemoryForwarder::Step& step) {
            look_at(host, step);
        };
    }

    void run() {
        world_.start_all();
        Schedule schedule(world_, Seconds{60});
        schedule.plan();
        world_.run_for(Seconds{25});
        prohibit_some();
        world_.run_for(Seconds{35});
        world_.settle();
        world_.checks.settled();
        expect_no_route_of_refused();
        renew_everybody();
        world_.checks.settled();
        expect_no_route_of_refused();
        for (auto& server : world_.servers) server->remove_all_leases();
        world_.run_for(Seconds{5});
        world_.checks.empty();
    }

    Simulation& world() { return world_; }
    std::uint64_t refusals(Refusal refusal) const {
        std::uint64_t count = 0;
        for (const auto& anchor : world_.anchors) {
            const auto& counted = anchor->node->anchor().counters().refusals;
            const auto found = counted.find(refusal);
            if (found != counted.end()) count += found->second;
        }
        return count;
    }
    std::uint64_t oldest_removed() const {
        std::uint64_t count = 0;
        for (const auto& anchor : world_.anchors) {
            count += anchor->node->anchor().counters().oldest_removed;
        }
        return count;
    }
    std::size_t served = 0;  ///< MNs that had their Reply in the last round

private:
    static Size size(std::uint64_t seed) {
        auto size = random_size(seed);
        size.mobile_nodes = std::min<std::size_t>(size.mobile_nodes, 120);
        size.anchors = 1;  // so that address and delegated prefix of an MN count together
        size.with_delegated = 0.5;
        return size;
    }
    /// A restarted anchor takes over what ARs have, whatever the limit: no exact check of it.
    static Faults faults(std::uint64_t seed) {
        auto faults = random_faults(seed);
        faults.anchor_restarts = faults.anchor_power_cuts = faults.power_cuts = 0;
        return faults;
    }

    void reload() {
        std::vector<AccessRouterClaim> ars;
        for (std::size_t i = 0; i < world_.size.access_routers; ++i)
            ars.push_back(plan::ar_claim(i));
        std::vector<SourceClaim> sources;
        for (std::size_t i = 0; i < world_.size.sources; ++i) {
            sources.push_back(plan::source_claim(i, world_.size.anchors));
        }
        for (auto& anchor : world_.anchors) {
            EXPECT_TRUE(anchor->inventory.replace(ars, sources, mns_));
            if (!anchor->node) continue;
            anchor->node->inventory_changed();
            anchor->wake();
        }
    }

    std::set<std::size_t> refused() const {
        std::set<std::size_t> numbers;
        for (std::size_t i = 0; i < world_.size.mobile_nodes; ++i) {
            const bool authorized = !mns_.authorized || mns_.authorized->contains(plan::mn(i));
            if (mns_.prohibited.contains(plan::mn(i)) || !authorized) numbers.insert(i);
        }
        return numbers;
    }

    /// Some MNs of those that are served, and every other one of those that were not may come.
    void prohibit_some() {
        std::erase_if(mns_.prohibited, [&](const MnId&) { return random_.chance(0.5); });
        for (std::size_t i = 0; i < world_.size.mobile_nodes; ++i) {
            if (random_.chance(0.1)) mns_.prohibited.insert(plan::mn(i));
        }
        reload();
        const auto now = refused();
        std::erase_if(never_, [&](std::size_t mn) { return !now.contains(mn); });
    }

    void look_at(const std::string& host, const MemoryForwarder::Step& step) {
        const auto* set = std::get_if<SetRoute>(&step.operation);
        if (!set) return;
        for (const auto mn : never_) {
            const auto of_mn = [&](const auto& way) {
                if constexpr (requires { way.link_layer; }) {
                    return way.link_layer == plan::link_layer(mn);
                }
                return false;
            };
            if (std::visit(of_mn, set->forwarding)) {
                world_.checks.violated(host + " has a route of the refused MN " +
                                       std::to_string(mn));
            }
        }
        for (const auto& anchor : world_.anchors) look_at(anchor->node->anchor());
    }

    void look_at(const Anchor& anchor) {
        const auto& table = anchor.bindings();
        std::map<MnId, std::size_t> placed;
        std::size_t all = 0;
        for (const auto& [prefix, binding] : table.all()) {
            if (!binding.where) continue;
            ++all;
            ++placed[binding.mn];
        }
        for (const auto& [mn, count] : placed) {
            if (count > limits_.addresses_per_mn) {
                world_.checks.violated("MN " + mn.text() + " has " + std::to_string(count) +
                                       " of " + std::to_string(limits_.addresses_per_mn));
            }
            if (count != table.placed(mn).size()) world_.checks.violated("the index is wrong");
        }
        if (all != table.placed()) world_.checks.violated("the count is wrong");
        if (limits_.bindings > 0 && all > limits_.bindings) {
            world_.checks.violated("the table has " + std::to_string(all) + " of " +
                                   std::to_string(limits_.bindings));
        }
    }

    /// To be missing in the list of authorised MNs ends nothing, so only prohibitions count here.
    void expect_no_route_of_refused() {
        for (const auto& anchor : world_.anchors) {
            for (const auto& [prefix, binding] : anchor->node->anchor().bindings().all()) {
                if (!mns_.prohibited.contains(binding.mn)) continue;
                if (anchor->kernel.state().routes.contains(prefix)) {
                    world_.checks.violated("the prohibited MN " + binding.mn.text() +
                                           " has a route");
                }
            }
        }
        for (const auto& ar : world_.access_routers) {
            for (const auto& [prefix, way] : ar->kernel.state().routes) {
                for (const auto& mn : world_.mobile_nodes) {
                    if (!mns_.prohibited.contains(plan::mn(mn->number()))) continue;
                    const auto layer = plan::link_layer(mn->number());
                    const auto* on_link = std::get_if<OnLink>(&way);
                    const auto* via = std::get_if<Via>(&way);
                    if ((on_link && on_link->link_layer == layer) ||
                        (via && via->link_layer == layer)) {
                        world_.checks.violated(ar->name() + " still has " + prefix.text());
                    }
                }
            }
        }
    }

    /// Undisturbed: who has its Reply has its path.
    void renew_everybody() {
        std::map<std::size_t, DhcpReply> granted;
        world_.on_reply = [&](const DhcpReply& reply) {
            if (reply.kind == DhcpReply::Kind::kSuccess) granted[reply.mn] = reply;
        };
        for (auto& mn : world_.mobile_nodes) {
            mn->thaw();
            world_.timeline.after(random_.between(Duration{0}, Duration{1'000'000}),
                                  [&mn = *mn] { mn.renew(); });
        }
        world_.run_for(Seconds{8});
        for (auto& mn : world_.mobile_nodes) mn->freeze();
        world_.run_for(Seconds{2});
        world_.on_reply = nullptr;
        served = granted.size();
        for (const auto& [mn, reply] : granted) {
            for (const auto& prefix : reply.prefixes) {
                const auto* binding = world_.anchors[0]->node->anchor().bindings().find(prefix);
                const auto here = plan::attachment(mn, reply.ar, reply.link);
                if (binding && binding->routed && binding->routed->attachment == here) continue;
                world_.checks.violated("MN " + std::to_string(mn) +
                                       " has its Reply and no path for " + prefix.text());
            }
        }
    }

    Simulation world_;
    Random random_;
    Limits limits_;
    MnPolicy mns_;
    std::set<std::size_t> never_;  ///< refused from the start until now
};

TEST(LimitedHistory, NobodyHasMoreThanTheLimitAndRefusedMnsHaveNothing) {
    const char* asked = std::getenv("MOBILITY_SIM_RUNS");
    const auto runs = asked ? std::strtoull(asked, nullptr, 10) : 24;
    std::uint64_t over = 0, prohibited = 0, full = 0, unauthorized = 0, oldest = 0, served = 0;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        LimitedRun run(seed);
        run.run();
        for (const auto& each : run.world().checks.violations()) ADD_FAILURE() << each;
        if (HasFailure()) return;
        over += run.refusals(Refusal::kOverIpAddressLimit);
        prohibited += run.refusals(Refusal::kAdministrativelyProhibited);
        full += run.refusals(Refusal::kLackOfResources);
        unauthorized += run.refusals(Refusal::kUnauthorizedMn);
        oldest += run.oldest_removed();
        served += run.served;
    }
    std::cout << runs << " histories: " << over << " over the limit, " << prohibited
              << " prohibited, " << full << " table full, " << unauthorized << " unauthorised, "
              << oldest << " oldest removed, " << served << " served in the last round\n";
    for (const auto count : {over, prohibited, full, unauthorized, oldest, served}) {
        EXPECT_GT(count, 0u) << "the histories show nothing";
    }
}

class FullKernel : public Scenario {
protected:
    void fill(std::size_t ar) {
        world.access_routers[ar]->kernel.refuse = [](const Operation& operation) {
            return std::holds_alternative<SetRoute>(operation)
                       ? Outcome{Outcome::Kind::kTransient, "Cannot allocate memory"}
                       : Outcome{};
        };
    }
    std::uint64_t replies(const MobileNode& mn) { return mn.counters().replies; }
};

TEST_F(FullKernel, AMoveToAnArWithoutRoomIsRefusedAndTheMnStaysWhereItWas) {
    auto& first = attached(0, 1);
    auto& second = attached(1, 1);
    fill(2);
    first.move(2, 0, OnMove::kRenew);
    pass(Milliseconds{900});
    EXPECT_EQ(world.notices("ACCESS_ROUTE_FAILED"), 0u) << "it may yet have room";
    pass(Milliseconds{600});
    EXPECT_EQ(world.notices("ACCESS_ROUTE_FAILED"), 1u);
    EXPECT_EQ(world.notices("ANCHOR_AR_REFUSED"), 1u);
    EXPECT_EQ(anchor_sends_to(home(first)), 1);
    EXPECT_FALSE(has_host_route(2, home(first)));

    const auto before = replies(second);
    second.move(2, 0, OnMove::kRenew);
    pass(Milliseconds{200});
    EXPECT_EQ(replies(second), before) << "the Hold ended as refused, at once";
    EXPECT_EQ(anchor_sends_to(home(second)), 1);
    const auto& refusals = anchor_of(home(second)).node->anchor().counters().refusals;
    EXPECT_GE(refusals.at(Refusal::kLackOfResources), 1u);

    world.access_routers[2]->kernel.refuse = nullptr;
    second.move(2, 0, OnMove::kRenew);
    pass(Milliseconds{200});
    EXPECT_EQ(replies(second), before + 1);
    expect_at(second, 2);
    EXPECT_EQ(world.notices("ACCESS_ROOM_AGAIN"), 1u);
    first.move(2, 0, OnMove::kRenew);
    pass(Milliseconds{200});
    expect_at(first, 2);
}

TEST_F(FullKernel, TheAnchorsOwnIsCuredByItself) {
    auto& mn = attached(0, 1);
    auto& anchor = anchor_of(home(mn));
    anchor.kernel.refuse = [](const Operation& operation) {
        return std::holds_alternative<SetRoute>(operation)
                   ? Outcome{Outcome::Kind::kTransient, "Cannot allocate memory"}
                   : Outcome{};
    };
    auto& newcomer = *world.mobile_nodes[1];
    ASSERT_EQ(world.home_anchor(1), world.home_anchor(0));
    newcomer.move(1, 0, OnMove::kMute);
    newcomer.start();
    pass(Seconds{30});
    EXPECT_GE(world.notices("ANCHOR_ROUTE_FAILED"), 1u);
    EXPECT_LE(world.notices("ANCHOR_ROUTE_FAILED"), 3u) << "once for each prefix";
    EXPECT_EQ(anchor_sends_to(home(mn)), 1);
    anchor.kernel.refuse = nullptr;
    const auto said = newcomer.counters().sent;
    pass(Seconds{6});
    EXPECT_EQ(world.notices("ANCHOR_ROOM_AGAIN"), 1u);
    EXPECT_FALSE(newcomer.prefixes().empty());
    expect_placed(newcomer);
    EXPECT_LE(newcomer.counters().sent - said, 1u);
}

}  // namespace
}  // namespace mobility::sim
