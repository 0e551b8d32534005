// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A kernel made equal to what is wanted: order, difference, retry.
#include <random>

#include "tests/unit/core/reconciler_world.h"

namespace mobility {
namespace {

TEST_F(ReconcilerTest, EveryTouchIsConfirmedWithWhatTheKernelHas) {
    set(1, 1);
    reconciler.touch(home(2));
    work();
    expect_equal();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(std::set(said.begin(), said.end()),
              (std::set<std::pair<Prefix, std::optional<Forwarding>>>{{home(1), tunnel(1)},
                                                                      {home(2), std::nullopt}}));
    said.clear();
    reconciler.touch(home(1));
    work();
    EXPECT_EQ(said.size(), 1u) << "unchanged is confirmed as well";
    EXPECT_EQ(kernel.history().size(), 1u);
    EXPECT_EQ(reconciler.counters().unchanged, 1u);
}

TEST_F(ReconcilerTest, AMoveIsOneReplace) {
    set(1, 1);
    work();
    set(1, 2);
    work();
    ASSERT_EQ(kernel.history().size(), 2u);
    EXPECT_TRUE(std::holds_alternative<SetRoute>(kernel.history()[1].operation));
    EXPECT_EQ(kernel.history()[1].before, tunnel(1));
    EXPECT_EQ(kernel.history()[1].after, tunnel(2));
}

TEST_F(ReconcilerTest, WhatMustComeComesBeforeWhatMustGo) {
    for (int i = 1; i <= 10; ++i) set(i, 1);
    work();
    kernel.forget_history();
    for (int i = 1; i <= 10; ++i) {
        unset(i);
        set(20 + i, 1);
    }
    work();
    ASSERT_EQ(kernel.history().size(), 20u);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(std::holds_alternative<SetRoute>(kernel.history()[i].operation), i < 10);
    }
}

TEST_F(ReconcilerTest, ASingleMoveOvertakesBulk) {
    for (int i = 1; i <= 1000; ++i) {
        want[home(i)] = tunnel(1);
        reconciler.touch(home(i), Reconciler::Urgency::kBulk);
    }
    EXPECT_TRUE(reconciler.run(now));
    EXPECT_LE(kernel.history().size(), 256u) << "a slice";
    kernel.forget_history();
    set(2000, 2);
    set(900, 2);  // still waiting as bulk
    reconciler.run(now);
    ASSERT_GE(kernel.history().size(), 2u);
    EXPECT_EQ(std::get<SetRoute>(kernel.history()[0].operation).prefix, home(2000));
    EXPECT_EQ(std::get<SetRoute>(kernel.history()[1].operation).prefix, home(900));
    work();
    expect_equal();
    EXPECT_TRUE(reconciler.idle());
}

TEST_F(ReconcilerTest, ATransientRefusalIsTriedAgainSoonAndSaysNothing) {
    int refusals = 2;
    kernel.refuse = [&](const Operation&) {
        return refusals-- > 0 ? Outcome{Outcome::Kind::kTransient, "ENOMEM"} : Outcome{};
    };
    set(1, 1);
    work();
    EXPECT_TRUE(said.empty());
    EXPECT_TRUE(failures.empty());
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(reconciler.next_retry());
        EXPECT_LE(*reconciler.next_retry(), now + Milliseconds{100});
        now = *reconciler.next_retry();
        work();
    }
    expect_equal();
    EXPECT_FALSE(reconciler.next_retry());
    EXPECT_EQ(reconciler.counters().retried, 2u);
}

/// A kernel with room for so many routes; one that is there can be replaced.
std::function<Outcome(const Operation&)> room_for(const std::size_t& most,
                                                  const MemoryForwarder& kernel) {
    return [&](const Operation& operation) {
        const auto* set = std::get_if<SetRoute>(&operation);
        const auto& routes = kernel.state().routes;
        const bool full = set && !routes.contains(set->prefix) && routes.size() >= most;
        return full ? Outcome{Outcome::Kind::kTransient, "ENOMEM"} : Outcome{};
    };
}

TEST_F(ReconcilerTest, AKernelWithoutRoomForASecondHasFailed) {
    std::size_t most = 0;
    kernel.refuse = room_for(most, kernel);
    set(1, 1);
    for (int i = 0; i < 20; ++i) {
        work();
        EXPECT_TRUE(failures.empty()) << "try " << i;
        now = *reconciler.next_retry();
    }
    work();
    ASSERT_EQ(failures.size(), 1u) << "after a second and twenty tries";
    EXPECT_EQ(failures[0], std::pair(home(1), std::string("ENOMEM")));
    EXPECT_EQ(*reconciler.next_retry() - now, Seconds{5}) << "more slowly";
    EXPECT_FALSE(reconciler.at_rest());
}

TEST_F(ReconcilerTest, WhileItHasNoRoomTheNextFailsAtOnceAndEachIsToldOnce) {
    std::size_t most = 0;
    kernel.refuse = room_for(most, kernel);
    set(1, 1);
    for (int i = 0; i <= 20; ++i, now += Milliseconds{50}) work();
    failures.clear();
    set(2, 1);
    work();
    ASSERT_EQ(failures.size(), 1u) << "who asks now is answered now";
    EXPECT_EQ(failures[0].first, home(2));
    for (int i = 0; i < 600; ++i, now += Milliseconds{50}) work();
    EXPECT_EQ(told, 2) << "one line for each prefix in half a minute";
    EXPECT_LE(failures.size(), 13u) << "of each one try in five seconds";
    EXPECT_GE(failures.size(), 11u);
}

TEST_F(ReconcilerTest, RoomThatIsThereAgainCuresByItselfAndIsToldOnce) {
    std::size_t most = 1;
    kernel.refuse = room_for(most, kernel);
    set(9, 1);
    for (int i = 1; i <= 3; ++i) set(i, 1);
    for (int i = 0; i < 60; ++i, now += Milliseconds{50}) work();
    EXPECT_EQ(told, 3);
    set(9, 2);
    work();
    EXPECT_EQ(kernel.state().routes.at(home(9)), tunnel(2)) << "a replacement needs no room";
    EXPECT_EQ(room_again, 0) << "and proves none";
    most = 100;
    for (int i = 0; i < 101; ++i, now += Milliseconds{50}) work();
    expect_equal();
    EXPECT_EQ(room_again, 1);
    EXPECT_TRUE(reconciler.at_rest());
    most = 4;
    set(10, 1);
    work();
    EXPECT_EQ(told, 3) << "a new shortage begins with patience";
}

TEST_F(ReconcilerTest, WhatIsNotWantedAnyMoreIsNoTrouble) {
    std::size_t most = 0;
    kernel.refuse = room_for(most, kernel);
    set(1, 1);
    for (int i = 0; i < 60; ++i, now += Milliseconds{50}) work();
    unset(1);
    work();
    EXPECT_TRUE(reconciler.at_rest());
    set(1, 1);
    work();
    EXPECT_EQ(failures.size(), 2u) << "the kernel is known to have no room";
    unset(1);
    work();
    now += Seconds{60};
    set(1, 1);
    work();
    EXPECT_EQ(failures.size(), 2u) << "too long ago to be known";
}

TEST_F(ReconcilerTest, AnotherReasonIsToldAgain) {
    std::string reason = "no device";
    kernel.refuse = [&](const Operation&) { return Outcome{Outcome::Kind::kFailed, reason}; };
    set(1, 1);
    for (int i = 0; i < 4; ++i, now += Seconds{5}) work();
    EXPECT_EQ(told, 1);
    reason = "no nexthop";
    for (int i = 0; i < 4; ++i, now += Seconds{5}) work();
    EXPECT_EQ(told, 2);
    EXPECT_EQ(failures.back().second, "no nexthop");
}

TEST_F(ReconcilerTest, AFailureIsToldAndTriedAgainNowAndThen) {
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kFailed, "no device"}; };
    set(1, 1);
    work();
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].second, "no device");
    kernel.refuse = nullptr;
    now = *reconciler.next_retry();
    work();
    expect_equal();
    ASSERT_EQ(said.size(), 1u);
}

TEST_F(ReconcilerTest, HoweverOftenAFailingPrefixIsTouchedItHasOneRetry) {
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kFailed, "no device"}; };
    for (int i = 0; i < 50; ++i) {
        set(1, 1 + i % 2);
        work();
        now += Milliseconds{10};
    }
    const auto before = failures.size();
    for (int i = 0; i < 100; ++i) {
        now += Milliseconds{100};
        work();
    }
    EXPECT_LE(failures.size() - before, 3u) << "in ten seconds, one in five";
}

TEST_F(ReconcilerTest, ARetryInstallsWhatIsWantedThen) {
    bool full = true;
    kernel.refuse = [&](const Operation&) {
        return full ? Outcome{Outcome::Kind::kTransient, "ENOMEM"} : Outcome{};
    };
    set(1, 1);
    set(2, 1);
    work();
    want[home(1)] = tunnel(2);
    want.erase(home(2));
    full = false;
    now += Seconds{1};
    work();
    expect_equal();
}

TEST_F(ReconcilerTest, ARemovalThatFailsIsTriedAgain) {
    set(1, 1);
    work();
    kernel.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kFailed, "busy"}; };
    unset(1);
    work();
    EXPECT_EQ(reconciler.installed().size(), 1u) << "the kernel still has it";
    kernel.refuse = nullptr;
    now += Seconds{10};
    work();
    expect_equal();
    EXPECT_EQ(said.back().second, std::nullopt);
}

TEST_F(ReconcilerTest, ReadsTheKernelBackAndSweepsWhatIsNotWanted) {
    for (int i = 1; i <= 3; ++i) set(i, 1);
    work();
    Reconciler next(kernel, *this);
    ASSERT_TRUE(next.read_back());
    EXPECT_EQ(next.installed().size(), 3u);
    want.erase(home(2));
    EXPECT_FALSE(next.run(now));
    EXPECT_EQ(kernel.state().routes.size(), 3u) << "it stays until it is touched or swept";
    next.sweep();
    while (next.run(now)) {
    }
    expect_equal();
    kernel.unreadable = "EPERM";
    const auto failed = next.read_back();
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().find("EPERM"), std::string::npos);
}

TEST_F(ReconcilerTest, TunnelEndsAreAddedBeforeOthersAreRemoved) {
    const Decapsulation old_end{address("2001:db8::1"), TunnelMode::kSeg6};
    const Decapsulation new_end{address("2001:db8::2"), TunnelMode::kSeg6};
    const ReversePath old_path{prefix("2001:db8:a::/48"), "wlan0", {address("2001:db8::9")}};
    const ReversePath new_path{prefix("2001:db8:a::/48"), "wlan0", {address("2001:db8::8")}};
    ASSERT_TRUE(reconciler.set_tunnel_ends({old_end, old_end}, {old_path}));
    EXPECT_EQ(kernel.history().size(), 2u) << "distinct";
    kernel.forget_history();
    ASSERT_TRUE(reconciler.set_tunnel_ends({new_end}, {new_path}));
    ASSERT_EQ(kernel.history().size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& operation = kernel.history()[i].operation;
        EXPECT_EQ(std::holds_alternative<AddDecapsulation>(operation) ||
                      std::holds_alternative<AddReversePath>(operation),
                  i < 2);
    }
    kernel.forget_history();
    ASSERT_TRUE(reconciler.set_tunnel_ends({new_end}, {new_path}));
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(ReconcilerTest, TunnelEndsThatFailedHalfwayAreReadBackAndTriedAgain) {
    const Decapsulation first{address("2001:db8::1")}, second{address("2001:db8::2")};
    kernel.refuse = [&](const Operation& operation) {
        const auto* add = std::get_if<AddDecapsulation>(&operation);
        return add && add->decapsulation == second ? Outcome{Outcome::Kind::kFailed, "ENOSPC"}
                                                   : Outcome{};
    };
    EXPECT_FALSE(reconciler.set_tunnel_ends({first, second}, {}));
    EXPECT_EQ(reconciler.decapsulations(), std::vector{first});
    kernel.refuse = nullptr;
    EXPECT_TRUE(reconciler.set_tunnel_ends({first, second}, {}));
    EXPECT_EQ(kernel.state().decapsulations.size(), 2u);
}

TEST_F(ReconcilerTest, ARouteWhoseTunnelEndCannotBeMadeFailsAndOthersCome) {
    const ReversePath good{prefix("2001:db8:a::/48"), "wlan0", {address("2001:db8::9")}};
    const ReversePath bad{prefix("2001:db8:b::/48"), "wlan0", {address("2001:db8::8")}};
    auto kind = Outcome::Kind::kFailed;
    kernel.refuse = [&](const Operation& operation) {
        const auto* add = std::get_if<AddReversePath>(&operation);
        return add && add->path == bad ? Outcome{kind, "no route"} : Outcome{};
    };
    EXPECT_FALSE(reconciler.set_tunnel_ends({}, {good, bad}));
    need[home(1)].reverse_path = good;
    need[home(2)].reverse_path = bad;
    set(1, 1);
    set(2, 1);
    work();
    EXPECT_EQ(kernel.state().routes.size(), 1u);
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].first, home(2));
    EXPECT_NE(failures[0].second.find("2001:db8:b::/48 from wlan0"), std::string::npos);
    EXPECT_NE(failures[0].second.find("no route"), std::string::npos);

    kernel.refuse = nullptr;
    ASSERT_TRUE(reconciler.set_tunnel_ends({}, {good, bad}));
    now += Seconds{5};
    work();
    expect_equal();
}

TEST_F(ReconcilerTest, ARouteWaitsASecondForATunnelEndThatTheKernelHasNoMemoryFor) {
    const Decapsulation end{address("2001:db8::1")};
    kernel.refuse = [&](const Operation& operation) {
        return std::holds_alternative<AddDecapsulation>(operation)
                   ? Outcome{Outcome::Kind::kTransient, "ENOMEM"}
                   : Outcome{};
    };
    need[home(1)].decapsulation = end;
    EXPECT_FALSE(reconciler.set_tunnel_ends({end}, {}));
    set(1, 1);
    for (int i = 0; i < 19; ++i, now += Milliseconds{50}) work();
    EXPECT_TRUE(failures.empty());
    EXPECT_TRUE(said.empty());
    now += Milliseconds{50};
    work();
    EXPECT_EQ(failures.size(), 1u);
    EXPECT_EQ(room_again, 0);
}

TEST_F(ReconcilerTest, WhatIsToBeThereMeanwhileIsReplacedOnceTheRouteCanCome) {
    set(1, 1);
    meanwhile = Drop{};
    kernel.refuse = [](const Operation& operation) {
        const auto* set = std::get_if<SetRoute>(&operation);
        return set && std::holds_alternative<Tunnel>(set->forwarding)
                   ? Outcome{Outcome::Kind::kFailed, "down"}
                   : Outcome{};
    };
    work();
    EXPECT_EQ(kernel.state().routes.at(home(1)), Forwarding(Drop{}));
    EXPECT_TRUE(said.empty()) << "nothing is confirmed";
    const auto written = reconciler.counters().written;
    now += Seconds{5};
    work();
    EXPECT_EQ(reconciler.counters().written, written) << "it is there already";
    kernel.refuse = nullptr;
    now += Seconds{5};
    work();
    expect_equal();
    EXPECT_EQ(said.size(), 1u);
}

TEST_F(ReconcilerTest, WhateverIsWantedAndWhateverFailsTheKernelEndsUpEqual) {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        std::mt19937 random(seed);
        unsigned trouble = 3;
        kernel.refuse = [&](const Operation&) {
            if (random() % 10 >= trouble) return Outcome{};
            return Outcome{random() % 2 ? Outcome::Kind::kTransient : Outcome::Kind::kFailed, "x"};
        };
        for (int step = 0; step < 300; ++step) {
            const auto number = static_cast<int>(random() % 40);
            if (random() % 3 == 0) {
                unset(number);
            } else {
                set(number, static_cast<int>(random() % 3 + 1));
            }
            if (random() % 4 == 0) reconciler.run(now, 1 + random() % 20);
            now += Milliseconds{random() % 100};
        }
        trouble = 0;
        work();
        now += Seconds{10};
        work();
        ASSERT_EQ(kernel.state().routes, want) << "seed " << seed;
    }
}

}  // namespace
}  // namespace mobility
