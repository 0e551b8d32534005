// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// IPv4 at the anchor: places by giaddr, and the order of messages whose secs say little.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

const std::string kDomain4 = "metro/4";

/// What the DHCPv4 relay of AR `ar` says of MN `number`.
Attachment attachment4(int ar, int number) {
    auto place = attachment(ar, number);
    place.relay_source = address("192.0.2." + std::to_string(ar));
    place.link_address = address("198.51.100." + std::to_string(ar));
    place.link_local = {};
    return place;
}

Prefix home4(int number) { return prefix("10.0.0." + std::to_string(number)); }

class AnchorIpv4 : public ::testing::Test, protected AnchorWorld {
protected:
    AnchorIpv4() : AnchorWorld(settings()) {
        std::vector<AccessRouterClaim> routers;
        for (int i = 1; i <= 3; ++i) {
            routers.push_back(ar_claim(i));
            routers.back().addresses.push_back(attachment4(i, 1).relay_source);
            routers.back().link_addresses.push_back(attachment4(i, 1).link_address);
        }
        auto sources = source_claims();
        sources.push_back({"kea4.example", kDomain4, {prefix("10.0.0.0/8")}});
        EXPECT_TRUE(inventory.replace(std::move(routers), std::move(sources)));
    }
    static AnchorSettings settings() {
        auto settings = default_settings();
        settings.prefixes.push_back(prefix("10.0.0.0/8"));
        return settings;
    }
    /// A Request of MN 1 with this xid and these secs.
    std::uint64_t request(int ar, std::uint32_t xid, int secs) {
        const MessageOrder order{xid, Seconds{secs}, now, true};
        const Item item{0, home4(1), Seconds{3600}};
        const auto number =
            say({mn(1), attachment4(ar, 1), {item}, Proof::kCommit, order}, kDomain4);
        settle();
        return number;
    }
};

TEST_F(AnchorIpv4, AnMnIsPlacedByTheGatewayAddressAndHasNoLinkLocal) {
    EXPECT_EQ(verdict(request(1, 1, 0)), Verdict::kInstalled);
    EXPECT_EQ(points_at(home4(1)), 1);
    EXPECT_TRUE(has_record(1, home4(1)));
}

TEST_F(AnchorIpv4, AGatewayAddressFromAnotherSourceIsRefused) {
    auto place = attachment4(1, 1);
    place.relay_source = attachment4(2, 1).relay_source;
    const auto number =
        say({mn(1), place, {{0, home4(1), Seconds{3600}}}, Proof::kCommit, {1, {}, now, true}},
            kDomain4);
    EXPECT_EQ(refusal(number), Refusal::kUnknownAccessRouter);
    place = attachment4(1, 1);
    place.link_address = address("198.51.100.99");
    const auto other =
        say({mn(1), place, {{0, home4(1), Seconds{3600}}}, Proof::kCommit, {2, {}, now, true}},
            kDomain4);
    EXPECT_EQ(refusal(other), Refusal::kUnknownAccessRouter);
}

TEST_F(AnchorIpv4, BothFamiliesOfAnMnMoveIndependently) {
    attach(1, 1, {home(1)});
    request(1, 1, 0);
    pass(Seconds{1});
    request(2, 2, 0);
    EXPECT_EQ(points_at(home4(1)), 2);
    EXPECT_EQ(points_at(home(1)), 1);
    attach(3, 1, {home(1)});
    settle();
    EXPECT_EQ(points_at(home4(1)), 2);
    EXPECT_EQ(points_at(home(1)), 3);
}

TEST_F(AnchorIpv4, PingPongOfAClientThatNeverWritesSecsFollowsItsTransactions) {
    request(2, 1, 0);
    pass(Milliseconds{100});
    for (std::uint32_t xid = 2; xid <= 20; ++xid) {
        const int there = 1 + static_cast<int>(xid % 2);
        request(there, xid, 0);
        EXPECT_EQ(points_at(home4(1)), there);
        pass(Milliseconds{40});
        request(3 - there, xid - 1, 0);  // a late copy of the one before, through the old AR
        EXPECT_EQ(points_at(home4(1)), there) << "after xid " << xid;
        pass(Milliseconds{60});
    }
}

TEST_F(AnchorIpv4, ARetransmissionWithoutSecsMovesOnceCopiesMustHaveCome) {
    request(1, 7, 0);
    pass(Milliseconds{1900});
    EXPECT_EQ(verdict(request(2, 7, 0)), Verdict::kSuperseded);
    pass(Milliseconds{100});
    EXPECT_EQ(verdict(request(2, 7, 0)), Verdict::kInstalled);
    EXPECT_EQ(points_at(home4(1)), 2);
    pass(Milliseconds{10});
    EXPECT_EQ(verdict(request(1, 7, 0)), Verdict::kSuperseded) << "its copy through the old AR";
    EXPECT_EQ(points_at(home4(1)), 2);
}

TEST_F(AnchorIpv4, WhereTwoArsHearEachRetransmissionTheMnStaysWithTheFirstToTellOfIt) {
    kernel.forget_history();
    for (int i = 0; i < 5; ++i) {
        request(1, 7, 0);
        pass(Milliseconds{5});
        request(2, 7, 0);
        EXPECT_EQ(points_at(home4(1)), 1);
        pass(Seconds{4});
    }
    EXPECT_EQ(kernel.history().size(), 1u);
}

}  // namespace
}  // namespace mobility
