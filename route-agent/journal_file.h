// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One journal on disk, by SQLite: whose it is, what it holds, one batch in one transaction. The
// only user of SQLite.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/journal_queue.h"

struct sqlite3;

namespace mobility {

/// Why something did not work; `text` names the file.
struct JournalFailure {
    enum class Kind : std::uint8_t {
        kNone,
        kDamaged,  ///< it was a journal once: move it aside and begin again
        kForeign,  ///< another anchor's, another version's or no journal at all: not ours to touch
        kUnusable  ///< not now: rights, room, the disk
    };
    Kind kind = Kind::kNone;
    std::string text;

    explicit operator bool() const { return kind != Kind::kNone; }
};

/// Owner: one thread at a time. A commit returns when the disk has it (WAL, synchronous=FULL).
class JournalFile {
public:
    /// Sequences are milliseconds since 1970 in 48 bits and 16 more: beyond this none was ever given
    /// (the year 4000 would come first), and none could follow for long. None beyond is believed.
    static constexpr std::uint64_t kMostSequence = std::uint64_t{1} << 62;

    /// `most_pages`: of 4 KiB, all that it may take; 0: as much as there is.
    JournalFile(std::string path, std::string anchor, std::int64_t most_pages = 0);
    ~JournalFile();

    const std::string& path() const { return path_; }
    void set_most_pages(std::int64_t pages) { most_pages_ = pages; }
    /// Opens it, or makes it. What stands in it is only looked at as far as whose it is.
    JournalFailure open();
    bool is_open() const { return database_ != nullptr; }
    void close();
    /// Reads and checks everything. Rows that make no sense are left out and counted.
    JournalFailure read(JournalContents& contents, std::size_t& senseless);
    /// The highest number that a writing of the whole table has had, or a damaged row may pretend.
    JournalFailure read_table_number(std::uint64_t& table);
    /// All of it or nothing.
    JournalFailure write(const JournalBatch& batch);
    /// After kDamaged: gives the file and its log other names. `text` of the result says which, or
    /// why not.
    JournalFailure move_aside();

private:
    class Statement;
    struct Close {
        void operator()(sqlite3* database) const;
    };

    JournalFailure look_at_header();
    JournalFailure make_or_check();
    JournalFailure make();
    JournalFailure look_at_owner(std::int64_t application, std::int64_t version);
    JournalFailure damaged(const std::string& how) const;
    JournalFailure write_rows(const JournalBatch& batch);
    JournalFailure run(const char* sql);
    JournalFailure failed(const char* what) const;

    std::string path_;
    std::string anchor_;
    std::int64_t most_pages_;
    bool says_ours_ = false;  ///< its header calls it a journal
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace mobility
