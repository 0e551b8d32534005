// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order in which things are done.
#include "dhcp-player/agenda.h"

#include <gtest/gtest.h>

#include <string>

namespace mobility::player {
namespace {

Instant at(int ms) { return Instant(Milliseconds(ms)); }

TEST(Agenda, DoesWhatIsDueInOrderOfTimeThenOfEntry) {
    Agenda agenda;
    std::string done;
    agenda.at(at(2), [&](Instant) { done += "c"; });
    agenda.at(at(1), [&](Instant) { done += "a"; });
    agenda.at(at(1), [&](Instant) { done += "b"; });
    agenda.at(at(3), [&](Instant) { done += "d"; });
    agenda.run(at(2), 100);
    EXPECT_EQ(done, "abc");
    EXPECT_EQ(agenda.next(), at(3));
}

TEST(Agenda, DoesAtMostTheLimitAndGoesOnLater) {
    Agenda agenda;
    int done = 0;
    for (int i = 0; i < 5; ++i) {
        agenda.at(at(1), [&](Instant) { ++done; });
    }
    agenda.run(at(1), 3);
    EXPECT_EQ(done, 3);
    agenda.run(at(1), 3);
    EXPECT_EQ(done, 5);
    EXPECT_FALSE(agenda.next());
}

TEST(Agenda, AnActionMayAddAnotherThatIsDueAtOnce) {
    Agenda agenda;
    std::string done;
    agenda.at(at(1), [&](Instant now) {
        done += "a";
        agenda.at(now, [&](Instant) { done += "b"; });
    });
    agenda.run(at(5), 100);
    EXPECT_EQ(done, "ab");
}

}  // namespace
}  // namespace mobility::player
