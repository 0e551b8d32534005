// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an MN holds after which answer, and what arrived where.
#include "dhcp-player/mobile_node.h"

#include <gtest/gtest.h>

#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using Code = Dhcp6OptionCode;
using std::chrono::seconds;

const IpAddress kAddress = *IpAddress::parse("2001:db8:d000::1");
const IpAddress kOther = *IpAddress::parse("2001:db8:d000::2");

MobileNode mobile_node() { return {1, identity_of(1), {Code::kIaNa}}; }

Answer with_ia(Type type, const IpAddress& address, std::uint32_t valid = 3600) {
    Answer answer;
    answer.type = type;
    answer.server_id = kServer;
    answer.ias.push_back({{Code::kIaNa, 1, 900, 1440, {{Prefix::host(address), 1800, valid}}}, {}});
    return answer;
}

Answer refusing(Type type, Dhcp6StatusCode code) {
    Answer answer = with_ia(type, kAddress);
    answer.ias[0].ia.leases.clear();
    answer.ias[0].status = Status{code, "no"};
    return answer;
}

TEST(MobileNode, HoldsNothingAfterAnAdvertise) {
    auto mn = mobile_node();
    mn.learn(Type::kSolicit, with_ia(Type::kAdvertise, kAddress));
    EXPECT_FALSE(mn.holds(kAddress));
    ASSERT_EQ(mn.offered().size(), 1U);
    EXPECT_EQ(mn.server_id(), kServer);
}

TEST(MobileNode, HoldsWhatTheReplyGivesAndTheOfferIsGone) {
    auto mn = mobile_node();
    mn.learn(Type::kSolicit, with_ia(Type::kAdvertise, kAddress));
    mn.learn(Type::kRequest, with_ia(Type::kReply, kAddress));
    EXPECT_TRUE(mn.holds(kAddress));
    EXPECT_TRUE(mn.offered().empty());
}

TEST(MobileNode, ALeaseWithValidLifetimeZeroIsHeldNoMore) {
    auto mn = mobile_node();
    mn.learn(Type::kRequest, with_ia(Type::kReply, kAddress));
    Answer changed = with_ia(Type::kReply, kAddress, 0);
    changed.ias[0].ia.leases.push_back({Prefix::host(kOther), 1800, 3600});
    mn.learn(Type::kRebind, changed);
    EXPECT_FALSE(mn.holds(kAddress));
    EXPECT_TRUE(mn.holds(kOther));
}

TEST(MobileNode, KeepsItsLeaseThroughARefusedRenewAndThroughNotOnLink) {
    auto mn = mobile_node();
    mn.learn(Type::kRequest, with_ia(Type::kReply, kAddress));
    mn.learn(Type::kRenew, refusing(Type::kReply, Dhcp6StatusCode::kNoBinding));
    Answer not_on_link;
    not_on_link.type = Type::kReply;
    not_on_link.status = Status{Dhcp6StatusCode::kNotOnLink, ""};
    mn.learn(Type::kConfirm, not_on_link);
    EXPECT_TRUE(mn.holds(kAddress));
}

TEST(MobileNode, ARefusedOfferIsNoOffer) {
    auto mn = mobile_node();
    mn.learn(Type::kSolicit, refusing(Type::kAdvertise, Dhcp6StatusCode::kNoAddrsAvail));
    EXPECT_TRUE(mn.offered().empty());
}

TEST(MobileNode, HoldsNothingAfterReleaseAndAfterDecline) {
    for (const Type type : {Type::kRelease, Type::kDecline}) {
        auto mn = mobile_node();
        mn.learn(Type::kRequest, with_ia(Type::kReply, kAddress));
        mn.learn(type, with_ia(Type::kReply, kAddress));
        EXPECT_FALSE(mn.holds(kAddress));
    }
}

TEST(MobileNode, HoldsEveryAddressOfADelegatedPrefix) {
    auto mn = mobile_node();
    Answer answer = with_ia(Type::kReply, kAddress);
    answer.ias.push_back(
        {{Code::kIaPd, 1, 0, 0, {{*Prefix::parse("2001:db8:d080::/56"), 1800, 3600}}}, {}});
    mn.learn(Type::kRequest, answer);
    EXPECT_TRUE(mn.holds(*IpAddress::parse("2001:db8:d080:7::9")));
    EXPECT_FALSE(mn.holds(*IpAddress::parse("2001:db8:d080:100::")));
}

TEST(MobileNode, CountsArrivalsOnItsLinkAndElsewhereAndBeginsAnewWhenItMoves) {
    MemoryLink ar1("ar1"), ar2("ar2");
    auto mn = mobile_node();
    mn.be_on(&ar1);
    mn.packet_arrived(ar1, Instant(seconds(1)));
    mn.be_on(&ar2);
    EXPECT_EQ(mn.arrivals().here, 0U);
    mn.packet_arrived(ar1, Instant(seconds(2)));
    mn.packet_arrived(ar2, Instant(seconds(3)));
    mn.packet_arrived(ar2, Instant(seconds(4)));
    mn.be_on(&ar2);
    EXPECT_EQ(mn.arrivals().here, 2U);
    EXPECT_EQ(mn.arrivals().first_here, Instant(seconds(3)));
    EXPECT_EQ(mn.arrivals().last_here, Instant(seconds(4)));
    EXPECT_EQ(mn.arrivals().elsewhere, 1U);
    EXPECT_EQ(mn.arrivals().last_elsewhere, Instant(seconds(2)));
}

}  // namespace
}  // namespace mobility::player
