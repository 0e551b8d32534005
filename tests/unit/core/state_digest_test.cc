// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is equal is not said again: digests, and a session that begins with them.
#include "core/state_digest.h"

#include "tests/unit/core/association_world.h"

namespace mobility {
namespace {

using namespace example;

TEST(StateDigest, TheOrderOfTheRecordsDoesNotMatter) {
    StateDigest forwards, backwards;
    for (int i = 1; i <= 500; ++i) forwards.add(home(i), static_cast<std::uint64_t>(i));
    for (int i = 500; i >= 1; --i) backwards.add(home(i), static_cast<std::uint64_t>(i));
    EXPECT_TRUE(forwards.differing(backwards).none());
}

TEST(StateDigest, OneOtherSequenceOneMoreAndOneLessShowInTheirBucketsOnly) {
    StateDigest one, other;
    for (int i = 1; i <= 500; ++i) {
        one.add(home(i), 7);
        if (i != 3) other.add(home(i), i == 2 ? 8 : 7);
    }
    other.add(home(501), 7);
    const auto differing = one.differing(other);
    std::size_t count = 0;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) count += differing[i];
    EXPECT_LE(count, 3u);
    for (const int each : {2, 3, 501}) EXPECT_TRUE(differing.has(home(each)));
}

TEST(StateDigest, ARecordThatProvesNothingIsNoPartOfWhatIsEqual) {
    StateDigest with, without;
    with.add(home(1), 0);
    EXPECT_TRUE(with.differing(without).has(home(1)));
}

TEST(StateDigest, TravelsAsItIsAndOfTheRightSizeOnly) {
    StateDigest digest;
    for (int i = 1; i <= 50; ++i) digest.add(home(i), static_cast<std::uint64_t>(i));
    control::StateDigest message;
    wire::write(digest, message);
    EXPECT_TRUE(wire::read(message)->differing(digest).none());
    message.add_sums(1);
    EXPECT_NE(wire::read(message).error().find("257"), std::string::npos);

    Buckets buckets;
    for (const std::size_t each : {0u, 9u, 255u}) buckets.add(each);
    control::FullStateBegin begin;
    wire::write(buckets, begin);
    const auto read = wire::read(begin);
    ASSERT_TRUE(read);
    for (std::size_t i = 0; i < Buckets::kCount; ++i) EXPECT_EQ((*read)[i], buckets[i]) << i;
    begin.set_buckets("short");
    EXPECT_NE(wire::read(begin).error().find("5 octets"), std::string::npos);
    EXPECT_TRUE(wire::read(control::FullStateBegin())->is_all()) << "as version 1 says it";
}

/// An AR with many records whose session ends and comes back.
class Resynchronisation : public Association {
protected:
    static constexpr int kMns = 1000;

    Resynchronisation() {
        auto& source = associated(as_source());
        auto& ar = associated(as_digesting_ar());
        begin(ar, {});
        for (int i = 1; i <= kMns; ++i) {
            source.session.send(commit_of(i));
            run();
            acknowledge(ar, ar.heard.back());
            held[home(i)] = ar.heard.back().routing_setup().records(0).sequence();
        }
        ar.session.end(control::CODE_UNSPECIFIED, "a cable was pulled");
        run();
        EXPECT_EQ(kernel.state().routes.size(), static_cast<std::size_t>(kMns));
        kernel.forget_history();
    }
    static control::Associate as_digesting_ar() {
        auto request = as_ar(1);
        request.add_features(control::FEATURE_STATE_DIGEST);
        return request;
    }
    control::Message commit_of(int number) {
        Attached event;
        event.mn = mn(number);
        event.attachment = attachment(1, number);
        event.items = {{1, home(number), Seconds{60}}};
        event.order = {static_cast<std::uint32_t>(number), Milliseconds{0}, clock.instant};
        control::Message message;
        message.set_number(static_cast<std::uint64_t>(number));
        wire::write(event, clock.instant, *message.mutable_mn_address_setup());
        return message;
    }
    /// The AR says what it has; it reports nothing more.
    void begin(Peer& ar, const std::map<Prefix, std::uint64_t>& has) {
        StateDigest digest;
        for (const auto& [prefix, sequence] : has) digest.add(prefix, sequence);
        control::Message message;
        wire::write(digest, *message.mutable_state_digest());
        ar.session.send(message);
        list_nothing(ar);
    }
    static std::size_t records(const Peer& ar) {
        std::size_t count = 0;
        for (const auto& each : ar.heard) {
            count += static_cast<std::size_t>(each.routing_setup().records_size());
        }
        return count;
    }
    static Buckets listed(const Peer& ar) {
        for (const auto& each : ar.heard) {
            if (each.has_full_state_begin()) return *wire::read(each.full_state_begin());
        }
        ADD_FAILURE() << "no full state";
        return {};
    }

    /// It acknowledges as it hears, until it has heard of every MN.
    void hear_all(Peer& ar) {
        for (int i = 0; i < kMns && records(ar) < kMns; ++i) acknowledge(ar, ar.heard.back());
        EXPECT_EQ(records(ar), static_cast<std::size_t>(kMns));
    }

    std::map<Prefix, std::uint64_t> held;
};

TEST_F(Resynchronisation, WhenBothHaveTheSameNothingIsSent) {
    auto& ar = associated(as_digesting_ar());
    begin(ar, held);
    EXPECT_EQ(ar.count(control::Message::kStateDigest), 1u);
    EXPECT_EQ(ar.count(control::Message::kFullStateBegin), 1u);
    EXPECT_TRUE(listed(ar).none());
    EXPECT_EQ(records(ar), 0u);
    EXPECT_TRUE(kernel.history().empty());
}

TEST_F(Resynchronisation, OnlyTheBucketsThatDifferAreSent) {
    held.erase(home(17));
    held[home(2000)] = 5;
    auto& ar = associated(as_digesting_ar());
    begin(ar, held);
    EXPECT_TRUE(listed(ar).has(home(17)));
    EXPECT_TRUE(listed(ar).has(home(2000))) << "so that the AR forgets it";
    EXPECT_GE(records(ar), 1u);
    EXPECT_LE(records(ar), 30u) << "of 1,000";
}

TEST_F(Resynchronisation, AnArThatKnowsNothingHearsAll) {
    auto& ar = associated(as_digesting_ar());
    begin(ar, {});
    hear_all(ar);
}

TEST_F(Resynchronisation, AnArOfVersionOneHearsAllAsEver) {
    auto& ar = associated(as_ar(1));
    report_nothing(ar);
    EXPECT_TRUE(listed(ar).is_all());
    EXPECT_EQ(ar.count(control::Message::kStateDigest), 0u);
    hear_all(ar);
}

TEST_F(Resynchronisation, WhatTheDigestProvesNeedsNoAcknowledgement) {
    auto& source = associated(as_source());
    auto& ar = associated(as_digesting_ar());
    begin(ar, held);
    auto moved = commit_of(1);
    moved.mutable_mn_address_setup()->mutable_attachment()->set_interface_id("access1");
    moved.mutable_mn_address_setup()->set_transaction(7777);
    source.session.send(moved);  // AR1 installs it, but the session is cut before it can say so
    run();
    const auto sequence = ar.heard.back().routing_setup().records(0).sequence();
    ar.session.end(control::CODE_UNSPECIFIED, "a cable was pulled");
    run();
    EXPECT_EQ(node.anchor().bindings().find(home(1))->route->sequence, held[home(1)]);
    held[home(1)] = sequence;
    auto& again = associated(as_digesting_ar());
    begin(again, held);
    EXPECT_EQ(records(again), 0u);
    EXPECT_EQ(node.anchor().bindings().find(home(1))->route->sequence, sequence);
}

TEST_F(Resynchronisation, ASourceHearsWhatTheAnchorHasOfItsLeases) {
    auto request = as_source();
    request.add_features(control::FEATURE_LIST_DIGEST);
    auto& source = associated(request);
    control::Message message;
    wire::write(StateDigest(), *message.mutable_state_digest());
    source.session.send(message);
    run();
    ASSERT_TRUE(source.heard.back().has_state_digest());
    const auto told = wire::read(source.heard.back().state_digest());
    EXPECT_EQ(told->sums(), node.anchor().lease_digest(inventory.domain(kDomain)).sums());
    EXPECT_FALSE(told->differing(StateDigest()).none());
}

TEST_F(Resynchronisation, ADigestOfASourceThatHasNotAskedForItIsRefused) {
    auto& source = associated(as_source());
    control::Message message;
    wire::write(StateDigest(), *message.mutable_state_digest());
    source.session.send(message);
    run();
    EXPECT_TRUE(source.reason);
}

}  // namespace
}  // namespace mobility
