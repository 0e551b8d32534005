// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How long a source may stay away.
#include "core/absent_sources.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

using Event = AbsentSources::Event;
constexpr auto kSource = DomainId{3};

class AbsentSourcesTest : public testing::Test {
protected:
    /// Asks every second for so long; what happened but for kNone and kStays.
    std::vector<Event> pass(Seconds time, bool has_session) {
        std::vector<Event> events;
        for (Seconds passed{0}; passed < time; passed += Seconds{1}) {
            now += Seconds{1};
            const auto event = sources.look(kSource, has_session, now);
            if (event == Event::kStays) told = sources.away(kSource, now);
            if (event != Event::kNone && event != Event::kStays) events.push_back(event);
        }
        return events;
    }

    AbsentSources sources{Seconds{4000}};
    Instant now{std::chrono::hours{1000}};
    Seconds told{0};
};

TEST_F(AbsentSourcesTest, WarnsOnceAndEndsOnce) {
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
    EXPECT_EQ(pass(Seconds{1001}, false), std::vector{Event::kWarn});
    EXPECT_EQ(pass(Seconds{1}, false), std::vector{Event::kEnd});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentSourcesTest, ASourceThatComesBeginsAnew) {
    EXPECT_EQ(pass(Seconds{3900}, false), std::vector{Event::kWarn});
    EXPECT_EQ(pass(Seconds{2}, true), std::vector{Event::kCame}) << "the journal is told once";
    EXPECT_EQ(sources.away(kSource, now), Seconds{0});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentSourcesTest, AnAbsenceGoesOnAfterARestartFromWhatTheJournalHas) {
    pass(Seconds{2000}, false);
    EXPECT_GE(told, Seconds{1700}) << "a restart forgets five minutes at most";
    sources = AbsentSources(Seconds{4000});
    sources.recover(kSource, told);
    now = Instant{Seconds{50}};  // another boot
    EXPECT_EQ(pass(Seconds{4001} - told, false), (std::vector{Event::kWarn, Event::kEnd}));
}

TEST_F(AbsentSourcesTest, OneThatIsThereAfterARestartIsForgiven) {
    sources.recover(kSource, Seconds{3999});
    EXPECT_EQ(pass(Seconds{1}, true), std::vector{Event::kCame});
    EXPECT_TRUE(pass(Seconds{2999}, false).empty());
}

TEST_F(AbsentSourcesTest, WithoutALimitNothingEverHappens) {
    sources = AbsentSources(std::nullopt);
    EXPECT_TRUE(pass(Seconds{10'000}, false).empty());
}

}  // namespace
}  // namespace mobility
