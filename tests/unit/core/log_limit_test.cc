// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How many lines a stranger can make a daemon write.
#include "core/log_limit.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

using namespace std::chrono_literals;
const Instant kStart{};

unsigned allowed(LogLimit& limit, unsigned tries, Instant now) {
    unsigned count = 0;
    for (unsigned i = 0; i < tries; ++i) {
        count += limit.allow(now) ? 1 : 0;
    }
    return count;
}

TEST(LogLimit, AllowsFiveLinesInTenSecondsAndCountsTheRest) {
    LogLimit limit;
    EXPECT_EQ(allowed(limit, 100, kStart), 5U);
    EXPECT_EQ(allowed(limit, 100, kStart + 9s), 0U);
    EXPECT_EQ(limit.take_left_out(kStart + 9s), 0U);
    EXPECT_EQ(limit.take_left_out(kStart + 10s), 195U);
    EXPECT_EQ(limit.take_left_out(kStart + 10s), 0U);
}

TEST(LogLimit, BeginsANewWindowWhenTheOldOneIsOver) {
    LogLimit limit;
    EXPECT_EQ(allowed(limit, 5, kStart), 5U);
    EXPECT_EQ(allowed(limit, 5, kStart + 10s), 5U);
    EXPECT_EQ(limit.take_left_out(kStart + 60s), 0U);
}

TEST(LogLimit, TellsWhatWasLeftOutBeforeItAllowsMore) {
    LogLimit limit;
    EXPECT_EQ(allowed(limit, 6, kStart), 5U);
    EXPECT_FALSE(limit.allow(kStart + 20s));
    EXPECT_EQ(limit.take_left_out(kStart + 20s), 2U);
    EXPECT_TRUE(limit.allow(kStart + 20s));
}

TEST(LogLimit, NeverForgetsALine) {
    LogLimit limit;
    std::uint64_t told = 0;
    for (int step = 0; step < 1000; ++step) {
        const Instant now = kStart + step * 50ms;
        told += limit.take_left_out(now);
        told += limit.allow(now) ? 1 : 0;
    }
    told += limit.take_left_out(kStart + 1h);
    EXPECT_EQ(told, 1000U);
}

}  // namespace
}  // namespace mobility
