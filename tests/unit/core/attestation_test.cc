// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A source and an AR's relay must say the same before an MN moves.
#include "tests/unit/core/attestation_world.h"

namespace mobility {
namespace {

using namespace example;

TEST_F(AttestationTest, OfDhcpv4TheSameIsAsked) {
    auto dhcpv4 = event(1, 1, 7);
    dhcpv4.order.coarse = true;
    dhcpv4.attachment.link_address = address("198.51.100.1");
    dhcpv4.attachment.link_local = {};
    auto claim = ar_claim(1);
    claim.link_addresses.push_back(dhcpv4.attachment.link_address);
    ASSERT_TRUE(inventory.replace({claim, ar_claim(2), ar_claim(3)}, source_claims()));
    hear(dhcpv4);
    EXPECT_FALSE(placed(1, 1));
    EXPECT_EQ(gate.waiting(), 1u);
    gate.relayed(ar(1), as_relayed(dhcpv4), moment());
    EXPECT_TRUE(placed(1, 1));
    nobody_attests();
    dhcpv4.items = {{1, home(2), Seconds{60}}};
    dhcpv4.order.transaction = 8;
    hear(dhcpv4);
    EXPECT_TRUE(placed(2, 1)) << "preferred, and this AR does not attest";
}

TEST_F(AttestationTest, WhatTheRelayHasRelayedPassesAtOnceInEitherOrder) {
    const auto first = event(1, 1, 11), second = event(2, 1, 12);
    gate.relayed(ar(1), as_relayed(first), moment());
    hear(first);
    EXPECT_TRUE(placed(1, 1));
    hear(second);
    EXPECT_TRUE(placed(1, 1)) << "it waits";
    EXPECT_EQ(gate.waiting(), 1u);
    gate.relayed(ar(2), as_relayed(second), moment());
    EXPECT_TRUE(placed(1, 2));
    EXPECT_EQ(gate.waiting(), 0u);
}

TEST_F(AttestationTest, AForgedRelayForwardMovesNothingAndTheOperatorHearsOfIt) {
    const auto real = event(1, 1, 11), forged = event(2, 1, 12);
    gate.relayed(ar(1), as_relayed(real), moment());
    hear(real);
    EXPECT_FALSE(gate.next_deadline());
    hear(forged);
    EXPECT_EQ(gate.next_deadline(), now + AttestationGate::kWait);
    now += AttestationGate::kWait;
    gate.tick(moment());
    EXPECT_FALSE(gate.next_deadline());
    EXPECT_TRUE(placed(1, 1));
    EXPECT_EQ(refusal(said), Refusal::kNotAttested);
    EXPECT_NE(reason(said).find(ar_name(2)), std::string::npos);
    EXPECT_TRUE(noticed("ANCHOR_NOT_ATTESTED"));
}

TEST_F(AttestationTest, EveryPartMustBeTheSame) {
    const auto real = event(1, 1, 11);
    std::vector<Attached> others(6, real);
    others[0].mn = mn(2);
    others[1].attachment.interface_id = "access1";
    others[2].attachment.link_layer.bytes[5] ^= 1;
    others[3].attachment.link_local = address("fe80::77");
    others[4].order.transaction = 12;
    others[5].order.elapsed += Milliseconds{10};
    gate.relayed(ar(1), as_relayed(real), moment());
    gate.relayed(ar(2), as_relayed(event(1, 3, 13)), moment());  // another AR's word
    for (const auto& other : others) hear(other);
    hear(event(1, 3, 13));
    EXPECT_EQ(gate.waiting(), 7u);
    EXPECT_EQ(anchor->bindings().size(), 0u);
}

TEST_F(AttestationTest, WhereAnArDoesNotAttestPreferredBelievesAndRequiredDoesNot) {
    nobody_attests();
    hear(event(1, 1, 11));
    EXPECT_TRUE(placed(1, 1));
    AttestationGate strict(*anchor, AttestationPolicy::kRequired);
    strict.attached(domain(), 77, event(2, 1, 12), moment());
    now += AttestationGate::kWait;
    strict.tick(moment());
    EXPECT_TRUE(placed(1, 1));
    AttestationGate off(*anchor, AttestationPolicy::kOff);
    off.attached(domain(), 78, event(2, 1, 13), moment());
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(AttestationTest, OneMnsMessagesStayInOrderAndOthersPassBy) {
    const auto first = event(1, 1, 11), second = event(2, 1, 12), others = event(1, 2, 21);
    hear(first);
    gate.relayed(ar(2), as_relayed(second), moment());
    hear(second);
    gate.relayed(ar(1), as_relayed(others), moment());
    hear(others);
    EXPECT_TRUE(placed(2, 1));
    EXPECT_EQ(gate.waiting(), 2u) << "the second waits for the first";
    now += AttestationGate::kWait;
    gate.tick(moment());
    EXPECT_TRUE(placed(1, 2)) << "the first is refused, the second passes";
    EXPECT_EQ(gate.waiting(), 0u);
}

TEST_F(AttestationTest, AReleaseOvertakesNothing) {
    const auto waiting = event(1, 1, 11);
    hear(waiting);
    gate.detached(domain(), ++said, {mn(1), {home(1)}, DetachReason::kReleased}, moment());
    EXPECT_EQ(gate.waiting(), 0u);
    EXPECT_EQ(verdict(1), Verdict::kSuperseded);
    gate.relayed(ar(1), as_relayed(waiting), moment());
    EXPECT_EQ(anchor->bindings().size(), 0u) << "nothing revives it";
}

TEST_F(AttestationTest, ASourceThatLeavesTakesWhatWaitsWithIt) {
    const auto waiting = event(1, 1, 11);
    hear(waiting);
    gate.source_gone(domain());
    gate.relayed(ar(1), as_relayed(waiting), moment());
    EXPECT_EQ(anchor->bindings().size(), 0u);
    EXPECT_TRUE(answers.empty());
}

TEST_F(AttestationTest, AWordThatComesAfterTheRefusalPlacesTheMnAndIsNotAnsweredAgain) {
    const auto moved = event(2, 1, 11);
    hear(moved);
    wait(AttestationGate::kWait);
    ASSERT_EQ(verdict(said), Verdict::kRefused);
    const auto answered_before = answers.size();
    wait(AttestationGate::kJudgedRemembered - AttestationGate::kWait);
    relay(2, moved);
    EXPECT_TRUE(placed(1, 2));
    EXPECT_TRUE(noticed("ANCHOR_ATTESTED_LATE"));
    EXPECT_EQ(answers.size(), answered_before);
}

/// An AR of which a word has come late.
class ArBehindTest : public AttestationTest {
protected:
    ArBehindTest() {
        const auto slow = event(2, 7, 70);
        hear(slow);
        wait(AttestationGate::kBehind);
        relay(2, slow);
        EXPECT_EQ(gate.waiting(), 0u);
    }
};

TEST_F(ArBehindTest, ItsClientsHaveTheirReplyAndThePathFollowsItsWord) {
    const auto moved = event(2, 1, 11), elsewhere = event(1, 2, 12);
    hear(moved);
    const auto deferred = said;
    hear(elsewhere);
    wait(AttestationGate::kWait);
    EXPECT_EQ(verdict(deferred), Verdict::kDeferred);
    EXPECT_EQ(verdict(said), Verdict::kRefused) << "that AR is not behind";
    EXPECT_FALSE(placed(1, 2));
    EXPECT_FALSE(noticed("ANCHOR_ATTESTED_LATE"));
    gate.source_gone(domain());  // who has its Reply does not ask again
    relay(2, moved);
    EXPECT_TRUE(placed(1, 2));
    EXPECT_TRUE(noticed("ANCHOR_ATTESTED_LATE"));
}

TEST_F(ArBehindTest, WhatIsForgedMeanwhileMovesNothingAndIsTold) {
    hear(event(2, 1, 11));
    wait(AttestationGate::kWait);
    ASSERT_EQ(verdict(said), Verdict::kDeferred);
    EXPECT_FALSE(noticed("ANCHOR_NOT_ATTESTED")) << "the word may be on its way";
    wait(AttestationGate::kJudgedRemembered + Milliseconds{1});
    EXPECT_TRUE(noticed("ANCHOR_NOT_ATTESTED"));
    EXPECT_FALSE(placed(1, 2));
}

TEST_F(ArBehindTest, ItIsSoForAMomentOnly) {
    wait(AttestationGate::kBehindRemembered);
    hear(event(2, 1, 11));
    wait(AttestationGate::kWait);
    EXPECT_EQ(verdict(said), Verdict::kRefused);
}

TEST_F(ArBehindTest, AWordThatComesAfterARefusalShowsItToo) {
    wait(AttestationGate::kBehindRemembered);
    const auto refused = event(2, 1, 11);
    hear(refused);
    wait(AttestationGate::kWait);
    ASSERT_EQ(verdict(said), Verdict::kRefused);
    relay(2, refused);
    hear(event(2, 2, 12));
    wait(AttestationGate::kWait);
    EXPECT_EQ(verdict(said), Verdict::kDeferred);
}

TEST_F(ArBehindTest, ANewSessionBeginsAnew) {
    gate.ar_gone(ar(2));
    gate.ar_came(ar(2), true, moment());
    hear(event(2, 1, 11));
    wait(AttestationGate::kWait);
    EXPECT_EQ(verdict(said), Verdict::kRefused);
}

TEST_F(AttestationTest, AWordThatIsWaitedForAMomentOnlyIsNotLate) {
    const auto first = event(2, 1, 11);
    hear(first);
    wait(AttestationGate::kBehind - Milliseconds{1});
    relay(2, first);
    hear(event(2, 2, 12));
    wait(AttestationGate::kWait);
    EXPECT_EQ(verdict(said), Verdict::kRefused);
}

TEST_F(AttestationTest, AWordThatComesTooLatePlacesNothing) {
    const auto moved = event(2, 1, 11);
    hear(moved);
    wait(AttestationGate::kWait);
    wait(AttestationGate::kJudgedRemembered + Milliseconds{1});
    relay(2, moved);
    EXPECT_FALSE(placed(1, 2));
}

TEST_F(AttestationTest, ALateWordTakesNothingBackThatWasSaidMeanwhile) {
    const auto first = event(1, 1, 11);
    hear(first);
    wait(AttestationGate::kWait);
    const auto second = event(2, 1, 12);
    relay(2, second);
    hear(second);
    ASSERT_TRUE(placed(1, 2)) << "nothing waits for what was refused";
    relay(1, first);
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(AttestationTest, ALateWordRevivesNothingThatHasEnded) {
    const auto ended = event(1, 1, 11), left = event(1, 2, 12), declined = event(1, 3, 13);
    for (const auto& each : {ended, left, declined}) hear(each);
    wait(AttestationGate::kWait);
    gate.detached(domain(), ++said, {mn(1), {home(1)}, DetachReason::kReleased}, moment());
    gate.detached(domain(), ++said, {std::nullopt, {home(3)}, DetachReason::kDeclined}, moment());
    relay(1, ended);
    relay(1, declined);
    gate.source_gone(domain());
    relay(1, left);
    EXPECT_EQ(anchor->bindings().size(), 0u);
}

TEST_F(AttestationTest, AnotherSourceEndsNothingOfWhatWasRefused) {
    const auto moved = event(2, 1, 11);
    hear(moved);
    wait(AttestationGate::kWait);
    gate.detached(domain(kOtherDomain), 99, {mn(1), {home(1)}, DetachReason::kExpired}, moment());
    gate.source_gone(domain(kOtherDomain));
    relay(2, moved);
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(AttestationTest, WhoForgesMuchOfOneMnMakesNothingOfOthersForgotten) {
    const auto late = event(1, 1, 11), first = event(1, 2, 20);
    hear(late);
    hear(first);
    for (std::uint32_t i = 0; i < Unattested::kMostOfMn; ++i) hear(event(2, 2, 100 + i));
    wait(AttestationGate::kWait);
    relay(1, first);
    EXPECT_FALSE(placed(2, 1)) << "the oldest of its own";
    relay(1, late);
    EXPECT_TRUE(placed(1, 1));
}

TEST(UnattestedTest, IsBounded) {
    Unattested judged;
    const Instant now{std::chrono::hours{1}};
    for (std::size_t i = 0; i <= Unattested::kMost; ++i) {
        Attached event;
        event.mn = {std::to_string(i)};
        judged.remember({{}, event, "key", {}, now, false});
    }
    EXPECT_EQ(judged.size(), Unattested::kMost);
    EXPECT_FALSE(judged.take({"0"}, "key"));
    EXPECT_TRUE(judged.take({"1"}, "key"));
    EXPECT_FALSE(judged.take({"1"}, "key")) << "once";
    EXPECT_FALSE(judged.take_older(now));
    std::size_t forgotten = 0;
    while (judged.take_older(now + Milliseconds{1})) ++forgotten;
    EXPECT_EQ(forgotten, Unattested::kMost - 1);
    EXPECT_EQ(judged.size(), 0u);
}

TEST_F(AttestationTest, WhatWasRelayedLongAgoProvesNothing) {
    const auto old = event(1, 1, 11);
    gate.relayed(ar(1), as_relayed(old), moment());
    now += AttestationGate::kRemembered;
    gate.tick(moment());
    hear(old);
    EXPECT_EQ(gate.waiting(), 1u);
}

/// The former holder's lease is ended late (by the HA partner, say) while the new holder's message
/// waits for its relay's word.
TEST_F(AttestationTest, ALateEndOfAFormerHolderTakesNothingFromTheNext) {
    const auto next = event(1, 2, 7);
    hear(next);
    gate.detached(domain(kOtherDomain), 1, {mn(1), {home(2)}, DetachReason::kExpired}, moment());
    gate.detached(domain(), ++said, {mn(1), {home(2)}, DetachReason::kExpired}, moment());
    gate.relayed(ar(1), as_relayed(next), moment());
    EXPECT_TRUE(placed(2, 1));
}

}  // namespace
}  // namespace mobility
