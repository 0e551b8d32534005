// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Journal without a disk: what the simulator and the unit tests give to an anchor. It passes the
// same contract suite as the one on disk.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "core/journal_queue.h"

namespace mobility {

/// What was put reaches the "disk" when the test says so, batch by batch; a process that dies in
/// between loses the rest.
class MemoryJournal : public Journal {
public:
    static constexpr auto kAll = std::numeric_limits<std::size_t>::max();

    JournalContents read() override {
        JournalContents contents;
        if (std::exchange(damaged_, false)) {
            disk_ = {};
            queue_.lost();
            queue_.ask_for_whole_table();
            notices_.push_back({"JOURNAL_DAMAGED", "the journal in memory"});
        }
        for (const auto& [prefix, row] : disk_.rows) contents.entries.push_back(row.entry);
        contents.highest_sequence = disk_.highest_sequence;
        contents.away = disk_.away;
        queue_.count_tables_from(disk_.table);
        return contents;
    }
    void put(const JournalEntry& entry) override { queue_.put(entry); }
    void remove(const Prefix& prefix) override { queue_.remove(prefix); }
    void sequence_given(std::uint64_t sequence) override { queue_.sequence_given(sequence); }
    void away(const std::string& lease_domain, Seconds time) override {
        queue_.away(lease_domain, time);
    }
    bool wants_whole_table() const override { return queue_.wants_whole_table(); }
    void begin_whole_table() override { queue_.begin_whole_table(); }
    void end_whole_table() override { queue_.end_whole_table(); }
    std::vector<Notice> take_notices() override { return std::exchange(notices_, {}); }

    /// One batch reaches the disk, or finds it full. False: there was none.
    bool write(std::size_t most = kAll) {
        if (queue_.empty() && (!failing_ || queue_.wants_whole_table())) return false;
        const auto batch = queue_.take(most);
        const auto fresh = std::count_if(
            batch.entries.begin(), batch.entries.end(),
            [&](const JournalEntry& entry) { return !disk_.rows.contains(entry.prefix); });
        if (disk_.rows.size() + static_cast<std::size_t>(fresh) > room_) {
            queue_.lost();
            if (!std::exchange(failing_, true)) {
                notices_.push_back({"JOURNAL_FAILED", "the journal in memory is full"});
            }
            return false;
        }
        apply(batch, disk_);
        queue_.ask_for_whole_table();
        if (batch.complete && std::exchange(failing_, false)) {
            notices_.push_back({"JOURNAL_WORKS_AGAIN", "the journal in memory"});
        }
        return true;
    }
    /// What has not been written is gone; read() comes next.
    void process_died() {
        queue_ = {};
        failing_ = false;
    }
    void set_room(std::size_t entries) { room_ = entries; }
    void damage() { damaged_ = true; }
    std::size_t size() const { return disk_.rows.size(); }

private:
    struct Row {
        JournalEntry entry;
        std::uint64_t table;
    };
    struct Disk {
        std::map<Prefix, Row> rows;
        std::map<std::string, Seconds> away;
        std::uint64_t highest_sequence = 0;
        std::uint64_t table = 1;
    };

    static void apply(const JournalBatch& batch, Disk& disk) {
        for (const auto& entry : batch.entries) {
            disk.rows.insert_or_assign(entry.prefix, Row{entry, batch.table});
        }
        for (const auto& prefix : batch.removed) disk.rows.erase(prefix);
        for (const auto& [lease_domain, time] : batch.away) {
            disk.away[lease_domain] = time;
            if (time == Seconds{0}) disk.away.erase(lease_domain);
        }
        disk.highest_sequence = std::max(disk.highest_sequence, batch.highest_sequence);
        disk.table = batch.table;
        if (!batch.complete) return;
        std::erase_if(disk.rows, [&](const auto& row) { return row.second.table < batch.table; });
    }

    JournalQueue queue_;
    Disk disk_;
    std::size_t room_ = kAll;
    bool damaged_ = false;
    bool failing_ = false;
    std::vector<Notice> notices_;
};

}  // namespace mobility
