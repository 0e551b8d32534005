// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Scenario A7: what an ADDR-REG-INFORM says (RFC 9686), and what it is worth.
#include "hooks/dhcp6/registration.h"

#include <gtest/gtest.h>

#include <functional>

#include "examples.h"
#include "packets.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Lease;
using isc::dhcp::Option6IAAddr;
using isc::dhcp::OptionPtr;
using isc::dhcp::Pkt6;
using Verdict = RegistrationVerdict;

constexpr std::time_t kNow = 1'000'000;
const std::string kAddress = kOwnAddress;

/// Why it is discarded; empty when it is not.
std::string discarded(const std::function<void(Pkt6&)>& spoil) {
    auto packet = inform();
    spoil(*packet);
    const auto read = read_registration(*packet);
    return read ? "" : read.error();
}

TEST(RegistrationMessage, SaysWhoWantsWhatForHowLong) {
    const auto read = read_registration(*inform());
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->mn.bytes, kDuidBytes);
    EXPECT_EQ(read->address.text(), kAddress);
    EXPECT_EQ(read->preferred, 1800u);
    EXPECT_EQ(read->valid, 3600u);
}

TEST(RegistrationMessage, IsDiscardedAsRfc9686Section421Says) {
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.delOption(D6O_CLIENTID); }),
              "no Client Identifier");
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.addOption(raw_option(D6O_CLIENTID, kDuid)); }),
              "no Client Identifier")
        << "two are as bad";
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.addOption(raw_option(D6O_SERVERID, kDuid)); }),
              "a Server Identifier");
    EXPECT_EQ(discarded([](Pkt6& packet) {
                  packet.addOption(raw_option(D6O_ORO, {0, 23}));
              }),
              "an Option Request");
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.addOption(na(1, {kAddress})); }),
              "an identity association");
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.delOption(D6O_IAADDR); }),
              "not exactly one IA Address");
    EXPECT_EQ(discarded([](Pkt6& packet) { packet.addOption(ia_address(kAddress, 1, 1)); }),
              "not exactly one IA Address");
    EXPECT_EQ(discarded([](Pkt6& packet) {
                  packet.relay_info_.back().peeraddr_ = isc::asiolink::IOAddress("fe80::7");
              }),
              "from another address than the one to be registered");
    EXPECT_EQ(read_registration(*inform(kAddress, 3601, 3600)).error(),
              "a preferred lifetime longer than the valid one");
}

TEST(RegistrationMessage, ComesFromTheInnermostRelaysPeer) {
    auto packet = inform();
    RelaySays outer;
    outer.peer = "2001:db8:c::b";
    auto inner = packet->relay_info_;
    packet->relay_info_.clear();
    add_relay(*packet, outer);
    packet->relay_info_.push_back(inner.front());
    EXPECT_TRUE(read_registration(*packet));
}

TEST(RegistrationMessage, WithAnAddressThatKeaCouldNotReadIsDiscarded) {
    auto packet = inform();
    packet->delOption(D6O_IAADDR);
    packet->addOption(raw_option(D6O_IAADDR, {1, 2, 3}));
    EXPECT_EQ(read_registration(*packet).error(), "an IA Address that cannot be read");
}

isc::dhcp::Subnet6Ptr make_subnet(const std::string& prefix) {
    return isc::dhcp::Subnet6Ptr(
        new isc::dhcp::Subnet6(isc::asiolink::IOAddress(prefix), 64, 900, 1440, 1800, 3600, 1));
}

class Registrations : public testing::Test {
protected:
    Verdict verdict(const isc::dhcp::Lease6Ptr& row = nullptr, std::uint32_t valid = 3600) {
        finding_ = judge_registration({{kDuidBytes}, address_, valid, valid}, domain_,
                                      {*subnet_, row, reserved_, link_locals_}, kNow);
        return finding_.verdict;
    }
    Verdict of(const std::string& address) {
        address_ = *IpAddress::parse(address);
        return verdict();
    }
    /// A registration of `duid` that was written `age` seconds ago.
    static isc::dhcp::Lease6Ptr registered(const std::vector<std::uint8_t>& duid = kDuid,
                                           std::time_t age = 600) {
        return row_of({{{duid.begin(), duid.end()}}, *IpAddress::parse(kAddress), 1800, 3600}, 1,
                      kNow - age);
    }

    const Domain domain_{parse_parameters(example_parameters(), Family::kIpv6)};
    isc::dhcp::Subnet6Ptr subnet_ = make_subnet("2001:db8:d000::");
    IpAddress address_ = *IpAddress::parse(kAddress);
    bool reserved_ = false;
    bool link_locals_ = false;
    RegistrationFinding finding_;
};

TEST_F(Registrations, OfAFreeAddressOfTheLinkIsNew) { EXPECT_EQ(verdict(), Verdict::kNew); }

TEST_F(Registrations, OfWhatIsNotForThisLinkIsInappropriate) {
    EXPECT_EQ(of("2001:db8:d000:1::5"), Verdict::kInappropriate) << "another subnet";
    EXPECT_EQ(of("2001:db8:d000::"), Verdict::kInappropriate) << "subnet-router anycast";
    EXPECT_EQ(of("ff02::1"), Verdict::kInappropriate) << "multicast";
    EXPECT_EQ(of("fe80::7"), Verdict::kInappropriate) << "link-local, and nobody wants these";
    EXPECT_EQ(of("::1"), Verdict::kInappropriate);
    EXPECT_FALSE(finding_.why.empty());
}

TEST_F(Registrations, InASubnetOfNoAnchorIsInappropriateAlsoOfALinkLocalAddress) {
    subnet_ = make_subnet("2001:db8:ffff::");
    link_locals_ = true;
    EXPECT_EQ(of("2001:db8:ffff::5"), Verdict::kInappropriate);
    EXPECT_EQ(of("fe80::7"), Verdict::kInappropriate);
}

TEST_F(Registrations, InAPoolOfPrefixesToDelegateIsInappropriate) {
    subnet_->addPool(isc::dhcp::Pool6Ptr(new isc::dhcp::Pool6(
        Lease::TYPE_PD, isc::asiolink::IOAddress("2001:db8:d000::8000:0:0:0"), 65, 80)));
    EXPECT_EQ(of("2001:db8:d000::8000:0:0:7"), Verdict::kInappropriate);
    EXPECT_EQ(of("2001:db8:d000::7000:0:0:7"), Verdict::kNew);
}

TEST_F(Registrations, OfALinkLocalAddressIsNewWhereTheOperatorWantsIt) {
    link_locals_ = true;
    EXPECT_EQ(of("fe80::7"), Verdict::kNew);
}

TEST_F(Registrations, OfAReservedAddressIsRefused) {
    reserved_ = true;
    EXPECT_EQ(verdict(), Verdict::kTaken);
}

TEST_F(Registrations, OfItsHolderIsARefreshUntilItsTimeIsOver) {
    EXPECT_EQ(verdict(registered(kDuid, 3599)), Verdict::kRefresh);
    EXPECT_EQ(verdict(registered(kDuid, 3600)), Verdict::kNew);
}

TEST_F(Registrations, OfAnothersIsRefusedUntilItsTimeIsOver) {
    EXPECT_EQ(verdict(registered(kOtherDuid, 3599)), Verdict::kTaken);
    EXPECT_EQ(finding_.why, "registered by MN 00:03:00:01:02:00:00:00:00:08");
    EXPECT_EQ(verdict(registered(kOtherDuid, 3600)), Verdict::kNew);
    auto reclaimed = registered(kOtherDuid);
    reclaimed->state_ = Lease::STATE_EXPIRED_RECLAIMED;
    EXPECT_EQ(verdict(reclaimed), Verdict::kNew);
}

TEST_F(Registrations, NeverTakeARowThatKeaHasAllocated) {
    auto row = lease(kAddress, 128, 1, kNow);
    EXPECT_EQ(verdict(row), Verdict::kLeased);
    EXPECT_EQ(verdict(row, 0), Verdict::kLeased) << "nor end it";
    row->duid_.reset(new isc::dhcp::DUID(kOtherDuid));
    EXPECT_EQ(verdict(row), Verdict::kTaken);
    row->cltt_ = kNow - 3600;
    EXPECT_EQ(verdict(row), Verdict::kTaken) << "its time is over, Kea keeps it";
    row->state_ = Lease::STATE_DECLINED;
    EXPECT_EQ(verdict(row), Verdict::kTaken);
    row->state_ = Lease::STATE_EXPIRED_RECLAIMED;
    EXPECT_EQ(verdict(row), Verdict::kTaken);
    row->duid_.reset(new isc::dhcp::DUID(kDuid));
    EXPECT_EQ(verdict(row), Verdict::kTaken) << "reclaimed: the client holds it no more";
}

TEST_F(Registrations, AreGivenUpByTheirHolderOnly) {
    EXPECT_EQ(verdict(registered(), 0), Verdict::kEnd);
    EXPECT_EQ(verdict(registered(kOtherDuid), 0), Verdict::kTaken);
    EXPECT_EQ(verdict(nullptr, 0), Verdict::kNothing);
    EXPECT_EQ(verdict(registered(kDuid, 3600), 0), Verdict::kNothing);
}

TEST_F(Registrations, AreToldFromLeasesByWhatTheirRowSays) {
    auto row = lease(kAddress);
    EXPECT_FALSE(is_registered(*row));
    for (const auto* other : {R"("registered")", R"({"kea-mobility": 1})", R"({"ISC": {}})"}) {
        row->setContext(isc::data::Element::fromJSON(other));
        EXPECT_FALSE(is_registered(*row)) << other;
    }
    row = registered();
    EXPECT_TRUE(is_registered(*row));
    EXPECT_EQ(row->iaid_, kRegisteredIaid);
    EXPECT_EQ(row->state_, Lease::STATE_DEFAULT);
    EXPECT_EQ(row->cltt_, kNow - 600);
    auto reused = registered();
    reused->iaid_ = 7;
    EXPECT_FALSE(is_registered(*reused)) << "Kea has made a lease of an old row";
}

TEST(RegistrationReply, HasTheIaAddressAsItCameAndGoesToTheAddress) {
    const auto packet = inform();
    const isc::dhcp::DuidPtr server(new isc::dhcp::DUID({0, 1, 2, 3}));
    const auto reply = make_registration_reply(packet, server);
    EXPECT_EQ(reply->getType(), kAddrRegReply);
    EXPECT_EQ(reply->getTransid(), packet->getTransid());
    EXPECT_EQ(reply->relay_info_.back().peeraddr_.toText(), kAddress);
    EXPECT_EQ(reply->getOption(D6O_IAADDR)->toBinary(true),
              packet->getOption(D6O_IAADDR)->toBinary(true));
    EXPECT_EQ(reply->getOption(D6O_CLIENTID)->getData(), kDuid);
    reply->pack();
}

TEST(RegistrationOffer, IsAskedForByItsNumberInTheOptionRequest) {
    auto solicit = relayed(DHCPV6_SOLICIT);
    EXPECT_FALSE(asks_for_registration(*solicit));
    solicit->addOption(raw_option(D6O_ORO, {0, 23, 0, 148}));
    EXPECT_TRUE(asks_for_registration(*solicit));
    auto other = relayed(DHCPV6_SOLICIT);
    other->addOption(raw_option(D6O_ORO, {148, 0, 0, 23, 148}));
    EXPECT_FALSE(asks_for_registration(*other)) << "an odd octet is no number";
}

}  // namespace
}  // namespace mobility::dhcp6
