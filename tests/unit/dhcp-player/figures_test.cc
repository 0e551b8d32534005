// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Percentiles.
#include "dhcp-player/figures.h"

#include <gtest/gtest.h>

namespace mobility::player {
namespace {

using std::chrono::nanoseconds;

TEST(Figures, PercentilesAreByNearestRank) {
    Figures figures;
    for (int i = 100; i >= 1; --i) {
        figures.add(nanoseconds(i));
    }
    EXPECT_EQ(figures.percentile(50), nanoseconds(50));
    EXPECT_EQ(figures.percentile(99), nanoseconds(99));
    EXPECT_EQ(figures.percentile(100), nanoseconds(100));
    EXPECT_EQ(figures.percentile(0), nanoseconds(1));
}

TEST(Figures, OfOneDurationAreThatAndOfNoneZero) {
    Figures figures;
    EXPECT_EQ(figures.percentile(50), nanoseconds(0));
    figures.add(nanoseconds(7));
    EXPECT_EQ(figures.percentile(1), nanoseconds(7));
    EXPECT_EQ(figures.percentile(99), nanoseconds(7));
}

}  // namespace
}  // namespace mobility::player
