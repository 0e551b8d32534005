// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of DHCPv4 numbers, and which messages only servers or only clients send.
#include "dhcp-wire/dhcp4_codes.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

TEST(Dhcp4Codes, AreWrittenWithTheirIanaNames) {
    EXPECT_EQ(text(Dhcp4MessageType::kDiscover), "DHCPDISCOVER");
    EXPECT_EQ(text(Dhcp4MessageType::kLeaseActive), "DHCPLEASEACTIVE");
    EXPECT_EQ(text(Dhcp4OptionCode::kRequestedAddress), "Address Request (50)");
    EXPECT_EQ(text(Dhcp4OptionCode::kRelayAgentInformation), "Relay Agent Information (82)");
}

TEST(Dhcp4Codes, WithoutANameAreWrittenAsNumbers) {
    EXPECT_EQ(text(static_cast<Dhcp4MessageType>(77)), "type 77");
    EXPECT_EQ(text(static_cast<Dhcp4OptionCode>(224)), "option 224");
}

TEST(Dhcp4Codes, ServersAndClientsHaveTypesOfTheirOwn) {
    std::string by_servers;
    std::string by_clients;
    for (int number = 0; number < 256; ++number) {
        const auto type = static_cast<Dhcp4MessageType>(number);
        by_servers += is_sent_by_servers_only(type) ? std::to_string(number) + " " : "";
        by_clients += is_sent_by_clients_only(type) ? std::to_string(number) + " " : "";
    }
    EXPECT_EQ(by_servers, "2 5 6 9 11 12 13 ");
    EXPECT_EQ(by_clients, "1 3 4 7 8 ");
}

}  // namespace
}  // namespace mobility
