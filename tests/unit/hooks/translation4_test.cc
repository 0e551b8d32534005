// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv4 packets and leases of Kea become events, or nothing.
#include <gtest/gtest.h>

#include "hooks/dhcp4/refused_lease.h"
#include "hooks/dhcp4/translation.h"
#include "packets4.h"

namespace mobility::dhcp4 {
namespace {

using isc::asiolink::IOAddress;
using isc::dhcp::Lease;

const Instant kArrived{Milliseconds(5'000)};

Domain domain() {
    HookParameters parameters;
    parameters.anchors = {{"anchor.example", {}, {*Prefix::parse("10.0.0.0/8")}}};
    return Domain(parameters);
}

Changes changes(const isc::dhcp::Pkt4& query, const isc::dhcp::Lease4Collection& leases,
                const isc::dhcp::Lease4Collection& deleted = {}) {
    return changes_of(query, leases, deleted, domain(), kArrived);
}

TEST(Translation4, AnAttachmentIsWhatTheRelaySays) {
    const auto attachment = attachment_of(*relayed4(isc::dhcp::DHCPREQUEST));
    ASSERT_TRUE(attachment);
    EXPECT_EQ(attachment->relay_source.text(), "192.0.2.1");
    EXPECT_EQ(attachment->link_address.text(), "198.51.100.1");
    EXPECT_EQ(attachment->interface_id, "wl0");
    EXPECT_EQ(attachment->link_layer.text(), "02:00:00:00:00:07");
    EXPECT_TRUE(attachment->link_local.is_unspecified());
}

TEST(Translation4, WithoutAGatewayAddressNobodySaysWhereTheMnIs) {
    EXPECT_FALSE(attachment_of(*message4(isc::dhcp::DHCPREQUEST)));
    auto claims = message4(isc::dhcp::DHCPREQUEST);
    const auto agent = option4(isc::dhcp::DHO_DHCP_AGENT_OPTIONS);
    agent->addOption(option4(isc::dhcp::RAI_OPTION_LINK_SELECTION, {198, 51, 100, 1}));
    claims->addOption(agent);
    EXPECT_FALSE(attachment_of(*claims)) << "an MN that writes the relay's option itself";
}

TEST(Translation4, LinkSelectionNamesTheLinkWhereItIsGiven) {
    const auto link = [](const Octets& selected) {
        return attachment_of(*relayed4(isc::dhcp::DHCPREQUEST, {},
                                       {option4(isc::dhcp::RAI_OPTION_LINK_SELECTION, selected)}));
    };
    EXPECT_EQ(link({198, 51, 100, 77})->link_address.text(), "198.51.100.77");
    EXPECT_EQ(link({198, 51, 100, 77})->interface_id, "");
    EXPECT_FALSE(link({198, 51, 100}));
    EXPECT_FALSE(link({0, 0, 0, 0}));
    EXPECT_FALSE(link(Octets(16, 1)));
}

TEST(Translation4, AGatewayAddressThatNamesNoLinkAttachesNobody) {
    for (const char* giaddr : {"169.254.0.1", "127.0.0.1", "224.0.0.1"}) {
        auto packet = relayed4(isc::dhcp::DHCPREQUEST);
        packet->setGiaddr(IOAddress(giaddr));
        EXPECT_FALSE(attachment_of(*packet)) << giaddr;
    }
}

TEST(Translation4, AClientHasTheSameNameInItsMessageAndInItsLease) {
    const Octets plain{1, 2, 0, 0, 0, 0, 9};
    for (const auto& identifier : {Octets(), plain, kClientIdWithDuid, Octets(128, 7)}) {
        const auto asked = client_of(*message4(isc::dhcp::DHCPREQUEST, identifier));
        ASSERT_TRUE(asked);
        EXPECT_EQ(asked, client_of(*lease4("10.0.0.5", identifier)));
    }
    EXPECT_EQ(client_of(*lease4("10.0.0.5"))->mn.bytes, kMnOfMac);
    EXPECT_EQ(client_of(*lease4("10.0.0.5", plain))->mn.bytes,
              std::string(plain.begin(), plain.end()));
    auto longer = relayed4(isc::dhcp::DHCPREQUEST, Octets(131, 7));
    EXPECT_EQ(client_of(*longer)->mn.bytes, kMnOfMac) << "longer than any DUID";
}

TEST(Translation4, AClientIdentifierWithADuidNamesTheMnThatDhcpv6Knows) {
    const auto client = client_of(*message4(isc::dhcp::DHCPREQUEST, kClientIdWithDuid));
    EXPECT_EQ(client->mn.text(), "00:03:00:01:02:00:00:00:00:07");
    EXPECT_EQ(client->iaid, 0x01020304u);
    const Octets too_short{255, 1, 2, 3, 4, 0, 3};
    EXPECT_EQ(client_of(*message4(isc::dhcp::DHCPREQUEST, too_short))->mn.text(),
              "ff:01:02:03:04:00:03");
}

TEST(Translation4, SecsAreCappedAndReadInTheOrderThatWasMeant) {
    const auto elapsed = [](std::uint16_t secs) {
        auto packet = relayed4(isc::dhcp::DHCPREQUEST);
        packet->setSecs(secs);
        return order_of(*packet, kArrived).elapsed;
    };
    EXPECT_EQ(elapsed(0), Seconds(0));
    EXPECT_EQ(elapsed(7), Seconds(7));
    EXPECT_EQ(elapsed(0x0700), Seconds(7)) << "octets in the wrong order";
    EXPECT_EQ(elapsed(61), Seconds(60));
    EXPECT_EQ(elapsed(0x0101), Seconds(60));
    const auto order = order_of(*relayed4(isc::dhcp::DHCPREQUEST), kArrived);
    EXPECT_EQ(order.transaction, 0x12345678u);
    EXPECT_EQ(order.arrived, kArrived);
    EXPECT_TRUE(order.coarse);
}

TEST(Translation4, ACommittedLeaseAttaches) {
    const auto found =
        changes(*relayed4(isc::dhcp::DHCPREQUEST), {lease4("10.0.0.5", kClientIdWithDuid)});
    ASSERT_TRUE(found.attached);
    EXPECT_EQ(found.attached->mn.text(), "00:03:00:01:02:00:00:00:00:07")
        << "who holds the lease, as the full list says it";
    EXPECT_EQ(found.attached->proof, Proof::kCommit);
    EXPECT_EQ(found.attached->items,
              (std::vector<Item>{{0x01020304, *Prefix::parse("10.0.0.5"), Seconds(3600)}}));
    EXPECT_TRUE(found.detached.empty());
    EXPECT_FALSE(found.unplaced);
}

TEST(Translation4, OutsideEveryAnchorIsNoEvent) {
    const auto found = changes(*relayed4(isc::dhcp::DHCPREQUEST), {lease4("192.168.0.5")},
                               {lease4("192.168.0.6")});
    EXPECT_FALSE(found.attached);
    EXPECT_TRUE(found.detached.empty());
    EXPECT_EQ(found.outside_anchors, 2u);
}

TEST(Translation4, RenewingByUnicastIsUnchangedAndNotMoved) {
    const auto found = changes(*message4(isc::dhcp::DHCPREQUEST), {lease4("10.0.0.5")});
    EXPECT_FALSE(found.attached);
    EXPECT_TRUE(found.detached.empty());
    EXPECT_TRUE(found.unplaced);
}

TEST(Translation4, ReleaseReplacementAndDeclineDetach) {
    const auto released = changes(*message4(isc::dhcp::DHCPRELEASE), {}, {lease4("10.0.0.5")});
    ASSERT_EQ(released.detached.size(), 1u);
    EXPECT_EQ(released.detached[0].mn->bytes, kMnOfMac);
    EXPECT_EQ(released.detached[0].reason, DetachReason::kReleased);
    const auto replaced =
        changes(*relayed4(isc::dhcp::DHCPREQUEST), {lease4("10.0.0.6")}, {lease4("10.0.0.5")});
    ASSERT_TRUE(replaced.attached);
    ASSERT_EQ(replaced.detached.size(), 1u);
    EXPECT_EQ(replaced.detached[0].reason, DetachReason::kDeleted);
    EXPECT_EQ(replaced.detached[0].prefixes, std::vector{*Prefix::parse("10.0.0.5")});
    auto declined = lease4("10.0.0.5", kClientIdWithDuid);
    declined->decline(86'400);
    const auto wiped = changes(*relayed4(isc::dhcp::DHCPDECLINE), {declined});
    EXPECT_FALSE(wiped.attached);
    ASSERT_EQ(wiped.detached.size(), 1u);
    EXPECT_FALSE(wiped.detached[0].mn);
    EXPECT_EQ(wiped.detached[0].reason, DetachReason::kDeclined);
    EXPECT_FALSE(client_of(*declined));
}

TEST(RefusedLease, ANakGrantsNothingAndIsBroadcastByTheRelay) {
    auto reply = relayed4(isc::dhcp::DHCPACK, kClientIdWithDuid);
    reply->setYiaddr(IOAddress("10.0.0.5"));
    reply->setCiaddr(IOAddress("10.0.0.5"));
    reply->setSiaddr(IOAddress("192.0.2.9"));
    reply->addOption(option4(isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER, {192, 0, 2, 9}));
    reply->addOption(option4(isc::dhcp::DHO_DHCP_LEASE_TIME, {0, 0, 14, 16}));
    reply->addOption(option4(isc::dhcp::DHO_ROUTERS, {10, 0, 0, 1}));
    set_refused(*reply, {*Prefix::parse("10.0.0.5"), Refusal::kUnauthorizedMn, "of another"});
    EXPECT_EQ(reply->getType(), isc::dhcp::DHCPNAK);
    EXPECT_TRUE(reply->getYiaddr().isV4Zero());
    EXPECT_TRUE(reply->getCiaddr().isV4Zero());
    EXPECT_TRUE(reply->getSiaddr().isV4Zero());
    EXPECT_EQ(reply->getFlags(), 0x8000);
    EXPECT_EQ(reply->options_.size(), 5u) << "type, server, client, message, relay's";
    EXPECT_FALSE(reply->getOption(isc::dhcp::DHO_DHCP_LEASE_TIME));
    EXPECT_FALSE(reply->getOption(isc::dhcp::DHO_ROUTERS));
    EXPECT_NO_THROW(reply->pack());
}

TEST(RefusedLease, ANakSaysNothingOfOthers) {
    const auto said = [](Refusal refusal) {
        auto reply = relayed4(isc::dhcp::DHCPACK);
        set_refused(*reply, {*Prefix::parse("10.0.0.5"), refusal, "it has 8"});
        const auto data = reply->getOption(isc::dhcp::DHO_DHCP_MESSAGE)->toBinary();
        return std::string(data.begin(), data.end());
    };
    EXPECT_EQ(said(Refusal::kUnauthorizedMn), "unauthorized MN");
    EXPECT_EQ(said(Refusal::kOverIpAddressLimit), "over IP address limit: it has 8");
}

}  // namespace
}  // namespace mobility::dhcp4
