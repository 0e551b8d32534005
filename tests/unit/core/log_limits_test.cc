// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One log's limits, by message and share, asked by many threads.
#include "core/log_limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace mobility {
namespace {

using namespace std::chrono_literals;

struct Message {};
using Limits = LogLimits<Message>;
const Message kOne, kOther;
const Instant kStart{};

unsigned written(Limits& limits, const Message& message, const std::string& about, unsigned tries) {
    unsigned count = 0;
    for (unsigned i = 0; i < tries; ++i) {
        count += limits.decide(message, about, kStart).written ? 1 : 0;
    }
    return count;
}

TEST(LogLimits, AFloodOfOneMessageOrShareLeavesTheOthersAlone) {
    Limits limits;
    EXPECT_EQ(written(limits, kOne, "", 100), 5U);
    EXPECT_EQ(written(limits, kOther, "", 1), 1U);
    EXPECT_EQ(written(limits, kOne, "anchor", 100), 5U);
    EXPECT_TRUE(limits.take_left_out(kStart + 9s).empty());
    const auto left_out = limits.take_left_out(kStart + 10s);
    ASSERT_EQ(left_out.size(), 2U);
    EXPECT_EQ(left_out[0].message, &kOne);
    EXPECT_EQ(left_out[0].text(), "… and 95 more");
    EXPECT_EQ(left_out[1].text(), "… and 95 more of anchor");
    EXPECT_TRUE(limits.take_left_out(kStart + 10s).empty());
}

TEST(LogLimits, TheNextLineFollowsTheCountOfTheWindowBefore) {
    Limits limits;
    written(limits, kOne, "", 7);
    const auto decision = limits.decide(kOne, "", kStart + 20s);
    EXPECT_TRUE(decision.written);
    ASSERT_TRUE(decision.before);
    EXPECT_EQ(decision.before->lines, 2U);
    EXPECT_FALSE(limits.decide(kOne, "", kStart + 20s).before);
}

TEST(LogLimits, WhoGoesTakesAlongWhatAWindowThatIsNotOverHasLeftOut) {
    Limits limits;
    written(limits, kOne, "", 7);
    const auto left_out = limits.take_all_left_out();
    ASSERT_EQ(left_out.size(), 1U);
    EXPECT_EQ(left_out[0].lines, 2U);
    EXPECT_TRUE(limits.take_all_left_out().empty());
    EXPECT_FALSE(limits.decide(kOne, "", kStart + 9s).written) << "the window goes on";
}

TEST(LogLimits, ManyThreadsLoseNoLine) {
    Limits limits;
    std::atomic<std::uint64_t> told = 0;
    const auto add = [&](const Limits::LeftOut& each) { told += each.lines; };
    const auto flood = [&](int first) {
        for (int i = 0; i < 5000; ++i) {
            const auto decision = limits.decide(kOne, "", kStart + (first + i) * 3ms);
            if (decision.before) add(*decision.before);
            told += decision.written ? 1 : 0;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back(flood, i);
        for (int i = 0; i < 200; ++i) {
            for (const auto& each : limits.take_left_out(kStart + i * 75ms)) add(each);
        }
    }
    for (const auto& each : limits.take_all_left_out()) add(each);
    EXPECT_EQ(told, 20'000U);
}

}  // namespace
}  // namespace mobility
