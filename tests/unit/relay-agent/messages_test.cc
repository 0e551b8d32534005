// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The table of log messages is complete and each entry can be explained.
#include <gtest/gtest.h>

#include <set>

#include "relay-agent/dhcp4_messages.h"
#include "relay-agent/relay_messages.h"

namespace mobility {
namespace {

TEST(RelayMessages, HaveIdentifiersOfTheirOwnAndAParagraph) {
    std::set<std::string> ids;
    for (const LogMessage* const message : relay_messages()) {
        EXPECT_TRUE(std::string(message->id).starts_with("RELAY_")) << message->id;
        EXPECT_TRUE(ids.insert(message->id).second) << message->id;
        EXPECT_GT(std::string(message->paragraph).size(), 60U) << message->id;
    }
    EXPECT_GE(ids.size(), kDiscardReasons + 10);
}

TEST(RelayMessages, EveryDiscardReasonHasOneInTheTable) {
    for (std::size_t reason = 0; reason < kDiscardReasons; ++reason) {
        const LogMessage& message = discard_message(static_cast<DiscardReason>(reason));
        EXPECT_EQ(find_message(relay_messages(), message.id), &message);
    }
    EXPECT_STREQ(discard_message(DiscardReason::kHopCountLimit).id, "RELAY_HOP_COUNT_LIMIT");
    EXPECT_STREQ(discard_message(DiscardReason::kNotSent).id, "RELAY_NOT_SENT");
    EXPECT_STREQ(discard_message(DiscardReason::kNotAServer).id, "RELAY_NOT_A_SERVER");
}

TEST(RelayMessages, EveryReasonOfDhcp4HasOneInTheTable) {
    for (std::size_t reason = 0; reason < kDhcp4Reasons; ++reason) {
        const LogMessage& message = discard_message(static_cast<Dhcp4Reason>(reason));
        EXPECT_EQ(find_message(relay_messages(), message.id), &message);
    }
    EXPECT_STREQ(discard_message(Dhcp4Reason::kForeignAgentOption).id,
                 "RELAY_DHCP4_FOREIGN_AGENT_OPTION");
    EXPECT_STREQ(discard_message(Dhcp4Reason::kNotSent).id, "RELAY_DHCP4_NOT_SENT");
    EXPECT_STREQ(discard_message(Dhcp4Reason::kUnknownLink).id, "RELAY_DHCP4_UNKNOWN_LINK");
}

}  // namespace
}  // namespace mobility
