// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a Journal has still to write: at most one change for each prefix, taken in batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/journal.h"
#include "core/prefix_map.h"

namespace mobility {

/// What is written together, or not at all.
struct JournalBatch {
    std::vector<JournalEntry> entries;
    std::vector<Prefix> removed;
    std::uint64_t highest_sequence = 0;
    std::map<std::string, Seconds> away;
    /// Entries are of this writing of the whole table; with `complete`, older ones go.
    std::uint64_t table = 0;
    bool complete = false;

    bool empty() const {
        return entries.empty() && removed.empty() && away.empty() && !complete &&
               highest_sequence == 0;
    }
};

/// Bounded by the number of prefixes. Owner: one Journal, which guards it.
class JournalQueue {
public:
    void put(const JournalEntry& entry) { change(entry.prefix, entry); }
    void remove(const Prefix& prefix) { change(prefix, std::nullopt); }
    void sequence_given(std::uint64_t sequence);
    void away(const std::string& lease_domain, Seconds time) { away_[lease_domain] = time; }
    void begin_whole_table();
    void end_whole_table();

    bool empty() const;
    /// The oldest changes, at most `most` prefixes.
    JournalBatch take(std::size_t most);
    /// It could not be written. What came since is dropped as well, and whatever comes, until the
    /// whole table is begun. Not the sequence: that is written first of all.
    void lost();
    bool is_lost() const { return lost_; }
    bool wants_whole_table() const { return wants_whole_table_; }
    /// The disk works again.
    void ask_for_whole_table() { wants_whole_table_ = lost_; }
    /// Of the writing of the whole table that is under way, or was the last; grows from `table`.
    void count_tables_from(std::uint64_t table) { table_ = table; }

private:
    void change(const Prefix& prefix, std::optional<JournalEntry> entry);

    PrefixMap<std::optional<JournalEntry>> changes_;
    std::deque<Prefix> order_;
    std::map<std::string, Seconds> away_;
    std::uint64_t highest_sequence_ = 0;
    std::uint64_t written_sequence_ = 0;
    std::uint64_t table_ = 1;
    bool complete_ = false;
    bool lost_ = false;
    bool wants_whole_table_ = false;
};

}  // namespace mobility
