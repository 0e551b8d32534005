// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// LMA Allocation: MNs that come, move and stay while an authority grants, takes back, dies and
// comes back; and random histories in which whoever was never granted never has a route.
#include <iostream>

#include "tests/sim/authority_host.h"
#include "tests/sim/scenario.h"
#include "tests/sim/schedule.h"

namespace mobility::sim {
namespace {

class AllocationScenario : public Scenario {
protected:
    AllocationScenario() : Scenario({.mobile_nodes = 4, .with_delegated = 0}) {
        world.limited = true;
        authority.become_authority();
        authority.grant({plan::mn(0)});
        authority.start();
        pass(Seconds{1});
    }
    MobileNode& comes(std::size_t number, std::size_t ar) {
        auto& mn = *world.mobile_nodes[number];
        mn.move(ar, 0, OnMove::kMute);
        mn.start();
        pass(Milliseconds{100});
        return mn;
    }
    std::uint64_t refused() {
        std::uint64_t count = 0;
        for (const auto& anchor : world.anchors) {
            const auto& refusals = anchor->node->anchor().counters().refusals;
            const auto found = refusals.find(Refusal::kUnauthorizedMn);
            if (found != refusals.end()) count += found->second;
        }
        return count;
    }

    AuthorityHost authority{world};
};

TEST_F(AllocationScenario, AnMnThatIsAllocatedIsServedAtItsNextMessage) {
    auto& granted = comes(0, 1);
    expect_at(granted, 1);
    auto& stranger = comes(1, 1);
    EXPECT_TRUE(stranger.prefixes().empty());
    EXPECT_GE(refused(), 1u);
    authority.grant({plan::mn(0), plan::mn(1)});
    pass(Milliseconds{5});
    stranger.start();
    pass(Milliseconds{100});
    ASSERT_FALSE(stranger.prefixes().empty());
    expect_at(stranger, 1);
}

TEST_F(AllocationScenario, WhoIsWithdrawnStaysWhereItIsAndDoesNotMove) {
    auto& mn = comes(0, 1);
    const auto address = home(mn);
    authority.grant({});
    pass(Milliseconds{5});
    mn.move(2, 0, OnMove::kRenew);
    pass(Seconds{1});
    EXPECT_EQ(anchor_sends_to(address), 1);
    EXPECT_TRUE(has_host_route(1, address));
    EXPECT_FALSE(has_host_route(2, address));
}

TEST_F(AllocationScenario, WithoutItsAuthorityARestartedAnchorMovesWhoHasAPlaceAndNobodyElse) {
    auto& mn = comes(0, 1);
    authority.grant({plan::mn(0), plan::mn(1)});
    pass(Milliseconds{100});
    authority.stop();
    for (auto& anchor : world.anchors) anchor->stop();
    pass(Seconds{1});
    for (auto& anchor : world.anchors) anchor->start();
    pass(Seconds{2});
    mn.move(2, 0, OnMove::kRenew);
    auto& newcomer = comes(1, 1);
    pass(Seconds{1});
    expect_at(mn, 2);
    EXPECT_TRUE(newcomer.prefixes().empty());
    authority.start();
    pass(Seconds{2});
    newcomer.start();
    pass(Seconds{1});
    ASSERT_FALSE(newcomer.prefixes().empty());
    expect_at(newcomer, 1);
}

/// MNs move, sessions break, processes die; the file changes; every fifth MN is never in it.
class AllocatedHistory {
public:
    explicit AllocatedHistory(std::uint64_t seed)
        : world_(seed, size(seed), random_faults(seed)), random_(seed * 15485863 + 7) {
        world_.limited = true;
        authority_.become_authority();
        change_file();
        world_.on_operation = [this](const std::string& host, const MemoryForwarder::Step& step) {
            look_at(host, step);
        };
    }
    void run() {
        world_.start_all();
        authority_.start();
        Schedule schedule(world_, Seconds{40});
        schedule.plan();
        for (int second = 0; second < 40; ++second) {
            world_.run_for(Seconds{1});
            if (random_.chance(0.5)) change_file();
            if (random_.chance(0.1)) authority_.stop();
            if (random_.chance(0.5)) authority_.start();
        }
        authority_.start();
        world_.settle();
        expect_equal();
    }

    std::vector<std::string> violations;
    std::uint64_t routes = 0;

private:
    static Size size(std::uint64_t seed) {
        auto size = random_size(seed);
        size.mobile_nodes = std::min<std::size_t>(size.mobile_nodes, 60);
        return size;
    }
    bool never(std::size_t mn) const { return mn % 5 == 0; }
    /// Most MNs, and some that are not here.
    void change_file() {
        std::unordered_set<MnId> mns;
        for (std::size_t i = 0; i < world_.size.mobile_nodes; ++i) {
            if (!never(i) && random_.chance(0.9)) mns.insert(plan::mn(i));
        }
        for (std::size_t i = 1000; i < 3000; ++i) {
            if (random_.chance(0.99)) mns.insert(plan::mn(i));
        }
        authority_.grant(std::move(mns));
    }
    void look_at(const std::string& host, const MemoryForwarder::Step& step) {
        const auto* set = std::get_if<SetRoute>(&step.operation);
        if (!set) return;
        ++routes;
        for (std::size_t mn = 0; mn < world_.size.mobile_nodes; ++mn) {
            const auto of_mn = [&](const auto& way) {
                if constexpr (requires { way.link_layer; }) {
                    return way.link_layer == plan::link_layer(mn);
                }
                return false;
            };
            if (never(mn) && std::visit(of_mn, set->forwarding)) {
                violations.push_back(host + " has a route of MN " + std::to_string(mn));
            }
        }
    }
    void expect_equal() {
        for (std::size_t i = 0; i < world_.anchors.size(); ++i) {
            const auto& anchor = *world_.anchors[i];
            const auto& said = anchor.node->anchor().allocations();
            if (!authority_.authority->session(i).told()) {
                violations.push_back(anchor.name() + " has not been told all");
            }
            if (said.granted(authority_.name()) != authority_.file.size()) {
                violations.push_back(anchor.name() + " has " +
                                     std::to_string(said.granted(authority_.name())) + " of " +
                                     std::to_string(authority_.file.size()));
            }
            for (const auto& mn : authority_.file) {
                if (said.service(mn) == Allocations::Service::kGranted) continue;
                violations.push_back(anchor.name() + " does not serve " + mn.text());
            }
        }
    }

    Simulation world_;
    Random random_;
    AuthorityHost authority_{world_};
};

TEST(AllocatedHistory, AnchorsEndWithTheAuthoritysListAndWhoWasNeverGrantedNeverHasARoute) {
    std::uint64_t routes = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        AllocatedHistory history(seed);
        history.run();
        for (const auto& each : history.violations) ADD_FAILURE() << each;
        if (::testing::Test::HasFailure()) return;
        routes += history.routes;
    }
    std::cout << routes << " routes written\n";
    EXPECT_GT(routes, 1000u) << "the histories show nothing";
}

}  // namespace
}  // namespace mobility::sim
