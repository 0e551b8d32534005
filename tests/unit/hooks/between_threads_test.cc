// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What stands between Kea's threads and ours: the mailbox, Kea's turn, the held messages.
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "hooks/in_flight.h"
#include "hooks/kea_turn.h"
#include "hooks/mailbox.h"

namespace mobility {
namespace {

Letter letter(HoldId hold) { return ReplyLetter{hold, nullptr}; }
HoldId hold_of(const Letter& letter) { return std::get<ReplyLetter>(letter).hold; }

TEST(Mailbox, DeliversInOrderAndWakesOnce) {
    int woken = 0;
    Mailbox mailbox(10, [&] { ++woken; });
    EXPECT_TRUE(mailbox.post(letter(1)));
    EXPECT_TRUE(mailbox.post(letter(2)));
    EXPECT_EQ(woken, 1);
    const auto delivery = mailbox.take();
    ASSERT_EQ(delivery.letters.size(), 2u);
    EXPECT_EQ(hold_of(delivery.letters[0]), 1u);
    EXPECT_EQ(hold_of(delivery.letters[1]), 2u);
    EXPECT_TRUE(mailbox.post(letter(3)));
    EXPECT_EQ(woken, 2);
}

TEST(Mailbox, RefusesWhatIsTooMuchAndSaysSoOnce) {
    Mailbox mailbox(2, [] {});
    mailbox.post(letter(1));
    mailbox.post(letter(2));
    EXPECT_FALSE(mailbox.post(letter(3)));
    mailbox.post_always(ListAgainLetter{});
    auto delivery = mailbox.take();
    EXPECT_EQ(delivery.letters.size(), 3u);
    EXPECT_TRUE(delivery.overflowed);
    EXPECT_TRUE(mailbox.post(letter(4)));
    EXPECT_FALSE(mailbox.take().overflowed);
}

TEST(Mailbox, LosesNothingBetweenThreads) {
    constexpr HoldId kEach = 5'000;
    std::atomic<int> woken = 0;
    Mailbox mailbox(100'000, [&] { ++woken; });
    std::vector<std::thread> posters;
    for (int thread = 0; thread < 3; ++thread) {
        posters.emplace_back([&] {
            for (HoldId i = 0; i < kEach; ++i) mailbox.post(letter(i));
        });
    }
    std::size_t taken = 0;
    while (taken < 3 * kEach) taken += mailbox.take().letters.size();
    for (auto& poster : posters) poster.join();
    EXPECT_EQ(taken, 3 * kEach);
    EXPECT_GE(woken, 1);
}

TEST(KeaTurn, OfASingleThreadedServerIsItsMainThreads) {
    int woken = 0;
    int run = 0;
    KeaTurn turn(false, [&] { ++woken; });
    turn.post([&] { ++run; });
    turn.post([&] { ++run; });
    EXPECT_EQ(run, 0);
    EXPECT_EQ(woken, 1);
    turn.run_waiting();
    EXPECT_EQ(run, 2);
    EXPECT_EQ(turn.waiting(), 0u);
}

TEST(KeaTurn, OfAMultiThreadedServerIsNowUnlessKeaIsInACriticalSection) {
    int woken = 0;
    int run = 0;
    KeaTurn turn(true, [&] { ++woken; });
    turn.post([&] { ++run; });
    EXPECT_EQ(run, 1);
    turn.pause();
    turn.post([&] { ++run; });
    EXPECT_EQ(run, 1);
    turn.resume();
    EXPECT_EQ(woken, 1);
    turn.run_waiting();
    EXPECT_EQ(run, 2);
}

TEST(KeaTurn, PauseWaitsForTheTaskThatRuns) {
    KeaTurn turn(true, [] {});
    std::promise<void> begun;
    std::promise<void> go_on;
    std::atomic<bool> ended = false;
    std::thread service([&] {
        turn.post([&] {
            begun.set_value();
            go_on.get_future().wait();
            ended = true;
        });
    });
    begun.get_future().wait();
    std::thread kea([&] {
        turn.pause();
        EXPECT_TRUE(ended);
    });
    go_on.set_value();
    kea.join();
    service.join();
}

TEST(KeaTurn, AClosedOneRunsNothingAndLetsGoOfItsTasks) {
    auto held = std::make_shared<int>(1);
    {
        KeaTurn turn(false, [] {});
        turn.post([held] { ++*held; });
        turn.close();
        turn.run_waiting();
        EXPECT_EQ(*held, 1);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(InFlight, KnowsCopiesAndItsCap) {
    const Attachment here{
        *IpAddress::parse("2001:db8::1"), *IpAddress::parse("2001:db8::2"), "", {}, {}};
    const Attachment there{
        *IpAddress::parse("2001:db8::1"), *IpAddress::parse("2001:db8::3"), "", {}, {}};
    const auto key = message_key({"client"}, 7, here);
    InFlight in_flight(2);
    EXPECT_EQ(in_flight.begin(key), InFlight::Begun::kHeld);
    EXPECT_EQ(in_flight.begin(key), InFlight::Begun::kCopy);
    EXPECT_TRUE(in_flight.holds(key));
    EXPECT_FALSE(in_flight.holds(message_key({"client"}, 8, here)));
    EXPECT_FALSE(in_flight.holds(message_key({"client"}, 7, there)));
    EXPECT_FALSE(in_flight.holds(message_key({"other"}, 7, here)));
    EXPECT_EQ(in_flight.begin(message_key({"client"}, 8, here)), InFlight::Begun::kHeld);
    EXPECT_EQ(in_flight.begin(message_key({"client"}, 9, here)), InFlight::Begun::kFull);
    in_flight.end(key);
    EXPECT_EQ(in_flight.size(), 1u);
    EXPECT_FALSE(in_flight.holds(key));
}

}  // namespace
}  // namespace mobility
