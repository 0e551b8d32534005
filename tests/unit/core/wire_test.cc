// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Values become messages and come back; what a peer must not say is refused and named.
#include "core/wire.h"

#include <gtest/gtest.h>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

const Instant kNow{std::chrono::hours{3}};

Attached attached_event() {
    Attached event;
    event.mn = mn(1);
    event.attachment = attachment(1, 1);
    event.items = {{11, home(1), Seconds{3600}}, {12, delegated(2), Seconds{0xffffffff}}};
    event.proof = Proof::kLookup;
    event.order = {0xabcdef, Milliseconds{1230}, kNow - Milliseconds{45}, true};
    return event;
}

control::MnAddressSetup setup() {
    control::MnAddressSetup message;
    wire::write(attached_event(), kNow, message);
    return message;
}

template <typename Value>
void expect_refused(const Result<Value>& result, const std::string& named) {
    ASSERT_FALSE(result) << "expected a refusal that names " << named;
    EXPECT_NE(result.error().find(named), std::string::npos) << result.error();
}

TEST(Wire, AnAttachedKeepsEveryFieldAndItsAgeBecomesAnArrivalOnTheOtherClock) {
    const Instant there{std::chrono::hours{70'000}};
    const auto back = wire::read(setup(), there);
    ASSERT_TRUE(back) << back.error();
    const auto event = attached_event();
    EXPECT_EQ(back->mn, event.mn);
    EXPECT_EQ(back->attachment, event.attachment);
    EXPECT_EQ(back->items, event.items);
    EXPECT_EQ(back->proof, Proof::kLookup);
    EXPECT_EQ(back->order.transaction, event.order.transaction);
    EXPECT_EQ(back->order.elapsed, event.order.elapsed);
    EXPECT_EQ(back->order.arrived, there - Milliseconds{45});
    EXPECT_TRUE(back->order.coarse);
}

TEST(Wire, ElapsedTimeIsCappedAtAMinuteOnBothSides) {
    auto event = attached_event();
    event.order.elapsed = Milliseconds{655'350};
    control::MnAddressSetup message;
    wire::write(event, kNow, message);
    EXPECT_EQ(message.elapsed_ms(), 60'000u);
    message.set_elapsed_ms(655'350);
    EXPECT_EQ(wire::read(message, kNow)->order.elapsed, Milliseconds{60'000});
}

TEST(Wire, AnAgeIsNeverNegativeAndNeverBeyondAnHour) {
    auto event = attached_event();
    event.order.arrived = kNow + Seconds{5};
    control::MnAddressSetup message;
    wire::write(event, kNow, message);
    EXPECT_EQ(message.age_ms(), 0u);
    message.set_age_ms(0xffffffff);
    EXPECT_EQ(wire::read(message, kNow)->order.arrived, kNow - Milliseconds{3'600'000});
}

TEST(Wire, ADetachedKeepsItsReasonAndWhetherItNamesAnMn) {
    for (const auto reason : {DetachReason::kReleased, DetachReason::kDeclined,
                              DetachReason::kExpired, DetachReason::kDeleted}) {
        for (const bool any : {false, true}) {
            const Detached event{
                any ? std::nullopt : std::optional(mn(3)), {home(3), delegated(4)}, reason};
            control::MnAddressRemove message;
            wire::write(event, message);
            const auto back = wire::read(message);
            ASSERT_TRUE(back) << back.error();
            EXPECT_EQ(back->mn, event.mn);
            EXPECT_EQ(back->prefixes, event.prefixes);
            EXPECT_EQ(back->reason, reason);
        }
    }
}

TEST(Wire, ABindingRecordKeepsEveryField) {
    const BindingRecord record{home(1),          mn(1),      77,         kDomain,
                               attachment(2, 1), 1ull << 60, Seconds{90}};
    control::BindingRecord message;
    wire::write(record, message);
    const auto back = wire::read(message);
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, record);
}

TEST(Wire, ARecordThatProvesNothingTravelsWithoutAttachment) {
    const BindingRecord record{home(1), mn(1), 77, kDomain, {}, 0, Seconds{90}};
    control::BindingRecord message;
    wire::write(record, message);
    EXPECT_FALSE(message.has_attachment());
    ASSERT_TRUE(wire::read(message));
    EXPECT_EQ(*wire::read(message), record);
}

TEST(Wire, APageOfLeasesKeepsItsOrder) {
    const std::vector<LeaseEntry> page{{mn(2), {1, home(2), Seconds{5}}},
                                       {mn(1), {2, delegated(1), Seconds{6}}}};
    control::MnAddressList message;
    wire::write(page, message);
    const auto back = wire::read(message);
    ASSERT_TRUE(back) << back.error();
    ASSERT_EQ(back->size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ((*back)[i].mn, page[i].mn);
        EXPECT_EQ((*back)[i].item, page[i].item);
    }
}

TEST(Wire, EveryVerdictAndRefusalComesBack) {
    std::vector<Answer> answers;
    for (const auto verdict :
         {Verdict::kInstalled, Verdict::kUnchanged, Verdict::kDeferred, Verdict::kSuperseded}) {
        answers.push_back({verdict, Refusal::kNone, ""});
    }
    for (const auto refusal : kAllRefusals) {
        answers.push_back({Verdict::kRefused, refusal, "why"});
    }
    control::Acknowledgement message;
    wire::write(answers, message);
    EXPECT_EQ(wire::read(message), answers);
}

TEST(Wire, ACodeOfTheFutureIsARefusalAndNeverASuccess) {
    control::Acknowledgement message;
    message.add_results()->set_code(static_cast<control::Code>(99));
    message.add_results();  // CODE_UNSPECIFIED
    for (const auto& answer : wire::read(message)) {
        EXPECT_EQ(answer.verdict, Verdict::kRefused);
        EXPECT_EQ(answer.refusal, Refusal::kAdministrativelyProhibited);
    }
}

TEST(Wire, AProofOfTheFutureIsTheWeakerOne) {
    auto message = setup();
    message.set_proof(static_cast<control::MnAddressSetup::Proof>(7));
    EXPECT_EQ(wire::read(message, kNow)->proof, Proof::kLookup);
}

TEST(Wire, EveryModeIsKnownBothWaysAndAnUnknownOneIsNothing) {
    for (const auto mode : {TunnelMode::kSeg6, TunnelMode::kIp6Tnl, TunnelMode::kRouted}) {
        EXPECT_EQ(wire::mode(wire::mode(mode)), mode);
    }
    EXPECT_FALSE(wire::mode(control::TRANSPORT_UNSPECIFIED));
    EXPECT_FALSE(wire::mode(static_cast<control::TransportMode>(99)));
}

TEST(WireRefuses, AnEmptyOrOverlongMnIdentifier) {
    auto message = setup();
    message.set_mn_id("");
    expect_refused(wire::read(message, kNow), "MN identifier");
    message.set_mn_id(std::string(131, 'x'));
    expect_refused(wire::read(message, kNow), "131");
    message.set_mn_id(std::string(130, 'x'));
    EXPECT_TRUE(wire::read(message, kNow));
    control::MnAddressRemove remove;
    expect_refused(wire::read(remove), "MN identifier");
}

TEST(WireRefuses, AddressesThatAreNone) {
    auto message = setup();
    message.mutable_attachment()->set_link_address("12345");
    expect_refused(wire::read(message, kNow), "link-address");
    message = setup();
    message.mutable_attachment()->clear_relay_source();
    expect_refused(wire::read(message, kNow), "relay source");
    message = setup();
    message.mutable_attachment()->set_link_local(std::string(17, 'x'));
    expect_refused(wire::read(message, kNow), "peer-address");
    message = setup();
    message.clear_attachment();
    EXPECT_FALSE(wire::read(message, kNow));
}

TEST(WireRefuses, PrefixesThatAreNone) {
    auto message = setup();
    message.mutable_items(0)->mutable_prefix()->set_length(129);
    expect_refused(wire::read(message, kNow), "/129");
    message = setup();
    message.mutable_items(0)->mutable_prefix()->set_length(0x80000000);
    EXPECT_FALSE(wire::read(message, kNow));
    message = setup();
    message.mutable_items(1)->mutable_prefix()->set_length(16);
    expect_refused(wire::read(message, kNow), "/16");
    message = setup();
    message.mutable_items(1)->clear_prefix();
    EXPECT_FALSE(wire::read(message, kNow));
    message = setup();
    message.clear_items();
    expect_refused(wire::read(message, kNow), "items");
}

TEST(WireRefuses, OverlongInterfaceIdAndLinkLayerAddress) {
    auto message = setup();
    message.mutable_attachment()->set_interface_id(std::string(1025, 'x'));
    expect_refused(wire::read(message, kNow), "Interface-ID");
    message = setup();
    message.mutable_attachment()->set_link_layer_address(std::string(33, 'x'));
    expect_refused(wire::read(message, kNow), "link-layer");
}

TEST(WireRefuses, AnUnknownReason) {
    control::MnAddressRemove message;
    message.set_any_mn(true);
    message.set_reason(static_cast<control::MnAddressRemove::Reason>(9));
    expect_refused(wire::read(message), "reason");
}

}  // namespace
}  // namespace mobility
