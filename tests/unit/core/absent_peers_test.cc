// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How long a peer may stay away.
#include "core/absent_peers.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

using Event = AbsentPeers::Event;
constexpr std::size_t kPeer = 3;

class AbsentPeersTest : public testing::Test {
protected:
    /// Asks every second for so long; what happened but for kNone and kStays.
    std::vector<Event> pass(Seconds time, bool has_session) {
        std::vector<Event> events;
        for (Seconds passed{0}; passed < time; passed += Seconds{1}) {
            now += Seconds{1};
            const auto event = peers.look(kPeer, has_session, now);
            if (event == Event::kStays) told = peers.away(kPeer, now);
            if (event != Event::kNone && event != Event::kStays) events.push_back(event);
        }
        return events;
    }

    AbsentPeers peers{Seconds{4000}};
    Instant now{std::chrono::hours{1000}};
    Seconds told{0};
};

TEST_F(AbsentPeersTest, WarnsOnceAndEndsOnce) {
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
    EXPECT_EQ(pass(Seconds{1001}, false), std::vector{Event::kWarn});
    EXPECT_EQ(pass(Seconds{1}, false), std::vector{Event::kEnd});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentPeersTest, APeerThatComesBeginsAnew) {
    EXPECT_EQ(pass(Seconds{3900}, false), std::vector{Event::kWarn});
    EXPECT_EQ(pass(Seconds{2}, true), std::vector{Event::kCame}) << "the journal is told once";
    EXPECT_EQ(peers.away(kPeer, now), Seconds{0});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentPeersTest, AnAbsenceGoesOnAfterARestartFromWhatTheJournalHas) {
    pass(Seconds{2000}, false);
    EXPECT_GE(told, Seconds{1700}) << "a restart forgets five minutes at most";
    peers = AbsentPeers(Seconds{4000});
    peers.recover(kPeer, told);
    now = Instant{Seconds{50}};  // another boot
    EXPECT_EQ(pass(Seconds{4001} - told, false), (std::vector{Event::kWarn, Event::kEnd}));
}

TEST_F(AbsentPeersTest, OneThatIsThereAfterARestartIsForgiven) {
    peers.recover(kPeer, Seconds{3999});
    EXPECT_EQ(pass(Seconds{1}, true), std::vector{Event::kCame});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentPeersTest, WithoutALimitNothingEverHappens) {
    peers = AbsentPeers(std::nullopt);
    EXPECT_TRUE(pass(Seconds{10'000}, false).empty());
}

}  // namespace
}  // namespace mobility
