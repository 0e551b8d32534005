// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an Anchor refuses: each refusal moves nothing, loses nothing, and names what was wrong.
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class AnchorRefusal : public AnchorTest {
protected:
    AnchorRefusal() {
        attach(1, 1, {home(1)});
        settle();
        pass(Seconds{10});
    }
    Attached event(int ar, int number, const Prefix& item) {
        Attached made;
        made.mn = mn(number);
        made.attachment = attachment(ar, number);
        made.items = {{1, item, Seconds{60}}};
        made.order = {77, Milliseconds{0}, now};
        return made;
    }
    void expect_refused(std::uint64_t number, Refusal why, std::vector<std::string> named) {
        EXPECT_EQ(refusal(number), why);
        for (const auto& each : named) {
            EXPECT_NE(reason(number).find(each), std::string::npos) << reason(number);
        }
        EXPECT_TRUE(noticed("ANCHOR_ATTACH_REFUSED")) << "the operator hears of it";
        settle();
        EXPECT_EQ(points_at(home(1)), 1);
        EXPECT_EQ(binding(home(1))->mn, mn(1));
        EXPECT_EQ(anchor->bindings().size(), 1u);
    }
};

TEST_F(AnchorRefusal, ALinkAddressThatNoArHas) {
    auto forged = event(2, 1, home(1));
    forged.attachment.link_address = address("2001:db8:1:77::1");
    expect_refused(say(forged), Refusal::kUnknownAccessRouter,
                   {"2001:db8:1:77::1", forged.attachment.relay_source.text()});
}

TEST_F(AnchorRefusal, ALinkAddressOfOneArFromAnAddressOfAnother) {
    auto forged = event(2, 1, home(1));
    forged.attachment.relay_source = ar_claim(3).addresses[0];
    expect_refused(say(forged), Refusal::kUnknownAccessRouter,
                   {"2001:db8:0:3::1", ar_name(2), "2001:db8:1:2::1"});
}

TEST_F(AnchorRefusal, AnArWhoseClaimWasRevoked) {
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(3)}, source_claims()));
    Attached forged = event(2, 1, home(1));
    EXPECT_EQ(refusal(say(forged)), Refusal::kUnknownAccessRouter);
}

TEST_F(AnchorRefusal, APrefixThatTheSourceMayNotSpeakFor) {
    expect_refused(say(event(2, 1, delegated(1))), Refusal::kAdministrativelyProhibited, {kDomain});
    expect_refused(say(event(2, 1, home(1)), kOtherDomain), Refusal::kAdministrativelyProhibited,
                   {kOtherDomain});
    expect_refused(say(event(2, 1, home(1)), "unknown/6"), Refusal::kAdministrativelyProhibited,
                   {"unknown/6"});
}

TEST_F(AnchorRefusal, APrefixThatThisAnchorDoesNotOwn) {
    auto claims = source_claims();
    claims[0].prefixes.push_back(prefix("::/0"));
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, claims));
    expect_refused(say(event(2, 1, prefix("2001:db8:b::1"))), Refusal::kInvalidIpAddress, {});
    expect_refused(say(event(2, 1, prefix("2001:db8::/32"))), Refusal::kInvalidIpAddress, {});
}

TEST_F(AnchorRefusal, ALookupOfAPrefixThatAnotherMnHolds) {
    auto stranger = event(2, 2, home(1));
    stranger.proof = Proof::kLookup;
    expect_refused(say(stranger), Refusal::kUnauthorizedMn, {mn(1).text()});
}

TEST_F(AnchorRefusal, AMoveFromAnotherLinkLayerAddressWhenThePolicyAsksForIt) {
    auto stranger = event(2, 1, home(1));
    stranger.attachment.link_layer.bytes = std::string("\x02\x66\x66\x66\x66\x66", 6);
    stranger.proof = Proof::kLookup;
    expect_refused(say(stranger), Refusal::kUnauthorizedMn,
                   {"02:66:66:66:66:66", "02:00:00:00:00:01", "move-requires"});
    auto silent = event(2, 1, home(1));
    silent.attachment.link_layer.bytes.clear();
    expect_refused(say(silent), Refusal::kUnauthorizedMn, {"none"});
}

TEST(AnchorMoveRequiresNothing, TheClientIdentifierSuffices) {
    auto settings = AnchorWorld::default_settings();
    settings.move_requires = MoveRequires::kNothing;
    AnchorWorld world(settings);
    world.attach(1, 1, {home(1)});
    world.settle();
    Attached event;
    event.mn = mn(1);
    event.attachment = attachment(2, 9);
    event.items = {{1, home(1), Seconds{60}}};
    event.order = {77, Milliseconds{0}, world.now};
    const auto number = world.say(event);
    world.settle();
    EXPECT_EQ(world.verdict(number), Verdict::kInstalled);
    EXPECT_EQ(world.points_at(home(1)), 2);
}

TEST_F(AnchorRefusal, OneBadItemLeavesTheGoodOnesAlone) {
    auto mixed = event(2, 1, home(1));
    mixed.items.push_back({2, prefix("2001:db8:b::1"), Seconds{60}});
    const auto number = say(mixed);
    settle();
    EXPECT_EQ(verdict(number, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(number, 1), Verdict::kRefused);
    EXPECT_EQ(points_at(home(1)), 2);
}

TEST_F(AnchorRefusal, WhatTheArCannotResolveGoesBackToWhereItWas) {
    const auto move = attach(2, 1, {home(1)});
    acknowledge(2, {Verdict::kRefused, Refusal::kInvalidAttachment, "no interface \"wlan7\""});
    EXPECT_EQ(refusal(move), Refusal::kInvalidAttachment);
    EXPECT_NE(reason(move).find("wlan7"), std::string::npos);
    EXPECT_TRUE(noticed("ANCHOR_AR_REFUSED"));
    settle();
    EXPECT_EQ(points_at(home(1)), 1);
    EXPECT_TRUE(has_record(1, home(1)));
    EXPECT_FALSE(has_record(2, home(1)));
    pass(Seconds{1});
    const auto renew = attach(1, 1, {home(1)});
    EXPECT_EQ(verdict(renew), Verdict::kUnchanged);
}

TEST_F(AnchorRefusal, WhatTheFirstArCannotResolveLeavesABindingWithoutAPlace) {
    const auto request = attach(2, 2, {home(2)});
    acknowledge(2, {Verdict::kRefused, Refusal::kInvalidAttachment, "no"});
    EXPECT_EQ(refusal(request), Refusal::kInvalidAttachment);
    settle();
    EXPECT_EQ(points_at(home(2)), 0);
    EXPECT_FALSE(has_record(2, home(2)));
    pass(Seconds{1});
    const auto again = attach(3, 2, {home(2)});
    settle();
    EXPECT_EQ(verdict(again), Verdict::kInstalled);
    detach(mn(2), {home(2)});
    settle();
    EXPECT_EQ(binding(home(2)), nullptr);
}

TEST_F(AnchorRefusal, AnArThatNoLongerHasWhatItOnceConfirmedIsNotPointedAtAnyMore) {
    // Its configuration lost the access link: else its default would lead back here, a loop.
    disconnect(1);
    connect(1);
    ar_routes[1].clear();
    acknowledge(1, {Verdict::kRefused, Refusal::kInvalidAttachment, "no interface"});
    settle();
    EXPECT_EQ(points_at(home(1)), 0);
    EXPECT_FALSE(has_record(1, home(1)));
    EXPECT_TRUE(anchor->bound(home(1))) << "the lease is still there";
    pass(Seconds{1});
    const auto renew = attach(1, 1, {home(1)});
    settle();
    EXPECT_EQ(verdict(renew), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 1);
}

TEST_F(AnchorRefusal, TheSamePrefixTwiceInOneMessageIsOneMove) {
    auto twice = event(2, 1, home(1));
    twice.items.push_back(twice.items[0]);
    const auto number = say(twice);
    settle();
    EXPECT_EQ(verdict(number, 0), Verdict::kInstalled);
    EXPECT_EQ(verdict(number, 1), Verdict::kInstalled);
    EXPECT_EQ(points_at(home(1)), 2);
    EXPECT_EQ(anchor->counters().moves, 1u);
}

}  // namespace
}  // namespace mobility
