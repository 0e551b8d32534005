// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Random histories. A failure prints its seed; --seed N repeats that one history, --runs N (or
// MOBILITY_SIM_RUNS) says how many from --first N on, --trace prints what happens.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "tests/sim/schedule.h"

namespace mobility::sim {
namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t runs = 24;
    bool trace = false;
} options;

void print_if_violated(const Simulation& world) {
    for (const auto& each : world.checks.violations()) {
        ADD_FAILURE() << each << "\n  reproduce: sim_random --seed " << world.seed;
    }
}

void run(std::uint64_t seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation world(seed, random_size(seed), random_faults(seed));
    if (options.trace) {
        world.trace = [&](const std::string& line) {
            const auto passed = world.timeline.now() - Instant{std::chrono::hours{24}};
            std::cout << std::chrono::duration_cast<Duration>(passed).count() << " " << line
                      << "\n";
        };
    }
    world.start_all();
    Schedule schedule(world, Seconds{60});
    schedule.plan();
    world.run_for(Seconds{60});
    world.settle();
    world.checks.settled();
    if (!world.checks.violations().empty()) return print_if_violated(world);

    // Everybody renews where it is, undisturbed: now there is only one right answer.
    for (auto& mn : world.mobile_nodes) {
        mn->thaw();
        world.timeline.after(world.random.between(Duration{0}, Duration{1'000'000}),
                             [&mn = *mn] { mn.renew(); });
    }
    world.run_for(Seconds{8});
    for (auto& mn : world.mobile_nodes) mn->freeze();
    world.run_for(Seconds{2});
    world.checks.settled();
    world.checks.placed();
    if (!world.checks.violations().empty()) return print_if_violated(world);

    for (auto& server : world.servers) server->remove_all_leases();
    world.run_for(Seconds{5});
    world.checks.empty();
    print_if_violated(world);

    std::uint64_t moves = 0, replies = 0;
    for (const auto& mn : world.mobile_nodes) {
        moves += mn->counters().moves;
        replies += mn->counters().replies;
    }
    std::cout << "seed " << seed << ": " << world.size.mobile_nodes << " MNs, "
              << world.size.access_routers << " ARs, " << moves << " moves, " << replies
              << " Replies, " << world.checks.operations() << " kernel operations, "
              << world.checks.paths_watched() << " of them on live paths, "
              << world.timeline.happened() << " events\n";
    EXPECT_GT(replies, 0u);
    EXPECT_GT(world.checks.paths_watched(), 0u);
}

TEST(RandomHistory, KeepsEveryInvariantAtEveryKernelOperationAndSettles) {
    for (auto seed = options.first; seed < options.first + options.runs; ++seed) {
        run(seed);
        if (HasFailure()) return;
    }
}

void read(int argc, char** argv) {
    if (const char* runs = std::getenv("MOBILITY_SIM_RUNS"))
        options.runs = std::strtoull(runs, nullptr, 10);
    for (int i = 1; i < argc; ++i) {
        const auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0; };
        const auto value = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
        if (is("--seed")) {
            options.first = value();
            options.runs = 1;
        } else if (is("--first")) {
            options.first = value();
        } else if (is("--runs")) {
            options.runs = value();
        } else if (is("--trace")) {
            options.trace = true;
        } else {
            std::cerr << "unknown option " << argv[i] << "\n";
            std::exit(2);
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
