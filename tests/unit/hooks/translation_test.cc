// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Packets and leases of Kea become events, or nothing.
#include "hooks/dhcp6/translation.h"

#include <gtest/gtest.h>

#include "examples.h"
#include "packets.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Lease;
using isc::dhcp::Lease6Collection;

const Instant kArrived{Milliseconds(5'000)};

Domain domain() { return Domain(parse_parameters(example_parameters(), Family::kIpv6)); }

TEST(Translation, AnAttachmentIsWhatTheRelayForwardSays) {
    const auto attachment = attachment_of(*relayed(DHCPV6_REQUEST));
    ASSERT_TRUE(attachment);
    EXPECT_EQ(attachment->relay_source.text(), "2001:db8:c::a:1");
    EXPECT_EQ(attachment->link_address.text(), "2001:db8:a000:1::1");
    EXPECT_EQ(attachment->interface_id, "access");
    EXPECT_EQ(attachment->link_layer.text(), "02:00:00:00:00:07");
    EXPECT_EQ(attachment->link_local.text(), "fe80::7");
}

TEST(Translation, AMessageThatWasNotRelayedAttachesNobody) {
    EXPECT_FALSE(attachment_of(*message(DHCPV6_REQUEST)));
}

TEST(Translation, ARelayWithoutAUsableLinkAddressAttachesNobody) {
    for (const char* link : {"::", "fe80::1"}) {
        auto packet = message(DHCPV6_REQUEST);
        add_relay(*packet, {.link = link});
        EXPECT_FALSE(attachment_of(*packet)) << link;
    }
}

TEST(Translation, TheInnermostUsableLinkAddressCountsWithWhatStandsBesideIt) {
    auto packet = message(DHCPV6_REQUEST);  // Kea's order: outermost first
    add_relay(*packet, {.link = "2001:db8:b::1", .peer = "2001:db8:c::9", .interface_id = "outer"});
    add_relay(*packet, {.link = "2001:db8:a000:5::1", .peer = "fe80::99", .interface_id = "wlan5"});
    add_relay(*packet, {.link = "::", .peer = "fe80::42", .interface_id = "port 3"});
    const auto attachment = attachment_of(*packet);
    ASSERT_TRUE(attachment);
    EXPECT_EQ(attachment->link_address.text(), "2001:db8:a000:5::1");
    EXPECT_EQ(attachment->interface_id, "wlan5");
    EXPECT_EQ(attachment->link_local.text(), "fe80::42") << "of the innermost, whoever selects";
}

TEST(Translation, WhatTheRelayDoesNotSayStaysEmpty) {
    auto packet = message(DHCPV6_REQUEST);
    add_relay(*packet, {.interface_id = "", .link_layer = {}});
    EXPECT_EQ(attachment_of(*packet)->interface_id, "");
    EXPECT_TRUE(attachment_of(*packet)->link_layer.empty());
    auto short_option = message(DHCPV6_REQUEST);
    add_relay(*short_option, {.link_layer = {0, 1}});
    EXPECT_TRUE(attachment_of(*short_option)->link_layer.empty());
}

TEST(Translation, WhatIsTooLongToBeTrueIsNotKept) {
    auto packet = message(DHCPV6_REQUEST);
    add_relay(*packet, {.interface_id = std::string(255, 'x')});
    EXPECT_TRUE(attachment_of(*packet));
    packet = message(DHCPV6_REQUEST);
    add_relay(*packet, {.interface_id = std::string(256, 'x')});
    EXPECT_FALSE(attachment_of(*packet));
    packet = message(DHCPV6_REQUEST);
    add_relay(*packet, {.link_layer = std::vector<std::uint8_t>(35, 1)});
    EXPECT_TRUE(attachment_of(*packet)->link_layer.empty());
}

TEST(Translation, ARelayReplyIsNoPlace) {
    auto packet = relayed(DHCPV6_REQUEST);
    packet->relay_info_[0].msg_type_ = DHCPV6_RELAY_REPL;
    EXPECT_FALSE(attachment_of(*packet));
}

TEST(Translation, APrefixWithBitsBehindItsLengthIsLeftOut) {
    EXPECT_FALSE(prefix_of(*lease("2001:db8:d080::1", 64)));
    const auto changes =
        changes_of(*relayed(DHCPV6_RENEW), {lease("2001:db8:d080::1", 64)}, {}, domain(), kArrived);
    EXPECT_FALSE(changes.attached);
    EXPECT_EQ(changes.outside_anchors, 1u);
}

TEST(Translation, ElapsedTimeIsCappedAtAMinute) {
    auto packet = relayed(DHCPV6_RENEW);
    EXPECT_EQ(order_of(*packet, kArrived).elapsed, Milliseconds(0));
    EXPECT_EQ(order_of(*packet, kArrived).transaction, 0x123456u);
    EXPECT_EQ(order_of(*packet, kArrived).arrived, kArrived);
    packet->addOption(raw_option(D6O_ELAPSED_TIME, {0x01, 0x02}));
    EXPECT_EQ(order_of(*packet, kArrived).elapsed, Milliseconds(2580));
    packet->delOption(D6O_ELAPSED_TIME);
    packet->addOption(raw_option(D6O_ELAPSED_TIME, {0xFF, 0xFF}));
    EXPECT_EQ(order_of(*packet, kArrived).elapsed, Milliseconds(60'000));
    packet->delOption(D6O_ELAPSED_TIME);
    packet->addOption(raw_option(D6O_ELAPSED_TIME, {0xFF}));
    EXPECT_EQ(order_of(*packet, kArrived).elapsed, Milliseconds(0));
}

TEST(Translation, CommittedLeasesAttachAndThoseOutsideAreLeftOut) {
    const Lease6Collection leases{lease("2001:db8:d000::5"), lease("2001:db8:d180::", 64, 2),
                                  lease("2001:db8:ffff::5")};
    const auto changes = changes_of(*relayed(DHCPV6_REBIND), leases, {}, domain(), kArrived);
    ASSERT_TRUE(changes.attached);
    const auto& event = *changes.attached;
    EXPECT_EQ(event.mn.bytes, kDuidBytes);
    EXPECT_EQ(event.proof, Proof::kCommit);
    ASSERT_EQ(event.items.size(), 2u);
    EXPECT_EQ(event.items[0], (Item{1, *Prefix::parse("2001:db8:d000::5"), Seconds(3600)}));
    EXPECT_EQ(event.items[1], (Item{2, *Prefix::parse("2001:db8:d180::/64"), Seconds(3600)}));
    EXPECT_EQ(changes.outside_anchors, 1u);
    EXPECT_TRUE(changes.detached.empty());
    EXPECT_FALSE(changes.unplaced);
}

TEST(Translation, NothingInsideAnyAnchorIsNoEvent) {
    const auto changes = changes_of(*relayed(DHCPV6_RENEW), {lease("2001:db8:ffff::5")},
                                    {lease("2001:db8:ffff::6")}, domain(), kArrived);
    EXPECT_FALSE(changes.attached);
    EXPECT_TRUE(changes.detached.empty());
    EXPECT_EQ(changes.outside_anchors, 2u);
}

TEST(Translation, LeasesOfAClientWithoutARelayAreNoEventButCounted) {
    const auto changes =
        changes_of(*message(DHCPV6_RENEW), {lease("2001:db8:d000::5")}, {}, domain(), kArrived);
    EXPECT_FALSE(changes.attached);
    EXPECT_TRUE(changes.unplaced);
}

TEST(Translation, ALeaseWithNoLifetimeLeftAttachesNobody) {
    auto ended = lease("2001:db8:d000::5");
    ended->valid_lft_ = 0;
    const auto changes = changes_of(*relayed(DHCPV6_RENEW), {ended}, {}, domain(), kArrived);
    EXPECT_FALSE(changes.attached);
}

TEST(Translation, ReleaseDetachesAlsoWithoutARelay) {
    const auto changes =
        changes_of(*message(DHCPV6_RELEASE), {}, {lease("2001:db8:d000::5")}, domain(), kArrived);
    ASSERT_EQ(changes.detached.size(), 1u);
    EXPECT_EQ(changes.detached[0].mn->bytes, kDuidBytes);
    EXPECT_EQ(changes.detached[0].reason, DetachReason::kReleased);
    EXPECT_EQ(changes.detached[0].prefixes, std::vector{*Prefix::parse("2001:db8:d000::5")});
    EXPECT_FALSE(changes.attached);
}

TEST(Translation, ALeaseReplacedByAnotherIsDeleted) {
    const auto changes = changes_of(*relayed(DHCPV6_REQUEST), {lease("2001:db8:d000::6")},
                                    {lease("2001:db8:d000::5")}, domain(), kArrived);
    ASSERT_TRUE(changes.attached);
    ASSERT_EQ(changes.detached.size(), 1u);
    EXPECT_EQ(changes.detached[0].reason, DetachReason::kDeleted);
}

TEST(Translation, DeclineDetachesByAddressBecauseKeaHasWipedTheDuid) {
    auto declined = lease("2001:db8:d000::5");
    declined->state_ = Lease::STATE_DECLINED;
    const auto changes = changes_of(*relayed(DHCPV6_DECLINE), {declined}, {}, domain(), kArrived);
    EXPECT_FALSE(changes.attached);
    ASSERT_EQ(changes.detached.size(), 1u);
    EXPECT_FALSE(changes.detached[0].mn);
    EXPECT_EQ(changes.detached[0].reason, DetachReason::kDeclined);
    EXPECT_FALSE(mn_of(*declined));
}

TEST(Domain, TheLinkAddressChoosesTheSubnet) {
    EXPECT_EQ(domain().subnet_of(*IpAddress::parse("2001:db8:a000:77::1")), 1u);
    EXPECT_FALSE(domain().subnet_of(*IpAddress::parse("2001:db8:a001::1")));
    EXPECT_EQ(domain().anchor_of(*Prefix::parse("2001:db8:d1ff::/64")), AnchorIndex{1});
    EXPECT_FALSE(domain().anchor_of(*Prefix::parse("2001:db8::/32")));
}

}  // namespace
}  // namespace mobility::dhcp6
