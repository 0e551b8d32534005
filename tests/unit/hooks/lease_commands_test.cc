// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What lease commands mean for mobility.
#include "hooks/lease_commands.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

CommandMeaning meaning(const std::string& command, const std::string& arguments) {
    return meaning_of(command, isc::data::Element::fromJSON(arguments));
}

TEST(LeaseCommands, ADeletedAddressIsDetachedFromWhoeverHoldsIt) {
    const auto found =
        meaning("lease6-del", R"({"ip-address": "2001:db8:d000::5", "subnet-id": 1})");
    ASSERT_EQ(found.detached.size(), 1u);
    EXPECT_FALSE(found.detached[0].mn);
    EXPECT_EQ(found.detached[0].reason, DetachReason::kDeleted);
    EXPECT_EQ(found.detached[0].prefixes, std::vector{*Prefix::parse("2001:db8:d000::5")});
    EXPECT_FALSE(found.list_again);
}

TEST(LeaseCommands, WhatIsNotNamedOneByOneNeedsAList) {
    EXPECT_TRUE(meaning("lease6-wipe", R"({"subnet-id": 1})").list_again);
    EXPECT_TRUE(meaning("lease6-del", R"({"identifier-type": "duid", "identifier": "1a:1b",
                                          "subnet-id": 1, "iaid": 3})")
                    .list_again);
    EXPECT_TRUE(
        meaning("lease6-del", R"({"ip-address": "2001:db8:d080::", "type": "IA_PD"})").list_again);
}

TEST(LeaseCommands, AnAddedOrProlongedLeaseSaysNothing) {
    for (const std::string command : {"lease6-add", "lease6-update"}) {
        for (const std::string state : {"", R"(, "state": 0)"}) {
            const auto found =
                meaning(command, R"({"ip-address": "2001:db8:d000::5")" + state + "}");
            EXPECT_TRUE(found.detached.empty());
            EXPECT_FALSE(found.list_again);
        }
    }
}

TEST(LeaseCommands, ALeaseWrittenAsDeclinedOrExpiredIsDetached) {
    const auto declined =
        meaning("lease6-update", R"({"ip-address": "2001:db8:d000::5", "state": 1})");
    ASSERT_EQ(declined.detached.size(), 1u);
    EXPECT_EQ(declined.detached[0].reason, DetachReason::kDeclined);
    const auto expired = meaning("lease6-add", R"({"ip-address": "2001:db8:d000::5", "state": 2})");
    ASSERT_EQ(expired.detached.size(), 1u);
    EXPECT_EQ(expired.detached[0].reason, DetachReason::kExpired);
}

TEST(LeaseCommands, ABulkApplyIsAllOfItsParts) {
    const auto found = meaning("lease6-bulk-apply", R"({
        "deleted-leases": [ {"ip-address": "2001:db8:d000::5", "type": "IA_NA"},
                            {"ip-address": "2001:db8:d000::6", "type": "IA_NA"} ],
        "leases": [ {"ip-address": "2001:db8:d000::7", "state": 0},
                    {"ip-address": "2001:db8:d000::8", "state": 1} ] })");
    EXPECT_EQ(found.detached.size(), 3u);
    EXPECT_FALSE(found.list_again);
}

/// As libdhcp_ha.so of Kea 2.2 sends it: Lease6::toElement() has the length of a prefix.
TEST(LeaseCommands, APrefixThatAnHaPartnerDeletesIsNamedWithItsLength) {
    const auto found = meaning("lease6-bulk-apply", R"({
        "deleted-leases": [ {"ip-address": "2001:db8:d080::", "type": "IA_PD", "prefix-len": 56} ],
        "leases": [] })");
    EXPECT_FALSE(found.list_again) << "a full list for each Release at the partner";
    ASSERT_EQ(found.detached.size(), 1u);
    EXPECT_EQ(found.detached[0].prefixes, std::vector{*Prefix::parse("2001:db8:d080::/56")});
}

TEST(LeaseCommands, OfDhcpv4TheyMeanTheSame) {
    const auto found = meaning("lease4-del", R"({"ip-address": "10.0.0.5"})");
    ASSERT_EQ(found.detached.size(), 1u);
    EXPECT_EQ(found.detached[0].prefixes, std::vector{*Prefix::parse("10.0.0.5")});
    EXPECT_TRUE(meaning("lease4-del", R"({"identifier-type": "hw-address", "identifier":
                                          "02:00:00:00:00:07", "subnet-id": 1})")
                    .list_again);
    EXPECT_TRUE(meaning("lease4-wipe", R"({"subnet-id": 1})").list_again);
    EXPECT_TRUE(meaning("lease4-add", R"({"ip-address": "10.0.0.5"})").detached.empty());
    const auto declined = meaning("lease4-update", R"({"ip-address": "10.0.0.5", "state": 1})");
    ASSERT_EQ(declined.detached.size(), 1u);
    EXPECT_EQ(declined.detached[0].reason, DetachReason::kDeclined);
}

TEST(LeaseCommands, OtherCommandsAndMissingArgumentsSayNothing) {
    EXPECT_TRUE(meaning("lease6-get", R"({"ip-address": "2001:db8:d000::5"})").detached.empty());
    EXPECT_TRUE(meaning("reservation-del", R"({"ip-address": "192.0.2.1"})").detached.empty());
    EXPECT_FALSE(meaning_of("lease6-wipe", nullptr).list_again);
    EXPECT_FALSE(meaning("lease6-wipe", "[]").list_again);
}

}  // namespace
}  // namespace mobility
