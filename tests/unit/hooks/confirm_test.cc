// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Scenario A3': what a Confirm is worth, over all that it names.
#include "hooks/dhcp6/confirm.h"

#include <dhcp/option6_status_code.h>
#include <gtest/gtest.h>

#include <map>

#include "examples.h"
#include "packets.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Lease;
using isc::dhcp::Option6StatusCode;

constexpr std::time_t kNow = 1'000'000;

class Confirm : public testing::Test {
protected:
    void holds(const isc::dhcp::Lease6Ptr& row) { rows_[row->addr_.toText()] = row; }

    ConfirmFinding judged(const std::vector<isc::dhcp::OptionPtr>& associations) {
        auto confirm = relayed(DHCPV6_CONFIRM);
        for (const auto& association : associations) confirm->addOption(association);
        const auto lookup = [&](Lease::Type type, const isc::asiolink::IOAddress& address) {
            const auto row = rows_.find(address.toText());
            return row == rows_.end() || row->second->type_ != type ? nullptr : row->second;
        };
        return judge_confirm(*confirm, domain_, lookup, kNow);
    }
    ConfirmVerdict verdict(const std::vector<isc::dhcp::OptionPtr>& associations) {
        const auto finding = judged(associations);
        EXPECT_EQ(finding.verdict == ConfirmVerdict::kHeld, !finding.items.empty());
        return finding.verdict;
    }

    const std::string mine_ = "2001:db8:d000::5";
    const std::string outside_ = "2001:db8:ffff::5";
    const Domain domain_{parse_parameters(example_parameters(), Family::kIpv6)};
    std::map<std::string, isc::dhcp::Lease6Ptr> rows_;
};

TEST_F(Confirm, OfWhatTheClientHoldsIsHeldWithTheLifetimeThatIsLeft) {
    holds(lease(mine_, 128, 1, kNow - 600));
    const auto finding = judged({na(1, {mine_})});
    EXPECT_EQ(finding.verdict, ConfirmVerdict::kHeld);
    EXPECT_TRUE(finding.addresses);
    EXPECT_EQ(finding.subnet, 1u);
    ASSERT_EQ(finding.items.size(), 1u);
    EXPECT_EQ(finding.items[0], (Item{1, *Prefix::parse(mine_), Seconds(3000)}));
}

TEST_F(Confirm, OfAddressesOfTwoAnchorsAndOfAPrefixIsHeld) {
    holds(lease(mine_, 128, 1, kNow));
    holds(lease("2001:db8:d100::5", 128, 2, kNow));
    holds(lease("2001:db8:d080:7::", 64, 3, kNow));
    const auto finding =
        judged({na(1, {mine_}), na(2, {"2001:db8:d100::5"}), pd(3, "2001:db8:d080:7::", 64)});
    EXPECT_EQ(finding.verdict, ConfirmVerdict::kHeld);
    EXPECT_EQ(finding.items.size(), 3u);
}

TEST_F(Confirm, OfAPrefixAloneIsHeldAndNamesNoAddress) {
    holds(lease("2001:db8:d080:7::", 64, 3, kNow));
    const auto finding = judged({pd(3, "2001:db8:d080:7::", 64)});
    EXPECT_EQ(finding.verdict, ConfirmVerdict::kHeld);
    EXPECT_FALSE(finding.addresses);
}

TEST_F(Confirm, OfAPrefixOfAnotherLengthIsNotOnLink) {
    holds(lease("2001:db8:d080:7::", 64, 3, kNow));
    EXPECT_EQ(verdict({pd(3, "2001:db8:d080:7::", 65)}), ConfirmVerdict::kNotOnLink);
}

TEST_F(Confirm, OfNothingKnownIsUnknown) {
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kUnknown);
    holds(lease(mine_, 128, 1, kNow));
    EXPECT_EQ(verdict({na(1, {mine_, "2001:db8:d000::6"})}), ConfirmVerdict::kUnknown);
}

TEST_F(Confirm, OfAnothersDeclinedOrExpiredLeaseIsNotOnLink) {
    auto row = lease(mine_, 128, 1, kNow);
    row->duid_.reset(new isc::dhcp::DUID(kOtherDuid));
    holds(row);
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kNotOnLink) << "another's";
    row = lease(mine_, 128, 1, kNow);
    row->state_ = Lease::STATE_DECLINED;
    holds(row);
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kNotOnLink) << "declined";
    row = lease(mine_, 128, 1, kNow);
    row->state_ = Lease::STATE_EXPIRED_RECLAIMED;
    holds(row);
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kNotOnLink) << "reclaimed";
    holds(lease(mine_, 128, 1, kNow - 3600));
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kNotOnLink) << "over";
    holds(lease(mine_, 128, 2, kNow));
    EXPECT_EQ(verdict({na(1, {mine_})}), ConfirmVerdict::kNotOnLink) << "of another association";
}

TEST_F(Confirm, OneBadItemMakesAllNotOnLink) {
    holds(lease(mine_, 128, 1, kNow));
    EXPECT_EQ(verdict({na(1, {mine_, outside_})}), ConfirmVerdict::kNotOnLink);
    EXPECT_EQ(verdict({na(1, {mine_}), na(2, {"2001:db8:d000::6"}), na(3, {outside_})}),
              ConfirmVerdict::kNotOnLink)
        << "bad outweighs unknown";
}

TEST_F(Confirm, OutsideEveryAnchorIsPlainKeasAffair) {
    EXPECT_EQ(verdict({na(1, {outside_})}), ConfirmVerdict::kNotOurs);
    EXPECT_EQ(verdict({na(1, {})}), ConfirmVerdict::kNotOurs);
    EXPECT_EQ(verdict({}), ConfirmVerdict::kNotOurs);
}

TEST(ConfirmReply, OfOurOwnGoesBackTheWayTheMessageCame) {
    auto confirm = relayed(DHCPV6_CONFIRM);
    const isc::dhcp::DuidPtr server(new isc::dhcp::DUID({0, 1, 2, 3}));
    auto reply = make_confirm_reply(confirm, server, true);
    EXPECT_EQ(reply->getType(), DHCPV6_REPLY);
    EXPECT_EQ(reply->getTransid(), confirm->getTransid());
    EXPECT_EQ(reply->getRemoteAddr(), confirm->getRemoteAddr());
    EXPECT_EQ(reply->getRemotePort(), 547);
    EXPECT_EQ(reply->getIndex(), 4u);
    ASSERT_EQ(reply->relay_info_.size(), 1u);
    EXPECT_EQ(reply->relay_info_[0].peeraddr_.toText(), "fe80::7");
    EXPECT_EQ(reply->getOption(D6O_SERVERID)->getData(), server->getDuid());
    reply->pack();

    confirm->relay_info_[0].options_.emplace(D6O_RELAY_SOURCE_PORT,
                                             raw_option(D6O_RELAY_SOURCE_PORT, {0, 0}));
    EXPECT_EQ(make_confirm_reply(confirm, server, false)->getRemotePort(), 5470);
}

std::uint16_t status_of(isc::dhcp::Pkt6& reply) {
    return boost::dynamic_pointer_cast<Option6StatusCode>(reply.getOption(D6O_STATUS_CODE))
        ->getStatusCode();
}

TEST(ConfirmReply, IsTurnedIntoSuccessOnce) {
    isc::dhcp::Pkt6 reply(DHCPV6_REPLY, 1);
    reply.addOption(isc::dhcp::OptionPtr(new Option6StatusCode(STATUS_NotOnLink, "no")));
    set_success(reply);
    EXPECT_EQ(status_of(reply), STATUS_Success);
    set_success(reply);
    EXPECT_EQ(reply.getOptions(D6O_STATUS_CODE).size(), 1u);
}

}  // namespace
}  // namespace mobility::dhcp6
