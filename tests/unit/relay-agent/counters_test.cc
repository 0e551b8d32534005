// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The line of counters.
#include <gtest/gtest.h>

#include <set>

#include "relay-agent/relay_counters.h"

namespace mobility {
namespace {

TEST(RelayCounters, AreWrittenWithTheirNamesAndOnlyTheDiscardsThatHappened) {
    RelayCounters counters;
    counters.client_messages_relayed = 3;
    counters.relay_forwards_sent = 6;
    counters[DiscardReason::kHopCountLimit] = 2;
    EXPECT_EQ(text(counters),
              "client-messages-relayed 3, relay-forwards-relayed 0, relay-forwards-sent 6, "
              "relay-replies-relayed 0, dropped-by-kernel-from-access 0, "
              "dropped-by-kernel-from-core 0, discarded-hop-count-limit 2");
}

TEST(RelayCounters, EveryReasonHasANameOfItsOwn) {
    std::set<std::string> names;
    for (std::size_t reason = 0; reason < kDiscardReasons; ++reason) {
        names.insert(text(static_cast<DiscardReason>(reason)));
    }
    EXPECT_EQ(names.size(), kDiscardReasons);
    EXPECT_FALSE(names.contains("?"));
    EXPECT_STREQ(text(static_cast<DiscardReason>(kDiscardReasons)), "?");
}

}  // namespace
}  // namespace mobility
