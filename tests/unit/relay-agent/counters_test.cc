// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The line of counters.
#include <gtest/gtest.h>

#include <set>

#include "relay-agent/dhcp4_counters.h"
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

TEST(Dhcp4Counters, AreWrittenWithTheirNamesAndOnlyTheDiscardsThatHappened) {
    Dhcp4Counters counters;
    counters.client_messages_relayed = 3;
    counters.datagrams_sent = 6;
    counters.without_agent_option = 1;
    counters[Dhcp4Reason::kHopLimit] = 2;
    EXPECT_EQ(text(counters),
              "client-messages-relayed 3, relayed-messages-relayed 0, datagrams-sent 6, "
              "replies-relayed 0, dropped-by-kernel-from-access 0, dropped-by-kernel-from-core 0, "
              "without-agent-option 1, discarded-hop-limit 2");
}

TEST(Dhcp4Counters, EveryReasonHasANameOfItsOwn) {
    std::set<std::string> names;
    for (std::size_t reason = 0; reason < kDhcp4Reasons; ++reason) {
        names.insert(text(static_cast<Dhcp4Reason>(reason)));
    }
    EXPECT_EQ(names.size(), kDhcp4Reasons);
    EXPECT_FALSE(names.contains("?"));
    EXPECT_STREQ(text(static_cast<Dhcp4Reason>(kDhcp4Reasons)), "?");
}

}  // namespace
}  // namespace mobility
