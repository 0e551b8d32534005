// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Whoever has a certificate, and neither reads nor says who it is nor leaves room for others: what
// it costs the anchor, and what the operator sees of it.
#include "tests/unit/core/association_world.h"

namespace mobility {
namespace {

using namespace example;

class UnrulyPeer : public Association {
protected:
    std::size_t told(const std::string& id) const {
        return static_cast<std::size_t>(std::count_if(
            notices.begin(), notices.end(), [&](const auto& each) { return each.id == id; }));
    }
    /// A second's tick on both sides, so often.
    void pass(int seconds, Peer& peer) {
        for (int i = 0; i < seconds; ++i) {
            clock.instant += Seconds{1};
            node.tick(clock.instant);
            peer.session.tick(clock.instant);
            run();
        }
    }
};

/// This process was busy, or stopped, for longer than four heartbeats: its peers were not silent.
TEST_F(UnrulyPeer, OurOwnPauseIsNotThePeersSilence) {
    auto& ar = associated(as_ar(1));
    node.tick(clock.instant);
    control::Message heartbeat;
    heartbeat.mutable_heartbeat();
    for (int i = 0; i < 10; ++i) {
        clock.instant += Seconds{1};
        ar.session.send(heartbeat);  // it goes on saying that it is there
    }
    node.tick(clock.instant);  // the timer is due before the sockets are read
    run();
    EXPECT_FALSE(ar.reason) << *ar.reason;
}

TEST_F(UnrulyPeer, AfterOurOwnPauseWhoHasJustConnectedHasTimeToAssociate) {
    auto& ar = connect(ar_name(1));
    node.tick(clock.instant);
    clock.instant += Seconds{60};
    node.tick(clock.instant);
    say(ar, as_ar(1));
    EXPECT_FALSE(ar.reason) << *ar.reason;
    EXPECT_EQ(node.sessions().states().size(), 1u);
}

TEST_F(UnrulyPeer, HeartbeatsThatNobodyWantsAnAnswerToFillNoMemory) {
    auto& peer = connect("any.example");
    run();
    peer.link.stall(0, true);  // it takes nothing
    control::Message heartbeat;
    heartbeat.mutable_heartbeat();
    for (int i = 0; i < 300'000; ++i) {
        peer.session.send(heartbeat);
        if (i % 1000 == 0) peer.link.run();
    }
    EXPECT_LT(peer.link.end(1).unsent(), 1u << 20);
    EXPECT_FALSE(peer.reason) << "one that is only slow has nothing to fear";
    peer.link.stall(0, false);
    peer.link.run();
    EXPECT_EQ(peer.link.end(1).unsent(), 0u);
    EXPECT_FALSE(peer.reason) << *peer.reason;
}

TEST_F(UnrulyPeer, AnswersThatAreNotReadEndTheSessionAndTheOperatorIsTold) {
    auto request = as_source();
    request.add_features(control::FEATURE_LIST_DIGEST);
    auto& source = associated(request);
    source.link.stall(0, true);
    control::Message question;
    wire::write(StateDigest{}, *question.mutable_state_digest());
    std::size_t most = 0;
    for (int i = 0; i < 50'000; ++i) {
        source.session.send(question);
        if (i % 100 == 0) source.link.run();
        most = std::max(most, source.link.end(1).unsent());
    }
    EXPECT_GT(most, Session::kMostUnsent / 2) << "or this asks for too little";
    EXPECT_LT(most, Session::kMostUnsent + (1u << 20));
    source.link.close_limit_passes();
    run();
    EXPECT_TRUE(source.reason);
    ASSERT_EQ(told("ANCHOR_PEER_OVERRUN"), 1u);
    EXPECT_NE(notices.back().text.find("kea1.example from"), std::string::npos);
    EXPECT_EQ(node.sessions().states().size(), 0u);
    associated(request);
}

TEST_F(UnrulyPeer, WhoDoesNotAssociateIsNotKept) {
    auto& peer = connect("any.example");
    pass(9, peer);
    EXPECT_FALSE(peer.reason) << *peer.reason;
    pass(2, peer);
    ASSERT_TRUE(peer.reason);
    EXPECT_NE(peer.reason->find("not associated within 10 s"), std::string::npos) << *peer.reason;
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_STREQ(notices[0].id, "ANCHOR_ASSOCIATION_REFUSED");
    EXPECT_NE(notices[0].text.find("certificate of any.example"), std::string::npos);
}

TEST_F(UnrulyPeer, WhoHasAssociatedIsKept) {
    auto& ar = associated(as_ar(1));
    pass(60, ar);
    EXPECT_FALSE(ar.reason) << *ar.reason;
}

TEST_F(UnrulyPeer, ACertificateHasAsManyConnectionsAsAnAgentCanNeed) {
    auto& ar = associated(as_ar(1));
    for (int i = 0; i < 7; ++i) connect(ar_name(1));
    run();
    EXPECT_EQ(notices.size(), 1u) << "ANCHOR_ASSOCIATED";
    auto& ninth = connect(ar_name(1));
    auto& other = associated(as_ar(2));
    run();
    ASSERT_TRUE(ninth.reason);
    EXPECT_EQ(told("ANCHOR_ASSOCIATION_REFUSED"), 1u);
    EXPECT_NE(notices[1].text.find(ar_name(1) + ": it has 8 connections"), std::string::npos)
        << notices[1].text;
    EXPECT_FALSE(ar.reason || other.reason);
    peers[1]->session.end(control::CODE_UNSPECIFIED, "one less");
    run();
    EXPECT_FALSE(associated(as_ar(1)).reason) << "and there is room again";
}

TEST_F(UnrulyPeer, ARefusedAssociationIsToldOnce) {
    auto request = as_ar(1);
    request.set_identity("ar9.example");
    auto& peer = connect("ar9.example");
    say(peer, request);
    ASSERT_TRUE(peer.reason);
    EXPECT_EQ(notices.size(), 1u) << notices.back().id << ": " << notices.back().text;
    auto& mute = connect("kea1.example");
    mute.session.send(commit(1, 1));
    run();
    EXPECT_EQ(notices.size(), 2u) << notices.back().id << ": " << notices.back().text;
}

TEST_F(UnrulyPeer, TwoAgentsWithOneIdentityAreToldWithBothAddresses) {
    Peer here(node, clock, ar_name(1), "[2001:db8:1::a]:1111");
    Peer there(node, clock, ar_name(1), "[2001:db8:2::b]:2222");
    for (auto* each : {&here, &there}) {
        say(*each, as_ar(1));
        each->link.run();
        node.work();
    }
    here.link.run();
    ASSERT_EQ(told("ANCHOR_SESSION_REPLACED"), 1u);
    const auto& notice = *std::find_if(notices.begin(), notices.end(), [](const auto& each) {
        return std::string(each.id) == "ANCHOR_SESSION_REPLACED";
    });
    for (const char* part : {"2001:db8:1::a", "2001:db8:2::b", "ar1.example"}) {
        EXPECT_NE(notice.text.find(part), std::string::npos) << notice.text;
    }
    EXPECT_EQ(notice.about, ar_name(1)) << "it takes nothing of the others' share of the log";
    ASSERT_TRUE(here.reason);
    EXPECT_NE(here.reason->find("2001:db8:2::b"), std::string::npos) << *here.reason;
}

TEST_F(UnrulyPeer, WhatAPeerSaysIsOneShortLineInTheLog) {
    const auto forged = "bye\n2026-01-01 00:00:00.000 ERROR ANCHOR_LIST_TOO_SHORT forged" +
                        std::string(500'000, 'x');
    auto& leaves = connect("any.example");
    leaves.session.end(control::CODE_UNSPECIFIED, forged);
    run();
    auto& claims = connect("any.example");
    auto request = as_source();
    request.set_identity(forged);
    say(claims, request);
    request = as_source();
    request.set_lease_domain(forged);
    say(connect("kea1.example"), request);
    auto& source = associated(as_source());
    auto& ar = associated(as_ar(1));
    report_nothing(ar);
    source.session.send(commit(1, 1));
    run();
    control::Message refusal;
    refusal.mutable_acknowledgement()->set_number(ar.heard.back().number());
    auto& result = *refusal.mutable_acknowledgement()->add_results();
    result.set_code(control::CODE_INVALID_ATTACHMENT);
    result.set_text(forged);
    ar.session.send(refusal);
    run();
    EXPECT_EQ(told("ANCHOR_ASSOCIATION_REFUSED"), 2u);
    EXPECT_EQ(told("ANCHOR_AR_REFUSED"), 1u);
    for (const auto& notice : notices) {
        EXPECT_EQ(notice.text.find('\n'), std::string::npos) << notice.id;
        EXPECT_LT(notice.text.size(), 1000u) << notice.id;
    }
}

}  // namespace
}  // namespace mobility
