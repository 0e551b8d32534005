// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An anchor's Journal on disk: the agent's thread puts, a thread of its own writes.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/journal_queue.h"
#include "core/result.h"
#include "daemon/privileges.h"
#include "route-agent/journal_file.h"

namespace mobility {

struct JournalSettings {
    std::string file;
    std::string anchor;              ///< identity: nobody else's journal is read or written
    std::optional<Account> account;  ///< whose rights the agent will have
    Milliseconds retry_first{1000};
    Milliseconds retry_last{60'000};
};

/// A file that cannot be used stops nothing: it becomes a notice, and is tried again. Owner: the
/// agent's thread; lock and queue are all that it shares with the writing thread.
class SqliteJournal final : public Journal {
public:
    explicit SqliteJournal(JournalSettings settings);
    /// Writes what is left, if the file works.
    ~SqliteJournal() override;

    /// With the account's rights, so that what is made here can be written later.
    JournalContents read() override;
    /// Begins to write. After privileges have been dropped: threads keep what they had.
    void serve();

    void put(const JournalEntry& entry) override;
    void remove(const Prefix& prefix) override;
    void sequence_given(std::uint64_t sequence) override;
    void away(const std::string& lease_domain, Seconds time) override;
    bool wants_whole_table() const override;
    void begin_whole_table() override;
    void end_whole_table() override;
    std::vector<Notice> take_notices() override;

    /// At most so many pages of 4 KiB from the next opening on; 0: as many as there is room for.
    void set_most_pages(std::int64_t pages);
    /// All that was put is on the disk.
    bool at_rest() const;
    /// What is put now is dropped, until the whole table is asked for.
    bool dropping() const;

private:
    void read_file(JournalContents& contents);
    void run();
    JournalFailure write(const JournalBatch& batch);
    void written(const JournalBatch& batch);
    /// False: there is nothing that could be tried again.
    bool not_written(const JournalFailure& failure);
    void say(const char* id, std::string text);

    JournalSettings settings_;
    JournalFile file_;  ///< of the agent's thread until serve(), then of the writing one
    Milliseconds backoff_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    JournalQueue queue_;
    std::vector<Notice> notices_;
    std::int64_t most_pages_ = 0;
    bool failing_ = false;  ///< and it has been said
    bool foreign_ = false;  ///< never to be written
    bool writing_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

/// For --check: the folder of this file is there and lets that account make files.
Result<void> check_journal_file(const std::string& file, const std::optional<Account>& account);

}  // namespace mobility
