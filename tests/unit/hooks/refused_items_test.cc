// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a Reply says of refused items, as it is on the wire: packed and read again.
#include "hooks/dhcp6/refused_items.h"

#include <dhcp/option6_status_code.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/pointer_cast.hpp>

#include "hooks/refusal_text.h"
#include "tests/unit/core/examples.h"
#include "tests/unit/hooks/packets.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Option6IA;
using isc::dhcp::Option6IAAddr;
using isc::dhcp::Option6StatusCode;
using isc::dhcp::Pkt6;
using isc::dhcp::Pkt6Ptr;

constexpr const char* kFirst = "2001:db8:d000::1:1";
constexpr const char* kSecond = "2001:db8:d000::1:2";
constexpr const char* kDelegated = "2001:db8:d080:7::";

RefusedItem refused(const std::string& prefix, Refusal refusal = Refusal::kOverIpAddressLimit) {
    return {example::prefix(prefix), refusal, "it has 2"};
}

/// A Reply that grants kFirst and kSecond in IAs 1 and 2, and kDelegated in IA 3.
Pkt6Ptr granted(std::vector<std::string> first = {kFirst}) {
    auto reply = message(DHCPV6_REPLY);
    reply->addOption(na(1, first));
    reply->addOption(na(2, {kSecond}));
    reply->addOption(pd(3, kDelegated, 64));
    for (const auto& [code, option] : reply->options_) {
        const auto association = boost::dynamic_pointer_cast<Option6IA>(option);
        if (!association) continue;
        association->setT1(900);
        association->setT2(1440);
        for (const auto& [inner, each] : association->getOptions()) {
            boost::dynamic_pointer_cast<Option6IAAddr>(each)->setPreferred(1800);
            boost::dynamic_pointer_cast<Option6IAAddr>(each)->setValid(3600);
        }
    }
    return reply;
}

std::vector<std::uint8_t> packed(const Pkt6Ptr& sent) {
    sent->pack();
    const auto& buffer = sent->getBuffer();
    const auto* bytes = static_cast<const std::uint8_t*>(buffer.getData());
    return {bytes, bytes + buffer.getLength()};
}

Pkt6Ptr received(const Pkt6Ptr& sent) {
    const auto bytes = packed(sent);
    Pkt6Ptr read(new Pkt6(bytes.data(), static_cast<std::uint32_t>(bytes.size())));
    read->unpack();
    return read;
}

boost::shared_ptr<Option6IA> association(const Pkt6& reply, std::uint32_t iaid) {
    for (const auto& [code, option] : reply.options_) {
        const auto found = boost::dynamic_pointer_cast<Option6IA>(option);
        if (found && found->getIAID() == iaid) return found;
    }
    return nullptr;
}

/// "1800/3600" for each address or prefix.
std::vector<std::string> lifetimes(const Option6IA& association) {
    std::vector<std::string> found;
    for (const auto& [code, option] : association.getOptions()) {
        const auto address = boost::dynamic_pointer_cast<Option6IAAddr>(option);
        if (!address) continue;
        found.push_back(std::to_string(address->getPreferred()) + "/" +
                        std::to_string(address->getValid()));
    }
    return found;
}

void expect_status(const Pkt6& reply, std::uint32_t iaid, std::uint16_t code) {
    const auto found = association(reply, iaid);
    ASSERT_TRUE(found);
    EXPECT_EQ(lifetimes(*found), std::vector<std::string>{});
    EXPECT_EQ(found->getT1(), 0u);
    const auto status =
        boost::dynamic_pointer_cast<Option6StatusCode>(found->getOption(D6O_STATUS_CODE));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->getStatusCode(), code);
    EXPECT_EQ(status->getStatusMessage(), "over IP address limit: it has 2");
}

void expect_granted(const Pkt6& reply, std::uint32_t iaid) {
    const auto found = association(reply, iaid);
    ASSERT_TRUE(found);
    EXPECT_EQ(lifetimes(*found), std::vector<std::string>{"1800/3600"});
    EXPECT_EQ(found->getT1(), 900u);
    EXPECT_FALSE(found->getOption(D6O_STATUS_CODE));
}

TEST(RefusedItems, OfANewLeaseAreNotAvailableAndTheOtherAssociationsStay) {
    for (const std::uint8_t type : {DHCPV6_SOLICIT, DHCPV6_REQUEST}) {
        auto reply = granted();
        set_refused(*reply, type, {refused(kSecond)});
        reply = received(reply);
        expect_granted(*reply, 1);
        expect_status(*reply, 2, STATUS_NoAddrsAvail);
        expect_granted(*reply, 3);
        EXPECT_FALSE(reply->getOption(D6O_STATUS_CODE)) << "the message as a whole is good";
    }
}

TEST(RefusedItems, OfADelegatedPrefixAreNoPrefix) {
    auto reply = granted();
    set_refused(*reply, DHCPV6_REQUEST, {refused(std::string(kDelegated) + "/64")});
    reply = received(reply);
    expect_granted(*reply, 1);
    expect_granted(*reply, 2);
    expect_status(*reply, 3, STATUS_NoPrefixAvail);
}

TEST(RefusedItems, OfALeaseThatTheClientHasAreNoBinding) {
    for (const std::uint8_t type : {DHCPV6_RENEW, DHCPV6_REBIND}) {
        auto reply = granted();
        set_refused(*reply, type, {refused(kFirst), refused(std::string(kDelegated) + "/64")});
        reply = received(reply);
        expect_status(*reply, 1, STATUS_NoBinding);
        expect_granted(*reply, 2);
        expect_status(*reply, 3, STATUS_NoBinding);
    }
}

TEST(RefusedItems, BesideOthersOfTheirAssociationLoseTheirLifetimes) {
    auto reply = granted({kFirst, "2001:db8:d000::1:9"});
    set_refused(*reply, DHCPV6_RENEW, {refused(kFirst)});
    reply = received(reply);
    const auto found = association(*reply, 1);
    auto left = lifetimes(*found);
    std::sort(left.begin(), left.end());
    EXPECT_EQ(left, (std::vector<std::string>{"0/0", "1800/3600"}));
    EXPECT_FALSE(found->getOption(D6O_STATUS_CODE));
    EXPECT_EQ(found->getT1(), 900u);
}

TEST(RefusedItems, ThatAreNotInTheReplyChangeNothing) {
    auto reply = granted(), same = granted();
    set_refused(*reply, DHCPV6_RENEW,
                {refused("2001:db8:d000::5"), refused("2001:db8:d080::/64"),
                 refused(std::string(kDelegated) + "/65")});
    EXPECT_EQ(packed(reply), packed(same));
}

TEST(RefusedItems, OfAConfirmAreNotOnLinkAndThePackedReplyIsPackedAgain) {
    auto reply = message(DHCPV6_REPLY);
    add_relay(*reply, {});
    reply->addOption(isc::dhcp::OptionPtr(new Option6StatusCode(STATUS_Success, "all on-link")));
    reply->pack();
    const auto before = reply->getBuffer().getLength();
    set_not_on_link(*reply, {refused(kFirst, Refusal::kUnauthorizedMn)});
    reply->pack();
    EXPECT_NE(reply->getBuffer().getLength(), before);
    const auto status =
        boost::dynamic_pointer_cast<Option6StatusCode>(reply->getOption(D6O_STATUS_CODE));
    EXPECT_EQ(status->getStatusCode(), STATUS_NotOnLink);
    EXPECT_EQ(reply->getOptions(D6O_STATUS_CODE).size(), 1u);
}

TEST(RefusedItems, DoNotTellAClientOfOthers) {
    auto item = refused(kFirst, Refusal::kUnauthorizedMn);
    item.text = "it belongs to MN 00:03:00:01:02:00:00:00:00:08";
    auto reply = granted();
    set_refused(*reply, DHCPV6_REQUEST, {item});
    const auto status = boost::dynamic_pointer_cast<Option6StatusCode>(
        association(*reply, 1)->getOption(D6O_STATUS_CODE));
    EXPECT_EQ(status->getStatusMessage(), "unauthorized MN");
}

TEST(RefusedReply, OfWhatNobodyAttestsTheClientIsToldNothing) {
    const std::vector<RefusedItem> over{refused(kFirst), refused(kSecond)};
    const std::vector<RefusedItem> one{refused(kFirst), refused(kSecond, Refusal::kNotAttested)};
    for (const auto configured : {OnRefused::kSilent, OnRefused::kSend, OnRefused::kStatus}) {
        EXPECT_EQ(on_refused(configured, over), configured);
    }
    EXPECT_EQ(on_refused(OnRefused::kStatus, one), OnRefused::kSilent);
    EXPECT_EQ(on_refused(OnRefused::kSilent, one), OnRefused::kSilent);
    EXPECT_EQ(on_refused(OnRefused::kSend, one), OnRefused::kSend) << "for migration";
}

}  // namespace
}  // namespace mobility::dhcp6
