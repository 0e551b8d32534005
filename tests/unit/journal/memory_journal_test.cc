// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract on the journal in memory, and what only that one has: a process that dies between
// two batches.
#include "tests/sim/memory_journal.h"

#include "tests/unit/journal/journal_contract.h"

namespace mobility {
namespace {

class MemoryHost : public JournalHost {
public:
    Journal& journal() override { return journal_; }
    void serve() override {}
    void settle() override {
        while (journal_.write(10)) {
        }
    }
    void wait_until_asked() override {
        if (!journal_.wants_whole_table()) journal_.write();
        EXPECT_TRUE(journal_.wants_whole_table());
    }
    void restart() override { journal_.process_died(); }
    void fill_disk(bool full) override {
        journal_.set_room(full ? 5 : std::numeric_limits<std::size_t>::max());
    }
    void damage() override { journal_.damage(); }

private:
    MemoryJournal journal_;
};

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract,
                         testing::Values(JournalKind{"memory",
                                                     []() -> std::unique_ptr<JournalHost> {
                                                         return std::make_unique<MemoryHost>();
                                                     }}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(MemoryJournal, LosesWhatWasNotWrittenWithTheProcess) {
    MemoryJournal journal;
    for (int i = 1; i <= 5; ++i) journal.put(journal_entry(i));
    EXPECT_TRUE(journal.write(3));
    journal.process_died();
    EXPECT_EQ(journal.read().entries.size(), 3u);
    EXPECT_FALSE(journal.write());
}

TEST(JournalQueue, APrefixThatMovesTenTimesBetweenTwoWritesIsWrittenOnce) {
    JournalQueue queue;
    for (std::uint64_t i = 1; i <= 10; ++i) queue.put(journal_entry(1, i));
    const auto batch = queue.take(100);
    ASSERT_EQ(batch.entries.size(), 1u);
    EXPECT_EQ(batch.entries.front(), journal_entry(1, 10));
    EXPECT_TRUE(queue.empty());
}

TEST(JournalQueue, ABatchThatTakesAllEndsTheWholeTableAndNoEarlierOne) {
    JournalQueue queue;
    queue.begin_whole_table();
    for (int i = 1; i <= 3; ++i) queue.put(journal_entry(i));
    queue.end_whole_table();
    EXPECT_FALSE(queue.take(2).complete);
    EXPECT_TRUE(queue.take(2).complete);
    EXPECT_TRUE(queue.empty());
}

TEST(JournalQueue, HoldsNothingWhileItIsLost) {
    JournalQueue queue;
    queue.put(journal_entry(1));
    queue.lost();
    for (int i = 1; i <= 100; ++i) queue.put(journal_entry(i));
    EXPECT_TRUE(queue.take(1000).entries.empty());
}

}  // namespace
}  // namespace mobility
