// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Source, AR or anchor were away while an MN moved: what both have kept finds together, whoever is
// back first; what nobody can know is a matter of policy; what is fresh is as ever.
#include "core/kept_exchanges.h"
#include "tests/unit/core/attestation_world.h"

namespace mobility {
namespace {

using namespace example;
using enum AttestationPolicy;

/// The anchor's agent has just started; nobody has a session yet.
class LateAttestationTest : public AttestationTest {
protected:
    LateAttestationTest() {
        use(kPreferred);
        now += Seconds{10};
    }
    void use(AttestationPolicy policy) { fresh_.emplace(*anchor, policy); }
    AttestationGate& fresh() { return *fresh_; }
    void hear(const Attached& event) { fresh().attached(domain(), ++said, event, moment()); }
    void relay(int at, const Attached& event) {
        fresh().relayed(ar(at), as_relayed(event), moment());
    }
    void source_comes() { fresh().source_came(domain(), now); }
    /// What it has kept it tells in between.
    void ar_comes(int at) { fresh().ar_came(ar(at), true, moment()); }
    void has_told(int at, Milliseconds back) { fresh().told_since(ar(at), now - back, moment()); }
    void wait(Milliseconds time) {
        now += time;
        fresh().tick(moment());
    }
    Attached heard_before(Milliseconds time, int at, int number, std::uint32_t transaction) const {
        auto made = event(at, number, transaction);
        made.order.arrived = now - time;
        return made;
    }
    bool refused(std::uint64_t number) const {
        return answered(number) && verdict(number) == Verdict::kRefused;
    }
    static constexpr Milliseconds kLong{300'000};

private:
    std::optional<AttestationGate> fresh_;
};

TEST_F(LateAttestationTest, AMoveWhileTheAnchorWasAwayIsPlacedWhoeverIsBackFirst) {
    for (const auto policy : {kPreferred, kRequired}) {
        use(policy);
        const bool required = policy == kRequired;
        const int before = required ? 3 : 1, after = before + 1;
        const auto first = heard_before(Seconds{4}, 2, before, 11);
        const auto second = heard_before(Seconds{4}, 1, after, 12);
        ar_comes(1);
        relay(1, second);
        has_told(1, kLong);
        wait(Seconds{1});
        source_comes();
        hear(first);
        hear(second);
        EXPECT_TRUE(placed(after, 1)) << "its AR was back before its source";
        EXPECT_FALSE(placed(before, 2));
        wait(Seconds{2});
        EXPECT_FALSE(placed(before, 2)) << "its AR is not back";
        EXPECT_EQ(fresh().waiting(), 1u);
        ar_comes(2);
        EXPECT_EQ(fresh().waiting(), 1u) << "what it has kept follows";
        relay(2, first);
        EXPECT_TRUE(placed(before, 2));
        EXPECT_EQ(fresh().waiting(), 0u);
    }
}

TEST_F(LateAttestationTest, WhatIsForgedWhileTheAnchorIsAwayMovesNothing) {
    for (const auto policy : {kPreferred, kRequired}) {
        use(policy);
        const auto forged = heard_before(Seconds{4}, 2, 1, 11);
        source_comes();
        hear(forged);
        wait(Seconds{1});
        ar_comes(2);
        wait(Seconds{1});
        has_told(2, kLong);
        wait(AttestationGate::kWait);
        EXPECT_TRUE(refused(said));
        hear(forged);
        EXPECT_EQ(fresh().waiting(), 1u) << "said again by another source, it gains nothing";
        wait(AttestationGate::kWait);
        EXPECT_FALSE(placed(1, 2));
    }
}

TEST_F(LateAttestationTest, WhatAnArHasForgottenPreferredBelievesAndRequiredDoesNot) {
    for (const auto policy : {kPreferred, kRequired}) {
        use(policy);
        source_comes();
        hear(heard_before(Seconds{4}, 2, 1, policy == kPreferred ? 11 : 12));
        ar_comes(2);
        has_told(2, Seconds{3});  // its agent was restarted in between
        wait(AttestationGate::kWait);
        EXPECT_EQ(fresh().waiting(), 0u);
        EXPECT_EQ(refused(said), policy == kRequired);
    }
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(LateAttestationTest, AnArThatDoesNotComeBackIsWaitedForSoLongAndNoLonger) {
    for (const auto policy : {kPreferred, kRequired}) {
        use(policy);
        source_comes();
        hear(heard_before(Seconds{4}, 2, 1, policy == kPreferred ? 11 : 12));
        wait(AttestationGate::kLateWait - Milliseconds{1});
        EXPECT_EQ(fresh().waiting(), 1u);
        wait(Milliseconds{1});
        EXPECT_EQ(fresh().waiting(), 0u);
        EXPECT_EQ(refused(said), policy == kRequired);
    }
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(LateAttestationTest, AnArThatComesBackWithoutAttestingIsBelievedAtOnce) {
    source_comes();
    hear(heard_before(Seconds{4}, 2, 1, 11));
    fresh().ar_came(ar(2), false, moment());
    EXPECT_TRUE(placed(1, 2));
}

TEST_F(LateAttestationTest, AFreshMessageIsRefusedAfterItsShortWaitWhateverWasRestarted) {
    source_comes();
    ar_comes(2);
    has_told(2, Milliseconds{0});  // its agent has just started
    hear(event(2, 1, 11));
    wait(AttestationGate::kWait);
    EXPECT_TRUE(refused(said));
    auto slow = heard_before(Milliseconds{900}, 2, 1, 12);
    wait(Seconds{1});
    slow.order.arrived = now - Milliseconds{900};
    hear(slow);
    wait(AttestationGate::kWait);
    EXPECT_TRUE(refused(said)) << "a slow server's as well";
    EXPECT_FALSE(placed(1, 2));
}

TEST_F(LateAttestationTest, WhatWasRelayedWhileASourceWasAwayIsRememberedUntilItHasTold) {
    ar_comes(2);
    has_told(2, kLong);
    fresh().set_source_away(true);
    const auto moved = event(2, 1, 11), forged = event(2, 2, 12);
    relay(2, moved);
    wait(Seconds{60});
    source_comes();
    hear(moved);
    EXPECT_TRUE(placed(1, 2));
    hear(forged);
    wait(AttestationGate::kWait);
    EXPECT_TRUE(refused(said)) << "nothing is forgotten: the AR would have told";
    fresh().set_source_away(false);
    wait(Milliseconds{1});
    fresh().source_gone(domain());
    wait(Seconds{1});
    source_comes();
    hear(moved);
    wait(AttestationGate::kWait);
    EXPECT_FALSE(refused(said)) << "forgotten, so that nobody can know";
}

TEST_F(LateAttestationTest, OneThatWaitsLongHoldsUpNoOtherMnAndItsOwnForAMoment) {
    source_comes();
    ar_comes(1);
    has_told(1, kLong);
    hear(heard_before(Seconds{4}, 2, 1, 11));
    const auto others = event(1, 2, 21);
    relay(1, others);
    hear(others);
    EXPECT_TRUE(placed(2, 1));
    hear(event(1, 1, 12));  // forged
    wait(AttestationGate::kWait);
    EXPECT_TRUE(refused(said));
    EXPECT_EQ(fresh().waiting(), 1u) << "what is forged does not make it hurry";
    const auto next = event(1, 1, 13);
    relay(1, next);
    hear(next);
    EXPECT_FALSE(placed(1, 1)) << "in order";
    wait(AttestationGate::kWait);
    EXPECT_TRUE(placed(1, 1));
    EXPECT_EQ(fresh().waiting(), 0u);
}

TEST_F(LateAttestationTest, AReleaseAndASourceThatLeavesTakeWhatWaitsLong) {
    source_comes();
    hear(heard_before(Seconds{4}, 2, 1, 11));
    fresh().detached(domain(), ++said, {mn(1), {home(1)}, DetachReason::kReleased}, moment());
    EXPECT_EQ(fresh().waiting(), 0u);
    hear(heard_before(Seconds{4}, 2, 2, 12));
    fresh().source_gone(domain());
    EXPECT_EQ(fresh().waiting(), 0u);
    wait(AttestationGate::kLateWait);
    EXPECT_EQ(anchor->bindings().size(), 0u);
}

TEST(RelayedExchangesTest, AreBoundedAndSayWhatTheyHaveForgotten) {
    RelayedExchanges relayed;
    const Instant start{std::chrono::hours{1}};
    for (std::size_t i = 0; i <= RelayedExchanges::kMost; ++i) {
        relayed.remember(std::to_string(i), start + Milliseconds{i});
    }
    EXPECT_EQ(relayed.size(), RelayedExchanges::kMost);
    EXPECT_FALSE(relayed.contains("0"));
    EXPECT_TRUE(relayed.contains("1"));
    EXPECT_EQ(relayed.complete_since(), start);
    relayed.remember(std::string(RelayedExchanges::kMostOctets, 'x'), start + Seconds{900});
    EXPECT_EQ(relayed.size(), 1u);
}

class KeptExchangesTest : public ::testing::Test {
protected:
    std::uint64_t keep() { return kept.keep({mn(1), attachment(1, 1), {7, {}, {}, false}}, now); }

    Instant now{std::chrono::hours{1}};
    KeptExchanges kept{now};
};

TEST_F(KeptExchangesTest, WhatWasToldIsKeptForAMomentInCaseTheAnchorDies) {
    const auto first = keep();
    now += KeptExchanges::kToldLongest - Milliseconds{1};
    const auto second = keep();
    kept.told(second, now);
    EXPECT_EQ(kept.all().size(), 2u);
    now += Milliseconds{1};
    kept.told(second, now);
    ASSERT_EQ(kept.all().size(), 1u);
    EXPECT_EQ(kept.all().front().number, first + 1);
    EXPECT_EQ(kept.complete_since(), now - KeptExchanges::kToldLongest);
    now += KeptExchanges::kToldLongest;
    keep();
    EXPECT_EQ(kept.all().size(), 2u) << "nothing answers: it may have died";
    EXPECT_EQ(kept.take_untold(), 0u);
}

TEST_F(KeptExchangesTest, TheOldestGoFirstAndAreCounted) {
    for (std::size_t i = 0; i < KeptExchanges::kMost + 5; ++i) {
        now += Milliseconds{1};
        keep();
    }
    EXPECT_EQ(kept.all().size(), KeptExchanges::kMost);
    EXPECT_EQ(kept.all().front().number, 6u);
    EXPECT_EQ(kept.complete_since(), kept.all().front().heard - Milliseconds{1});
    EXPECT_EQ(kept.take_untold(), 5u);
    EXPECT_EQ(kept.take_untold(), 0u) << "said once";
    now += KeptExchanges::kLongest;
    kept.forget_old(now);
    EXPECT_TRUE(kept.all().empty());
}

TEST_F(KeptExchangesTest, LongNamesAreBoundedToo) {
    RelayedExchange long_name{mn(1), attachment(1, 1), {}};
    long_name.attachment.interface_id = std::string(4'000, 'x');
    for (int i = 0; i < 2'000; ++i) kept.keep(long_name, now);
    EXPECT_LE(kept.all().size() * 4'000, KeptExchanges::kMostOctets);
}

}  // namespace
}  // namespace mobility
