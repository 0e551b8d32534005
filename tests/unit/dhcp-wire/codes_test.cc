// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of DHCPv6 numbers, and which messages only servers send.
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_codes.h"

namespace mobility {
namespace {

TEST(Dhcp6Codes, AreWrittenWithTheirIanaNames) {
    EXPECT_EQ(text(Dhcp6MessageType::kRelayForward), "RELAY-FORW");
    EXPECT_EQ(text(Dhcp6MessageType::kInformationRequest), "INFORMATION-REQUEST");
    EXPECT_EQ(text(Dhcp6OptionCode::kIaPd), "IA_PD (25)");
    EXPECT_EQ(text(Dhcp6OptionCode::kClientLinkLayerAddress), "CLIENT_LINKLAYER_ADDR (79)");
    EXPECT_EQ(text(Dhcp6StatusCode::kNotOnLink), "NotOnLink");
}

TEST(Dhcp6Codes, WithoutANameAreWrittenAsNumbers) {
    EXPECT_EQ(text(static_cast<Dhcp6MessageType>(77)), "type 77");
    EXPECT_EQ(text(static_cast<Dhcp6OptionCode>(4711)), "option 4711");
    EXPECT_EQ(text(static_cast<Dhcp6StatusCode>(99)), "status 99");
}

TEST(Dhcp6Codes, ServersOnlySendTheseTypes) {
    std::string sent_by_servers;
    for (int type = 0; type < 256; ++type) {
        if (is_sent_by_servers_only(static_cast<Dhcp6MessageType>(type))) {
            sent_by_servers += std::to_string(type) + " ";
        }
    }
    EXPECT_EQ(sent_by_servers, "2 7 10 15 16 17 19 21 37 ");
}

}  // namespace
}  // namespace mobility
