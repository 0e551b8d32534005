// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract.
#include "tests/unit/journal/journal_contract.h"

#include <algorithm>

namespace mobility {

JournalEntry journal_entry(int number, std::uint64_t sequence) {
    const auto digits = [](int value) {
        char text[12];
        std::snprintf(text, sizeof text, "%x", static_cast<unsigned>(value));
        return std::string(text);
    };
    const auto ar = std::to_string(1 + number % 3);
    JournalEntry entry;
    entry.prefix =
        *Prefix::parse("2001:db8:a::" + digits(number >> 16) + ":" + digits(number & 0xffff));
    entry.mn.bytes = std::string("\0\3\0\1\xff", 5) + std::to_string(number);
    entry.iaid = 0xfffffff0U + static_cast<std::uint32_t>(number % 15);
    entry.owner = "metro/6";
    entry.ar = "ar" + ar + ".example";
    entry.attachment = {*IpAddress::parse("2001:db8:0:" + ar + "::1"),
                        *IpAddress::parse("2001:db8:1:" + ar + "::1"),
                        std::string("acc\0ess", 7),
                        {std::string("\2\0\0\0\0\x99", 6)},
                        *IpAddress::parse("fe80::" + digits(number & 0xffff))};
    entry.sequence = sequence;
    entry.term = 7;
    entry.expires_ms = 1'700'000'000'000 + static_cast<std::uint64_t>(number);
    return entry;
}

JournalContents JournalContract::begin() {
    auto contents = journal().read();
    std::sort(contents.entries.begin(), contents.entries.end(),
              [](const auto& a, const auto& b) { return a.prefix < b.prefix; });
    host_->serve();
    return contents;
}

JournalContents JournalContract::settle_and_restart() {
    host_->settle();
    host_->restart();
    return begin();
}

std::size_t JournalContract::noticed(const std::string& id) {
    for (auto& notice : journal().take_notices()) notices_.push_back(std::move(notice));
    return std::erase_if(notices_, [&](const Notice& each) { return each.id == id; });
}

namespace {

using Entries = std::vector<JournalEntry>;

TEST_P(JournalContract, ANewJournalIsEmptyAndSaysNothing) {
    EXPECT_EQ(begin(), JournalContents{});
    host_->settle();
    EXPECT_TRUE(journal().take_notices().empty());
    EXPECT_FALSE(journal().wants_whole_table());
}

TEST_P(JournalContract, WhatWasPutIsReadToTheLastBitByTheNextProcess) {
    begin();
    auto delegated = journal_entry(2, 0x3fffffffffffffff);
    delegated.prefix = *Prefix::parse("2001:db8:a:8000::/56");
    delegated.attachment.interface_id.clear();
    delegated.attachment.link_layer.bytes.clear();
    auto ipv4 = journal_entry(3);
    ipv4.prefix = *Prefix::parse("192.0.2.1/32");
    for (const auto& each : {journal_entry(1), delegated, ipv4}) journal().put(each);
    auto expected = Entries{journal_entry(1), delegated, ipv4};
    std::sort(expected.begin(), expected.end(),
              [](const auto& a, const auto& b) { return a.prefix < b.prefix; });
    EXPECT_EQ(settle_and_restart().entries, expected);
}

TEST_P(JournalContract, OfAPrefixThatChangesTheLastStateStands) {
    begin();
    for (std::uint64_t i = 1; i <= 10; ++i) {
        journal().put(journal_entry(1, i));
        journal().put(journal_entry(2, i));
        journal().remove(journal_entry(3).prefix);
        journal().put(journal_entry(3, i));
        journal().put(journal_entry(4, i));
        journal().remove(journal_entry(4).prefix);
        if (i == 5) host_->settle();
    }
    journal().remove(journal_entry(2).prefix);
    journal().remove(journal_entry(9).prefix);  // was never there
    EXPECT_EQ(settle_and_restart().entries, (Entries{journal_entry(1, 10), journal_entry(3, 10)}));
}

TEST_P(JournalContract, TheHighestSequenceNeverFalls) {
    begin();
    journal().sequence_given(100);
    EXPECT_EQ(settle_and_restart().highest_sequence, 100u);
    journal().sequence_given(7);
    EXPECT_EQ(settle_and_restart().highest_sequence, 100u);
    journal().sequence_given(101);
    EXPECT_EQ(settle_and_restart().highest_sequence, 101u);
}

TEST_P(JournalContract, AnAbsenceIsRememberedUntilTheSourceIsBack) {
    begin();
    journal().away("metro/6", Seconds{300});
    journal().away("homes/6", Seconds{60});
    EXPECT_EQ(settle_and_restart().away, (std::map<std::string, Seconds>{
                                             {"homes/6", Seconds{60}}, {"metro/6", Seconds{300}}}));
    journal().away("metro/6", Seconds{600});
    journal().away("homes/6", Seconds{0});
    EXPECT_EQ(settle_and_restart().away,
              (std::map<std::string, Seconds>{{"metro/6", Seconds{600}}}));
}

TEST_P(JournalContract, TheWholeTableForgetsWhatWasNotPutAgainAndKeepsWhatChangesMeanwhile) {
    begin();
    for (int i = 1; i <= 5; ++i) journal().put(journal_entry(i));
    host_->settle();
    journal().begin_whole_table();
    journal().put(journal_entry(1));
    host_->settle();
    journal().put(journal_entry(6, 2));  // came meanwhile
    journal().put(journal_entry(2));
    journal().remove(journal_entry(2).prefix);  // ended meanwhile
    journal().end_whole_table();
    journal().put(journal_entry(7, 3));
    EXPECT_EQ(settle_and_restart().entries,
              (Entries{journal_entry(1), journal_entry(6, 2), journal_entry(7, 3)}));
}

TEST_P(JournalContract, AWholeTableThatTheProcessDidNotFinishForgetsNothing) {
    begin();
    for (int i = 1; i <= 3; ++i) journal().put(journal_entry(i));
    host_->settle();
    journal().begin_whole_table();
    journal().put(journal_entry(1, 9));
    const auto read = settle_and_restart();
    EXPECT_EQ(read.entries, (Entries{journal_entry(1, 9), journal_entry(2), journal_entry(3)}));
    // The next one still knows which are older.
    journal().begin_whole_table();
    journal().put(journal_entry(2));
    journal().end_whole_table();
    EXPECT_EQ(settle_and_restart().entries, Entries{journal_entry(2)});
}

TEST_P(JournalContract, AFullDiskIsToldOnceAndTheTableIsThenWrittenWhole) {
    begin();
    journal().put(journal_entry(1));
    host_->settle();
    host_->fill_disk(true);
    host_->restart();
    begin();
    for (int i = 2; i <= 2000; ++i) journal().put(journal_entry(i));
    host_->settle();
    EXPECT_EQ(noticed("JOURNAL_FAILED"), 1u);
    for (int i = 2001; i <= 2100; ++i) journal().put(journal_entry(i));
    journal().remove(journal_entry(1).prefix);  // is still on the disk
    host_->settle();
    // A table that does not fit either: nothing more is said.
    host_->wait_until_asked();
    journal().begin_whole_table();
    for (int i = 2; i <= 2100; ++i) journal().put(journal_entry(i));
    journal().end_whole_table();
    host_->settle();
    EXPECT_EQ(noticed("JOURNAL_FAILED"), 0u);

    host_->fill_disk(false);
    std::size_t works = 0;
    // Asked while the disk was still full, it may ask once more.
    for (int attempt = 0; attempt < 5 && works == 0; ++attempt) {
        host_->wait_until_asked();
        journal().begin_whole_table();
        EXPECT_FALSE(journal().wants_whole_table());
        for (int i = 2; i <= 2100; ++i) journal().put(journal_entry(i));
        EXPECT_EQ(noticed("JOURNAL_WORKS_AGAIN"), 0u);
        journal().end_whole_table();
        host_->settle();
        works = noticed("JOURNAL_WORKS_AGAIN");
    }
    EXPECT_EQ(works, 1u);
    EXPECT_EQ(noticed("JOURNAL_FAILED"), 0u);
    const auto read = settle_and_restart();
    ASSERT_EQ(read.entries.size(), 2099u);
    EXPECT_EQ(read.entries.front(), journal_entry(2));
}

TEST_P(JournalContract, ADamagedJournalIsToldAndNotBelievedAndTheNextOneIsWhole) {
    begin();
    for (int i = 1; i <= 500; ++i) journal().put(journal_entry(i));
    host_->settle();
    host_->damage();
    host_->restart();
    EXPECT_EQ(begin(), JournalContents{});
    EXPECT_EQ(noticed("JOURNAL_DAMAGED"), 1u);
    host_->wait_until_asked();
    journal().begin_whole_table();
    journal().put(journal_entry(1, 2));
    journal().end_whole_table();
    EXPECT_EQ(settle_and_restart().entries, Entries{journal_entry(1, 2)});
    EXPECT_TRUE(journal().take_notices().empty());
}

TEST_P(JournalContract, AHundredThousandEntriesComeBack) {
    constexpr int kMany = 100'000;
    begin();
    for (int i = 1; i <= kMany; ++i) journal().put(journal_entry(i, static_cast<std::uint64_t>(i)));
    const auto read = settle_and_restart();
    ASSERT_EQ(read.entries.size(), static_cast<std::size_t>(kMany));
    for (int i = 1; i <= kMany; i += 997) {
        EXPECT_EQ(read.entries[static_cast<std::size_t>(i - 1)],
                  journal_entry(i, static_cast<std::uint64_t>(i)));
    }
}

}  // namespace
}  // namespace mobility
