// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Scenario A6: leases that Kea deletes while it answers, without a word to anybody.
#include "hooks/dhcp6/silent_deletions.h"

#include <gtest/gtest.h>

#include <map>

#include "examples.h"
#include "packets.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Lease;
using isc::dhcp::Lease6Collection;

class SilentDeletions : public testing::Test {
protected:
    void row(const isc::dhcp::Lease6Ptr& lease) { rows_[lease->addr_.toText()] = lease; }

    std::optional<Detached> found(std::uint8_t type,
                                  const std::vector<isc::dhcp::OptionPtr>& associations,
                                  const Lease6Collection& told = {}) {
        auto query = relayed(type);
        for (const auto& association : associations) query->addOption(association);
        const auto lookup = [&](Lease::Type kind, const isc::asiolink::IOAddress& address) {
            ++looked_for_;
            const auto at = rows_.find(address.toText());
            return at == rows_.end() || at->second->type_ != kind ? nullptr : at->second;
        };
        return silent_deletions(*query, told, domain_, lookup);
    }

    const std::string old_ = "2001:db8:d000::5";
    const std::string new_ = "2001:db8:d000::6";
    const Domain domain_{parse_parameters(example_parameters(), Family::kIpv6)};
    std::map<std::string, isc::dhcp::Lease6Ptr> rows_;
    std::size_t looked_for_ = 0;
};

TEST_F(SilentDeletions, ALeaseThatIsNamedAndGoneHasEndedForTheMnThatNamesIt) {
    row(lease(new_));
    for (const auto type : {DHCPV6_SOLICIT, DHCPV6_REQUEST, DHCPV6_RENEW, DHCPV6_REBIND}) {
        const auto ended = found(static_cast<std::uint8_t>(type), {na(1, {old_})}, {lease(new_)});
        ASSERT_TRUE(ended) << type;
        EXPECT_EQ(ended->mn, MnId{kDuidBytes});
        EXPECT_EQ(ended->prefixes, std::vector{*Prefix::parse(old_)});
        EXPECT_EQ(ended->reason, DetachReason::kDeleted);
    }
}

TEST_F(SilentDeletions, ADelegatedPrefixEndsWithItsLength) {
    const auto ended = found(DHCPV6_RENEW, {na(1, {new_}), pd(2, "2001:db8:d080:7::", 64)},
                             {lease(new_), lease("2001:db8:d080:8::", 64, 2)});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->prefixes, std::vector{*Prefix::parse("2001:db8:d080:7::/64")});
}

TEST_F(SilentDeletions, TheUsualMessageCostsNoLookUp) {
    EXPECT_FALSE(found(DHCPV6_RENEW, {na(1, {old_}), pd(2, "2001:db8:d080:7::", 64)},
                       {lease(old_), lease("2001:db8:d080:7::", 64, 2)}));
    EXPECT_FALSE(found(DHCPV6_SOLICIT, {na(1, {})}, {lease(old_)}));
    EXPECT_EQ(looked_for_, 0u);
}

TEST_F(SilentDeletions, AnAddressIsNotToldByAPrefixThatBeginsLikeIt) {
    EXPECT_TRUE(
        found(DHCPV6_RENEW, {na(1, {"2001:db8:d080:7::"})}, {lease("2001:db8:d080:7::", 64, 2)}));
}

TEST_F(SilentDeletions, WhatHasARowStays) {
    row(lease(old_));
    EXPECT_FALSE(found(DHCPV6_RENEW, {na(1, {old_})})) << "its own, of which nothing has changed";
    const auto others = lease(old_);
    others->duid_.reset(new isc::dhcp::DUID(kOtherDuid));
    row(others);
    EXPECT_FALSE(found(DHCPV6_RENEW, {na(1, {old_})})) << "another's";
    EXPECT_EQ(looked_for_, 2u);
}

TEST_F(SilentDeletions, ReleaseAndDeclineAndMessagesOfNobodyEndNothingHere) {
    for (const auto type : {DHCPV6_RELEASE, DHCPV6_DECLINE, DHCPV6_CONFIRM}) {
        EXPECT_FALSE(found(static_cast<std::uint8_t>(type), {na(1, {old_})})) << type;
    }
    auto nobodys = relayed(DHCPV6_RENEW);
    nobodys->delOption(D6O_CLIENTID);
    nobodys->addOption(na(1, {old_}));
    const auto lookup = [](auto, const auto&) { return isc::dhcp::Lease6Ptr(); };
    EXPECT_FALSE(silent_deletions(*nobodys, {}, domain_, lookup));
}

TEST_F(SilentDeletions, OutsideEveryAnchorNothingIsLookedFor) {
    EXPECT_FALSE(found(DHCPV6_RENEW, {na(1, {"2001:db8:ffff::5"}), pd(2, "2001:db8:d080::1", 64)}));
    EXPECT_EQ(looked_for_, 0u);
}

TEST_F(SilentDeletions, OneMessageHasNoMoreThanSoManyRowsLookedFor) {
    std::vector<std::string> addresses;
    for (int i = 0; i < 100; ++i) addresses.push_back("2001:db8:d000::1:" + std::to_string(i));
    const auto ended = found(DHCPV6_RENEW, {na(1, addresses)});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->prefixes.size(), kMostLookedFor);
    EXPECT_EQ(looked_for_, kMostLookedFor);
}

}  // namespace
}  // namespace mobility::dhcp6
