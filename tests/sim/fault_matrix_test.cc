// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What breaks (rows of tests/fault_matrix.json) by when (its columns): after each of many random
// schedules all tables are equal, and who did not move never lost its path. --runs N (or
// MOBILITY_SIM_RUNS) schedules for each cell; a failure prints how to repeat its own; --trace 1.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {

using nlohmann::json;

struct Options {
    std::uint64_t first = 1;
    std::uint64_t runs = FAULT_MATRIX_RUNS;
    std::string cell;  ///< "fault/when", or all
    bool trace = false;
} options;

constexpr Size kSize{
    .mobile_nodes = 24, .access_routers = 5, .with_delegated = 0.4, .journals = true};

/// With every other seed relays attest.
Size size(std::uint64_t seed) {
    auto size = kSize;
    size.attestation = seed % 2 == 0;
    return size;
}

class Cell {
public:
    Cell(std::uint64_t seed, std::string fault, std::string when, bool kernels_kept)
        : world_(seed, size(seed), faults()),
          fault_(std::move(fault)),
          when_(std::move(when)),
          kernels_kept_(kernels_kept) {
        world_.valid = Seconds{3600};
        if (options.trace) {
            world_.trace = [this](const std::string& line) {
                const auto passed = world_.timeline.now() - Instant{std::chrono::hours{24}};
                std::cout << std::chrono::duration_cast<Milliseconds>(passed).count() << " ms "
                          << line << "\n";
            };
        }
        world_.faults.dhcp_delay = Duration{2'000};
        // Whatever the row, sessions and servers may lose what they had: the truth allows for it.
        world_.truth.set_sessions_break(true);
        world_.truth.set_blur(Duration{9'020'000});
        world_.on_operation = [this](const std::string& host, const MemoryForwarder::Step&) {
            look_at_bystanders(host);
        };
    }

    void run() {
        prepare();
        auto& random = world_.random;
        if (when_ == "during-a-resynchronisation") resynchronise();
        act();
        world_.run_for(random.between(Duration{0}, Duration{60'000}));
        breaks();
        if (world_.faults.no_sessions) {
            go_on_for_minutes();
        } else {
            world_.run_for(random.skewed(Duration{1'000}, Duration{9'000'000}));
        }
        mends();
        world_.run_for(Seconds{20});
        world_.settle();
        world_.checks.settled();
        look_at_bystanders("the end");
        for (auto& mn : world_.mobile_nodes) {
            mn->thaw();
            if (!mn->prefixes().empty()) mn->renew();
        }
        world_.run_for(Seconds{8});
        for (auto& mn : world_.mobile_nodes) mn->freeze();
        world_.run_for(Seconds{2});
        world_.checks.all_have_spoken();
        world_.checks.settled();
        world_.checks.placed();
    }
    const std::vector<std::string>& violations() const { return world_.checks.violations(); }

private:
    /// Whatever the row, answers may be lost with sessions and processes.
    static Faults faults() {
        Faults faults;
        faults.cuts = 1e-9;
        return faults;
    }
    bool is_bystander(const MobileNode& mn) const { return mn.number() % 2 == 0; }
    AnchorHost& anchor() { return *world_.anchors[world_.random.index(world_.anchors.size())]; }
    AccessHost& ar() {
        return *world_.access_routers[world_.random.index(world_.access_routers.size())];
    }
    SourceHost& source() { return *world_.sources[world_.random.index(world_.sources.size())]; }

    void prepare() {
        world_.start_all();
        world_.run_for(Seconds{2});
        for (auto& mn : world_.mobile_nodes) {
            if (is_bystander(*mn) || when_ != "during-attachments") mn->start();
        }
        world_.run_for(Seconds{4});
        for (auto& mn : world_.mobile_nodes) {
            if (!is_bystander(*mn)) continue;
            if (mn->prefixes().empty()) world_.checks.violated("a bystander has no address");
            for (const auto& prefix : mn->prefixes()) resting_.insert(prefix);
        }
        watching_ = true;
    }

    void act() {
        auto& random = world_.random;
        for (auto& each : world_.mobile_nodes) {
            auto& mn = *each;
            if (is_bystander(mn)) continue;
            world_.timeline.after(random.between(Duration{0}, Duration{80'000}), [this, &mn] {
                if (when_ == "during-attachments") mn.start();
                if (when_ == "during-moves") move(mn);
                if (when_ == "during-releases") mn.release();
            });
        }
    }
    void move(MobileNode& mn) {
        using OnMove = MobileNode::OnMove;
        constexpr OnMove kAll[] = {OnMove::kConfirm, OnMove::kRebind,  OnMove::kRapidSolicit,
                                   OnMove::kSolicit, OnMove::kRequest, OnMove::kRenew};
        auto& random = world_.random;
        mn.move(random.index(world_.access_routers.size()), random.index(plan::kLinks),
                kAll[random.index(std::size(kAll))]);
    }
    void go_on_for_minutes() {
        for (auto left = 3 + world_.random.index(12); left > 0; --left) {
            world_.run_for(Seconds{20});
            for (auto& mn : world_.mobile_nodes) {
                if (is_bystander(*mn) || when_ == "at-rest") continue;
                mn->prefixes().empty() ? mn->start() : move(*mn);
            }
        }
    }
    void resynchronise() {
        world_.for_each_session([](SessionLink& link) { link.cut(); });
        world_.run_for(world_.random.between(Duration{0}, Duration{2'500'000}));
    }

    void kill(Host& host) {
        host.stop();
        down_.push_back(&host);
    }
    void kill(AnchorHost& host) {
        world_.truth.memory_lost({plan::owned(host.number)});
        kill(static_cast<Host&>(host));
    }
    void kill(SourceHost& host) {
        for (std::size_t i = 0; i < world_.anchors.size(); ++i) {
            world_.truth.memory_lost(
                {plan::home_pool(host.number, i), plan::delegated_pool(host.number, i)});
        }
        kill(static_cast<Host&>(host));
    }

    void breaks() {
        static const std::map<std::string, std::function<void(Cell&)>> kFaults{
            {"anchor-agent-killed", [](Cell& c) { c.kill(c.anchor()); }},
            {"access-agent-killed", [](Cell& c) { c.kill(c.ar()); }},
            {"source-killed", [](Cell& c) { c.kill(c.source()); }},
            {"all-agents-killed",
             [](Cell& c) {
                 for (auto& each : c.world_.anchors) c.kill(*each);
                 for (auto& each : c.world_.access_routers) c.kill(*each);
             }},
            {"source-and-anchor-killed",
             [](Cell& c) {
                 c.kill(c.source());
                 c.kill(c.anchor());
             }},
            {"session-cut",
             [](Cell& c) {
                 c.world_.faults.cuts = 4;
                 c.cut();
             }},
            {"session-stalled",
             [](Cell& c) {
                 c.world_.for_each_session([&](SessionLink& link) {
                     if (c.world_.random.chance(0.5)) {
                         link.stall(c.world_.random.skewed(Duration{1'000}, Duration{9'000'000}));
                     }
                 });
             }},
            {"sessions-cut-for-minutes",
             [](Cell& c) {
                 c.world_.faults.no_sessions = true;
                 c.world_.for_each_session([](SessionLink& link) { link.cut(); });
             }},
            {"agent-stuck",
             [](Cell& c) {
                 c.ar().get_stuck(c.world_.random.skewed(Duration{1'000}, Duration{9'000'000}));
             }},
            {"mailbox-full",
             [](Cell& c) {
                 for (auto& each : c.world_.sources) each->set_mailbox_full(true);
             }},
            {"relay-dead", [](Cell& c) { c.world_.faults.dhcp_lost = 1; }},
            {"kernel-busy",
             [](Cell& c) {
                 c.world_.checks.kernels_were_full();
                 c.world_.faults.kernel_busy = 0.6;
             }},
            {"clocks-stepped",
             [](Cell& c) {
                 auto& random = c.world_.random;
                 for (auto& each : c.world_.anchors)
                     each->step_wall_clock(random.chance(0.5) ? 7'200'000 : -7'200'000);
                 for (auto& each : c.world_.sources) each->step_wall_clock(-3'600'000);
             }},
            {"disk-full",
             [](Cell& c) {
                 for (auto& each : c.world_.anchors) {
                     each->journal.set_room(c.world_.random.index(5));
                 }
                 c.world_.run_for(Seconds{1});
                 c.kill(c.anchor());
             }},
            {"routes-flushed-at-an-ar", [](Cell& c) { c.flush(c.ar().kernel); }},
            {"routes-flushed-at-an-anchor",
             [](Cell& c) {
                 auto& host = c.anchor();
                 c.world_.checks.paths_lost(plan::owned(host.number));
                 c.flush(host.kernel);
             }},
            {"anchor-power-cut",
             [](Cell& c) {
                 auto& host = c.anchor();
                 c.world_.power_cut(host);
                 c.down_.push_back(&host);
             }},
            {"power-cut",
             [](Cell& c) {
                 c.world_.power_cut();
                 for (auto& each : c.world_.anchors) c.down_.push_back(each.get());
                 for (auto& each : c.world_.access_routers) c.down_.push_back(each.get());
                 for (auto& each : c.world_.sources) c.down_.push_back(each.get());
             }},
        };
        const auto found = kFaults.find(fault_);
        if (found == kFaults.end()) return world_.checks.violated("the simulator cannot " + fault_);
        if (!kernels_kept_) watching_ = false;
        found->second(*this);
    }
    void cut() {
        auto& random = world_.random;
        for (int i = 0; i < 6; ++i) {
            world_.timeline.after(
                random.between(Duration{0}, Duration{3'000'000}), [this, &random] {
                    world_.for_each_session([&](SessionLink& link) {
                        if (random.chance(0.3))
                            link.cut_after(random.index(2), 1 + random.index(400));
                    });
                });
        }
    }
    void flush(MemoryForwarder& kernel) {
        for (auto& each : world_.anchors) world_.checks.paths_lost(plan::owned(each->number));
        world_.checks.kernels_were_altered();
        auto state = kernel.state();
        state.routes.clear();
        kernel.tamper(std::move(state));
    }

    void mends() {
        auto& random = world_.random;
        for (auto* host : down_) {
            world_.timeline.after(random.skewed(Duration{1'000}, Duration{3'000'000}),
                                  [host] { host->start(); });
        }
        world_.faults.dhcp_lost = world_.faults.kernel_busy = 0;
        world_.faults.no_sessions = false;
        for (auto& each : world_.sources) each->set_mailbox_full(false);
        for (auto& each : world_.anchors) each->journal.set_room(MemoryJournal::kAll);
    }

    /// The path of each MN that has not moved: the anchor's route, and the host route there.
    void look_at_bystanders(const std::string& at) {
        if (!watching_) return;
        for (const auto& prefix : resting_) {
            if (!leads_home(prefix)) {
                world_.checks.violated(prefix.text() +
                                       " of an MN that did not move lost its path (" + at + ")");
                watching_ = false;
            }
        }
    }
    bool leads_home(const Prefix& prefix) const {
        for (const auto& anchor : world_.anchors) {
            const auto& routes = anchor->kernel.state().routes;
            const auto route = routes.find(prefix);
            if (route == routes.end()) continue;
            const auto* tunnel = std::get_if<Tunnel>(&route->second);
            for (const auto& ar : world_.access_routers) {
                if (!tunnel || plan::ar_tunnel(ar->number) != tunnel->to) continue;
                if (ar->kernel.state().routes.contains(prefix)) return true;
            }
        }
        return false;
    }

    Simulation world_;
    std::string fault_, when_;
    bool kernels_kept_;
    std::set<Prefix> resting_;
    std::vector<Host*> down_;
    bool watching_ = false;
};

json matrix() {
    std::ifstream file(FAULT_MATRIX);
    return json::parse(file);
}

TEST(FaultMatrix, EveryFaultAtEveryMomentLeavesTheRightTables) {
    const auto table = matrix();
    std::uint64_t schedules = 0;
    for (const auto& [fault, row] : table.at("faults").items()) {
        std::cout << fault << ":";
        for (const auto& [when, text] : table.at("when").items()) {
            const auto name = fault + "/" + when;
            if (!options.cell.empty() && options.cell != name) continue;
            const bool kept = row.at("kernels") == "kept";
            std::uint64_t passed = 0;
            for (auto seed = options.first; seed < options.first + options.runs; ++seed) {
                Cell cell(seed, fault, when, kept);
                cell.run();
                ++schedules;
                passed += cell.violations().empty();
                for (const auto& each : cell.violations()) {
                    ADD_FAILURE() << each << "\n  reproduce: sim_faults --cell " << name
                                  << " --seed " << seed;
                }
                if (!cell.violations().empty()) break;
            }
            std::cout << " " << when << " " << passed;
        }
        std::cout << "\n";
    }
    std::cout << schedules << " schedules\n";
    EXPECT_GT(schedules, 0u);
}

void read(int argc, char** argv) {
    if (const char* runs = std::getenv("MOBILITY_SIM_RUNS")) {
        options.runs = std::strtoull(runs, nullptr, 10);
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string word = argv[i];
        const auto number = std::strtoull(argv[i + 1], nullptr, 10);
        if (word == "--cell") options.cell = argv[i + 1];
        if (word == "--trace") options.trace = number != 0;
        if (word == "--first") options.first = number;
        if (word == "--runs") options.runs = number;
        if (word == "--seed") {
            options.first = number;
            options.runs = 1;
        }
    }
}

}  // namespace
}  // namespace mobility::sim

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    mobility::sim::read(argc, argv);
    return RUN_ALL_TESTS();
}
