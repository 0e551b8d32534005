// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who may associate as what, and what is agreed.
#include "tests/unit/core/association_world.h"

namespace mobility {
namespace {

using namespace example;

TEST_F(Association, AnArLearnsTheAnchorsTerms) {
    const auto& reply = associated(as_ar(1)).heard.at(0).associate_reply();
    EXPECT_EQ(reply.identity(), "anchor.example");
    EXPECT_EQ(reply.mode(), control::TRANSPORT_SEG6);
    EXPECT_EQ(reply.tunnel_address(), wire::bytes(address("2001:db8:f::1")));
    EXPECT_TRUE(reply.reverse_tunnel());
    ASSERT_EQ(reply.prefixes_size(), 1);
    EXPECT_EQ(*wire::read(reply.prefixes(0)), prefix("2001:db8:a::/48"));
    ASSERT_EQ(node.sessions().states().size(), 1u);
    EXPECT_EQ(node.sessions().states()[0].role, "access");
}

TEST_F(Association, TheNewestVersionOfBothIsSpoken) {
    auto request = as_ar(1);
    for (const auto& [oldest, newest] : {std::pair{1u, 1u}, {1u, 2u}, {2u, 2u}, {2u, 9u}}) {
        request.set_oldest_version(oldest);
        request.set_version(newest);
        const auto& reply = associated(request).heard.at(0).associate_reply();
        EXPECT_EQ(reply.version(), std::min(newest, kControlVersion));
    }
}

TEST_F(Association, WithoutACommonVersionThereIsNoSessionAndTheTextNamesBothRanges) {
    auto request = as_ar(1);
    request.set_oldest_version(3);
    request.set_version(4);
    expect_refused(request, {"3 to 4", "1 to 2"}, "", control::CODE_UNSUPPORTED);
    request.set_oldest_version(0);
    request.set_version(0);
    expect_refused(request, {"version 0"}, "", control::CODE_UNSUPPORTED);
}

TEST_F(Association, WhatBothKnowIsAgreedAndTheRestIsNotUsed) {
    auto request = as_ar(1);
    EXPECT_EQ(associated(request).heard.at(0).associate_reply().features_size(), 0)
        << "a peer of version 1 names none";
    request.add_features(control::FEATURE_LOCATION_DEREGISTRATION);
    request.add_features(static_cast<control::Feature>(77));
    const auto& reply = associated(request).heard.at(0).associate_reply();
    ASSERT_EQ(reply.features_size(), 1);
    EXPECT_EQ(reply.features(0), control::FEATURE_LOCATION_DEREGISTRATION);
}

TEST_F(Association, ARequiredFeatureThatNobodyKnowsIsRefused) {
    auto request = as_ar(1);
    request.add_required_features(control::FEATURE_LOCATION_DEREGISTRATION);
    associated(request);
    request.add_required_features(77);
    expect_refused(request, {"feature 77"}, "", control::CODE_UNSUPPORTED);
}

TEST_F(Association, LinkAddressesThatOnlyOneSideKnowsAreToldToTheOperator) {
    auto request = as_ar(1);
    const auto granted = ar_claim(1).link_addresses;
    for (std::size_t i = 1; i < granted.size(); ++i) {
        request.add_link_addresses(wire::bytes(granted[i]));
    }
    request.add_link_addresses(wire::bytes(address("2001:db8:77::1")));
    associated(request);
    ASSERT_GE(notices.size(), 3u);
    EXPECT_STREQ(notices[0].id, "ANCHOR_LINK_ADDRESS");
    EXPECT_NE(notices[0].text.find("2001:db8:77::1 is served there"), std::string::npos);
    EXPECT_NE(notices[1].text.find(granted[0].text() + " is in the inventory"), std::string::npos);
}

TEST_F(Association, AnIdentityThatTheCertificateDoesNotNameIsRefused) {
    expect_refused(as_ar(1), {ar_name(1), "certificate"}, ar_name(2));
    expect_refused(as_source(), {"kea1.example", "certificate"}, ar_name(2));
}

TEST_F(Association, ARoleThatCannotAssociateHereIsRefused) {
    auto request = as_ar(1);
    request.set_role(control::ROLE_ANCHOR);
    expect_refused(request, {"role 3"}, "", control::CODE_UNSUPPORTED);
    request.set_role(static_cast<control::Role>(9));
    expect_refused(request, {"role 9"}, "", control::CODE_UNSUPPORTED);
}

TEST_F(Association, AnArThatTheInventoryDoesNotHaveIsRefused) {
    expect_refused(as_ar(7), {ar_name(7)}, "", control::CODE_UNKNOWN_ACCESS_ROUTER);
}

TEST_F(Association, AnArWithAnothersTunnelAddressIsRefusedNamingBoth) {
    auto request = as_ar(1);
    request.set_tunnel_address(wire::bytes(ar_claim(2).tunnel_address));
    expect_refused(request, {"2001:db8:0:1::2", "2001:db8:0:2::2"});
    request.set_tunnel_address("nonsense");
    expect_refused(request, {"tunnel address"});
}

TEST_F(Association, AnArWithoutThisAnchorsModeIsRefused) {
    auto request = as_ar(1);
    request.clear_modes();
    request.add_modes(control::TRANSPORT_IP6TNL);
    expect_refused(request, {"mode"}, "", control::CODE_UNSUPPORTED);
}

TEST_F(Association, ACoreWithTooSmallAnMtuIsAcceptedAndTheOperatorIsTold) {
    auto request = as_ar(1);
    request.set_core_mtu(1500);
    associated(request);
    EXPECT_STREQ(notices.at(0).id, "ANCHOR_CORE_MTU");
    EXPECT_NE(notices.at(0).text.find("1500"), std::string::npos);
}

TEST_F(Association, ASourceOfAnUnknownDomainIsRefused) {
    auto request = as_source();
    request.set_lease_domain("nowhere/6");
    expect_refused(request, {"nowhere/6"});
}

TEST_F(Association, ASourceOfADomainThatAnotherServesIsRefused) {
    auto request = as_source();
    request.set_identity("kea2.example");
    expect_refused(request, {kDomain, "kea1.example"});
}

TEST_F(Association, ASourceThatClaimsPrefixesOfOthersIsRefused) {
    auto request = as_source();
    wire::write(prefix("2001:db8:b::/64"), *request.add_prefixes());
    expect_refused(request, {"does not own 2001:db8:b::/64"});
    request = as_source();
    wire::write(prefix("2001:db8:a:8000::/49"), *request.add_prefixes());
    expect_refused(request, {"2001:db8:a:8000::/49"});
    request = as_source();
    request.add_prefixes()->set_length(200);
    expect_refused(request, {"prefix"});
}

TEST_F(Association, WhoSpeaksBeforeAssociateIsCutOff) {
    auto& peer = connect("kea1.example");
    peer.session.send(commit(1, 1));
    run();
    EXPECT_TRUE(peer.reason);
    EXPECT_EQ(node.anchor().bindings().size(), 0u);
}

TEST_F(Association, WhoSaysWhatItsRoleDoesNotSayIsCutOff) {
    auto& ar = associated(as_ar(1));
    ar.session.send(commit(1, 1));
    run();
    EXPECT_TRUE(ar.reason);
    auto& source = associated(as_source());
    control::Message message;
    message.mutable_location_registration();
    source.session.send(message);
    run();
    EXPECT_TRUE(source.reason);
    auto& twice = associated(as_ar(2));
    say(twice, as_ar(2));
    EXPECT_TRUE(twice.reason);
    EXPECT_EQ(node.anchor().bindings().size(), 0u);
}

TEST_F(Association, AnAcknowledgementOfWhatWasNeverSentEndsTheSession) {
    auto& ar = associated(as_ar(1));
    control::Message message;
    message.mutable_acknowledgement()->set_number(99);
    ar.session.send(message);
    run();
    EXPECT_TRUE(ar.reason);
}

TEST_F(Association, ANewSessionOfTheSameArReplacesTheOldOne) {
    auto& source = associated(as_source());
    list_nothing(source);
    auto& old = associated(as_ar(1));
    report_nothing(old);
    auto& fresh = associated(as_ar(1));
    EXPECT_TRUE(old.reason);
    EXPECT_NE(old.reason->find("replaced"), std::string::npos) << *old.reason;
    report_nothing(fresh);
    source.session.send(commit(1, 1));
    run();
    EXPECT_EQ(fresh.count(control::Message::kRoutingSetup), 1u);
    EXPECT_EQ(old.count(control::Message::kRoutingSetup), 0u);
    EXPECT_EQ(node.sessions().states().size(), 2u);
}

TEST_F(Association, ANewSessionOfTheSameSourceReplacesTheOldOneAndItsQuestions) {
    auto& old = associated(as_source());
    auto& ar = associated(as_ar(1));
    old.session.send(commit(1, 1));
    run();
    auto& fresh = associated(as_source());
    EXPECT_TRUE(old.reason);
    fresh.session.send(commit(1, 1));  // a restarted source numbers from the beginning
    run();
    EXPECT_EQ(fresh.count(control::Message::kAcknowledgement), 0u);
    control::Message message;
    message.mutable_acknowledgement()->set_number(ar.heard.back().number());
    message.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
    ar.session.send(message);
    run();
    EXPECT_EQ(fresh.count(control::Message::kAcknowledgement), 1u) << "its own, and once";
    EXPECT_EQ(kernel.state().routes.size(), 1u);
}

TEST_F(Association, RemovingAClaimEndsTheSessionAtOnce) {
    auto& ar = associated(as_ar(1));
    auto& stays = associated(as_ar(2));
    auto& source = associated(as_source());
    auto claims = source_claims();
    claims[0].identity = "kea7.example";
    ASSERT_TRUE(inventory.replace({ar_claim(2)}, claims));
    node.inventory_changed();
    source.session.send(commit(2, 1));
    run();
    EXPECT_TRUE(ar.reason);
    EXPECT_TRUE(source.reason);
    EXPECT_FALSE(stays.reason);
    EXPECT_EQ(node.anchor().bindings().size(), 0u) << "what it says after that is not heard";
    expect_refused(as_ar(1), {ar_name(1)}, "", control::CODE_UNKNOWN_ACCESS_ROUTER);
}

TEST_F(Association, AnArHearsTheEndOfItsStateOnlyWhenTheSourcesHaveListed) {
    // Else an AR that restarted together with its anchor would remove every route that it found.
    auto& ar = associated(as_ar(1));
    report_nothing(ar);
    EXPECT_EQ(ar.count(control::Message::kFullStateEnd), 0u);
    auto& first = associated(as_source());
    list_nothing(first);
    EXPECT_EQ(ar.count(control::Message::kFullStateEnd), 0u);
    first.session.send(commit(1, 1));
    run();
    EXPECT_EQ(ar.count(control::Message::kRoutingSetup), 1u) << "moves do not wait";
    auto request = as_source();
    request.set_identity("kea2.example");
    request.set_lease_domain(kOtherDomain);
    request.clear_prefixes();
    list_nothing(associated(request));
    EXPECT_EQ(ar.count(control::Message::kFullStateBegin), 1u);
    EXPECT_EQ(ar.count(control::Message::kFullStateEnd), 1u);
    auto& late = associated(as_ar(2));
    report_nothing(late);
    EXPECT_EQ(late.count(control::Message::kFullStateEnd), 1u);
}

TEST_F(Association, AnArThatLostAnMnSaysSoAndOnlyOfTheRecordThatItHas) {
    auto& source = associated(as_source());
    auto& ar = associated(as_ar(1));
    report_nothing(ar);
    source.session.send(commit(1, 1));
    run();
    const auto& setup = ar.heard.back();
    acknowledge(ar, setup);
    const auto sequence = setup.routing_setup().records(0).sequence();
    ASSERT_TRUE(kernel.state().routes.contains(home(1)));
    const auto deregister = [&](std::uint64_t which) {
        control::Message message;
        wire::write(home(1), *message.mutable_location_deregistration()->add_prefixes());
        message.mutable_location_deregistration()->add_sequences(which);
        ar.session.send(message);
        run();
        const auto& results = ar.heard.back().acknowledgement().results();
        return results.empty() ? control::CODE_UNSPECIFIED : results[0].code();
    };
    EXPECT_EQ(deregister(sequence - 1), control::CODE_SUPERSEDED);
    EXPECT_TRUE(kernel.state().routes.contains(home(1)));
    deregister(sequence);
    EXPECT_FALSE(kernel.state().routes.contains(home(1)));
    EXPECT_TRUE(node.anchor().bound(home(1))) << "its lease lives on";
    EXPECT_EQ(ar.count(control::Message::kLocationDeregistration), 1u);
    source.session.send(commit(2, 2));
    run();
    ASSERT_TRUE(node.anchor().bindings().find(home(1))->where) << "its next message places it";
}

TEST_F(Association, ADeregistrationWithoutItsSequencesIsRefused) {
    auto& ar = associated(as_ar(1));
    control::Message message;
    wire::write(home(1), *message.mutable_location_deregistration()->add_prefixes());
    ar.session.send(message);
    run();
    EXPECT_TRUE(ar.reason);
}

TEST_F(Association, AnAnchorThatStopsTellsAllItsPeersWhy) {
    auto& source = associated(as_source());
    auto& ar = associated(as_ar(1));
    node.leave("maintenance");
    run();
    for (auto* peer : {&source, &ar}) {
        ASSERT_TRUE(peer->reason);
        EXPECT_NE(peer->reason->find("maintenance"), std::string::npos) << *peer->reason;
    }
}

TEST_F(Association, ASilentPeerIsGoneAndWhatItOwedIsDeferred) {
    auto& source = associated(as_source());
    auto& ar = associated(as_ar(1));
    report_nothing(ar);
    source.session.send(commit(1, 1));
    run();
    EXPECT_EQ(source.count(control::Message::kAcknowledgement), 0u);
    ar.link.stall(1, true);
    for (int i = 0; i < 8; ++i) {
        clock.instant += Seconds{1};
        node.tick(clock.instant);
        source.session.tick(clock.instant);
        run();
    }
    ar.link.close_limit_passes();
    run();
    ASSERT_EQ(source.count(control::Message::kAcknowledgement), 1u);
    EXPECT_EQ(source.heard.back().acknowledgement().results(0).code(), control::CODE_DEFERRED);
}

/// SIGHUP: the operator has given an AR another tunnel address.
TEST_F(Association, ATunnelAddressThatChangedInTheInventoryIsWhereTheTunnelsLead) {
    auto& source = associated(as_source());
    auto* ar = &associated(as_ar(1));
    report_nothing(*ar);
    source.session.send(commit(1, 1));
    run();
    ASSERT_TRUE(ar->heard.back().has_routing_setup());
    acknowledge(*ar, ar->heard.back());
    ASSERT_EQ(kernel.state().routes.at(home(1)), Forwarding(Tunnel{ar_claim(1).tunnel_address}));
    auto moved = ar_claim(1);
    moved.tunnel_address = address("2001:db8:0:1::99");
    ASSERT_TRUE(inventory.replace({moved, ar_claim(2), ar_claim(3)}, source_claims()));
    node.inventory_changed();
    run();
    ar->session.end(control::CODE_UNSPECIFIED, "restarted with its new tunnel address");
    run();
    auto request = as_ar(1);
    request.set_tunnel_address(wire::bytes(moved.tunnel_address));
    auto& again = associated(request);
    report_nothing(again);
    for (const auto& message : std::vector(again.heard)) {
        if (message.has_routing_setup()) acknowledge(again, message);
    }
    clock.instant += Seconds{60};
    node.tick(clock.instant);
    run();
    EXPECT_EQ(kernel.state().routes.at(home(1)), Forwarding(Tunnel{moved.tunnel_address}));
}

}  // namespace
}  // namespace mobility
