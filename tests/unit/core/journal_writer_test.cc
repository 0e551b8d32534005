// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From an Anchor to its Journal.
#include "core/journal_writer.h"

#include "tests/sim/memory_journal.h"
#include "tests/unit/core/anchor_world.h"

namespace mobility {
namespace {

using namespace example;

class JournalWriterTest : public AnchorTest {};

TEST_F(JournalWriterTest, AWholeTableThatIsAskedForIsWrittenInSlices) {
    MemoryJournal journal;
    for (int i = 1; i <= 1500; ++i) attach(1, i % 100, {home(i)});
    settle();
    journal.damage();
    journal.process_died();
    journal.read();
    ASSERT_TRUE(journal.wants_whole_table());
    JournalWriter writer(*anchor, journal);
    EXPECT_TRUE(writer.write(moment()));
    detach(std::nullopt, {home(1), home(2)});
    writer.changed(home(1));
    writer.changed(home(2));
    EXPECT_FALSE(writer.write(moment()));
    while (journal.write(100)) {
    }
    EXPECT_EQ(journal.size(), 1498u);
}

}  // namespace
}  // namespace mobility
