// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which message is newer: docs/architecture.md, "Order".
#include "core/order.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

const Instant kStart{std::chrono::hours{100}};

Heard heard(std::uint32_t transaction, int elapsed_ms, int began_ms) {
    return {transaction, Milliseconds{elapsed_ms}, kStart + Milliseconds{began_ms}};
}

TEST(Order, WithoutMemoryAnythingIsNewer) {
    EXPECT_EQ(freshness(std::nullopt, heard(1, 0, -60'000)), Freshness::kNewer);
}

TEST(Order, OfOneTransactionOnlyALargerElapsedTimeIsNewer) {
    const auto last = heard(7, 1000, 0);
    EXPECT_EQ(freshness(last, heard(7, 1001, 0)), Freshness::kNewer);
    EXPECT_EQ(freshness(last, heard(7, 1000, 0)), Freshness::kCopy);
    EXPECT_EQ(freshness(last, heard(7, 999, 0)), Freshness::kCopy);
    EXPECT_EQ(freshness(last, heard(7, 0, 0)), Freshness::kCopy);
}

TEST(Order, OfOneTransactionTheTimeOfArrivalSaysNothing) {
    // A copy that was under way for ten seconds seems to have begun ten seconds later.
    EXPECT_EQ(freshness(heard(7, 1000, 0), heard(7, 1000, 10'000)), Freshness::kCopy);
    // A retransmission that travelled faster than the original seems to have begun earlier.
    EXPECT_EQ(freshness(heard(7, 1000, 0), heard(7, 3000, -500)), Freshness::kNewer);
}

TEST(Order, ATransactionIdThatIsUsedAgainAfterAMinuteIsAnotherExchange) {
    const auto last = heard(7, 1000, 0);
    EXPECT_EQ(freshness(last, heard(7, 0, 60'000)), Freshness::kCopy);
    EXPECT_EQ(freshness(last, heard(7, 0, 60'001)), Freshness::kNewer);
}

TEST(Order, BetweenTransactionsTheLaterBeginningWins) {
    const auto last = heard(7, 5000, 0);
    EXPECT_EQ(freshness(last, heard(8, 0, 1)), Freshness::kNewer);
    EXPECT_EQ(freshness(last, heard(8, 0, 0)), Freshness::kNewer);
    EXPECT_EQ(freshness(last, heard(8, 0, -1)), Freshness::kOlder);
    EXPECT_EQ(freshness(last, heard(8, 60'000, -1)), Freshness::kOlder);
}

Heard coarse(std::uint32_t transaction, int elapsed_s, int arrived_ms) {
    const MessageOrder order{transaction, Seconds{elapsed_s}, kStart + Milliseconds{arrived_ms},
                             true};
    return mobility::heard(order);
}

TEST(CoarseOrder, OfOneTransactionAnEqualTimeIsNewerTwoSecondsLater) {
    for (const int secs : {0, 5}) {
        const auto last = coarse(7, secs, 10'000);
        EXPECT_EQ(freshness(last, coarse(7, secs, 11'999)), Freshness::kCopy);
        EXPECT_EQ(freshness(last, coarse(7, secs, 12'000)), Freshness::kNewer);
        EXPECT_EQ(freshness(last, coarse(7, secs, 9'000)), Freshness::kCopy);
    }
    EXPECT_EQ(freshness(heard(7, 0, 0), heard(7, 0, 60'000)), Freshness::kCopy) << "DHCPv6";
}

TEST(CoarseOrder, OfOneTransactionALargerTimeIsNewerAndASmallerOneALateOriginal) {
    EXPECT_EQ(freshness(coarse(7, 0, 0), coarse(7, 1, 900)), Freshness::kNewer);
    EXPECT_EQ(freshness(coarse(7, 3, 0), coarse(7, 0, 59'999)), Freshness::kCopy);
    EXPECT_EQ(freshness(coarse(7, 3, 0), coarse(7, 0, 60'000)), Freshness::kNewer)
        << "a client with one transaction-id for good";
}

TEST(CoarseOrder, AnExchangeThatSeemsASecondTooEarlyIsNewerUnlessItWasKnown) {
    // Both began at 0, as the client counts; 900 ms are no second, 30,100 ms are 30.
    const auto last = coarse(7, 0, 900);
    EXPECT_EQ(freshness(last, coarse(8, 30, 30'100)), Freshness::kNewer);
    EXPECT_EQ(freshness(last, coarse(8, 31, 30'899)), Freshness::kOlder);
    EarlierExchanges earlier;
    earlier.remember(coarse(6, 0, 200), kStart + Seconds{1});
    EXPECT_EQ(freshness(last, earlier.recall(coarse(6, 0, 2'000))), Freshness::kOlder)
        << "a copy of what the last one has replaced";
}

TEST(EarlierExchanges, ACopyIsKnownByItsTransactionHoweverLateItComes) {
    EarlierExchanges earlier;
    earlier.remember(heard(7, 0, 100), kStart + Seconds{1});
    EXPECT_EQ(earlier.recall(heard(7, 0, 5000)).began, kStart + Milliseconds{100});
    EXPECT_EQ(earlier.recall(heard(7, 0, 50)).began, kStart + Milliseconds{50});
    EXPECT_EQ(earlier.recall(heard(8, 0, 5000)).began, kStart + Milliseconds{5000});
    earlier.clear();
    EXPECT_EQ(earlier.recall(heard(7, 0, 5000)).began, kStart + Milliseconds{5000});
}

TEST(EarlierExchanges, AreForgottenAfterAMinuteAndWhenThereAreTooMany) {
    EarlierExchanges earlier;
    earlier.remember(heard(7, 0, 0), kStart);
    earlier.remember(heard(8, 0, 1), kStart + Seconds{60});
    EXPECT_EQ(earlier.recall(heard(7, 0, 9000)).began, kStart);
    earlier.remember(heard(9, 0, 1), kStart + Seconds{60} + Milliseconds{1});
    EXPECT_EQ(earlier.recall(heard(7, 0, 9000)).began, kStart + Milliseconds{9000});
    EXPECT_EQ(earlier.recall(heard(8, 0, 9000)).began, kStart + Milliseconds{1});
    earlier.clear();
    const auto many = static_cast<std::uint32_t>(EarlierExchanges::kMost) + 1;
    for (std::uint32_t i = 0; i < many; ++i) {
        earlier.remember(heard(i, 0, static_cast<int>(i)), kStart);
    }
    EXPECT_EQ(earlier.recall(heard(0, 0, 9000)).began, kStart + Milliseconds{9000});
    EXPECT_EQ(earlier.recall(heard(1, 0, 9000)).began, kStart + Milliseconds{1});
}

}  // namespace
}  // namespace mobility
