// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The writing thread: take a batch, write it, wait.
#include "route-agent/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace mobility {
namespace {

using Kind = JournalFailure::Kind;
constexpr std::size_t kBatch = 1024;  // entries: the agent's thread waits for no longer take

/// What is opened in its life is opened with the account's rights. Before any thread is started.
class AsAccount {
public:
    explicit AsAccount(const std::optional<Account>& account)
        : user_(geteuid()), group_(getegid()) {
        if (!account || user_ != 0) return;
        changed_ = setegid(account->gid) == 0 && seteuid(account->uid) == 0;
    }
    ~AsAccount() {
        if (!changed_) return;
        // Root again, as is still its right; were it not, the next call that needs it says so.
        [[maybe_unused]] const bool back = seteuid(user_) == 0 && setegid(group_) == 0;
    }
    AsAccount(const AsAccount&) = delete;
    AsAccount& operator=(const AsAccount&) = delete;

private:
    uid_t user_;
    gid_t group_;
    bool changed_ = false;
};

std::string folder_of(const std::string& file) {
    const auto folder = std::filesystem::path(file).parent_path();
    return folder.empty() ? "." : folder.string();
}

/// With the effective rights.
Result<void> check_folder(const std::string& file) {
    const auto folder = folder_of(file);
    if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
    return Error{file + ": its folder " + folder +
                 " must be there and writable for the agent's account, since the journal makes "
                 "files beside it: " +
                 std::strerror(errno)};
}

}  // namespace

Result<void> check_journal_file(const std::string& file, const std::optional<Account>& account) {
    const AsAccount rights(account);
    return check_folder(file);
}

SqliteJournal::SqliteJournal(JournalSettings settings)
    : settings_(std::move(settings)),
      file_(settings_.file, settings_.anchor),
      backoff_(settings_.retry_first) {}

SqliteJournal::~SqliteJournal() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

JournalContents SqliteJournal::read() {
    const AsAccount rights(settings_.account);
    JournalContents contents;
    if (const auto checked = check_folder(settings_.file); !checked) {
        not_written({Kind::kUnusable, checked.error()});
        return contents;
    }
    read_file(contents);
    return contents;
}

void SqliteJournal::read_file(JournalContents& contents) {
    file_.set_most_pages(most_pages_);
    std::size_t senseless = 0;
    std::uint64_t table = 1;
    auto failure = file_.open();
    if (!failure) failure = file_.read(contents, senseless);
    if (!failure) failure = file_.read_table_number(table);
    queue_.count_tables_from(table);
    if (failure) {
        contents = {};
        not_written(failure);
    } else if (senseless > 0) {
        say("JOURNAL_DAMAGED", settings_.file + ": " + std::to_string(senseless) +
                                   " entries make no sense and are left out");
        queue_.lost();
        queue_.ask_for_whole_table();
    }
}

void SqliteJournal::serve() {
    const std::lock_guard lock(mutex_);
    if (!foreign_ && !thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void SqliteJournal::run() {
    for (;;) {
        JournalBatch batch;
        {
            std::unique_lock lock(mutex_);
            if (failing_ && !file_.is_open()) {
                wake_.wait_for(lock, backoff_, [this] { return stopping_; });
            } else {
                wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            }
            if (stopping_ && (queue_.empty() || !file_.is_open())) return;
            batch = queue_.take(kBatch);
            writing_ = true;
            file_.set_most_pages(most_pages_);
        }
        const auto failure = write(batch);
        if (!failure) {
            written(batch);
        } else if (!not_written(failure)) {
            return;
        }
    }
}

JournalFailure SqliteJournal::write(const JournalBatch& batch) {
    if (!file_.is_open()) {
        if (auto failure = file_.open()) return failure;
    }
    return file_.write(batch);
}

void SqliteJournal::written(const JournalBatch& batch) {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    queue_.ask_for_whole_table();
    if (!batch.complete) return;
    backoff_ = settings_.retry_first;
    if (std::exchange(failing_, false)) {
        notices_.push_back({"JOURNAL_WORKS_AGAIN", settings_.file + ": the table is written"});
    }
}

bool SqliteJournal::not_written(const JournalFailure& failure) {
    auto text = failure.text;
    bool aside = false;
    if (failure.kind == Kind::kDamaged) {
        const auto moved = file_.move_aside();
        aside = !moved;
        text += aside ? "; it is " + moved.text + " now" : "; " + moved.text;
    }
    file_.close();
    const std::lock_guard lock(mutex_);
    writing_ = false;
    foreign_ = failure.kind == Kind::kForeign;
    queue_.lost();
    backoff_ = failing_ ? std::min(backoff_ * 2, settings_.retry_last) : settings_.retry_first;
    const bool said = std::exchange(failing_, true);
    if (aside) {
        notices_.push_back({"JOURNAL_DAMAGED", text});
    } else if (!said) {
        notices_.push_back({foreign_ ? "JOURNAL_FOREIGN" : "JOURNAL_FAILED", text});
    }
    return !foreign_;
}

void SqliteJournal::say(const char* id, std::string text) {
    const std::lock_guard lock(mutex_);
    notices_.push_back({id, std::move(text)});
}

void SqliteJournal::put(const JournalEntry& entry) {
    const std::lock_guard lock(mutex_);
    queue_.put(entry);
    wake_.notify_one();
}

void SqliteJournal::remove(const Prefix& prefix) {
    const std::lock_guard lock(mutex_);
    queue_.remove(prefix);
    wake_.notify_one();
}

void SqliteJournal::sequence_given(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    queue_.sequence_given(sequence);
    wake_.notify_one();
}

void SqliteJournal::away(const std::string& lease_domain, Seconds time) {
    const std::lock_guard lock(mutex_);
    queue_.away(lease_domain, time);
    wake_.notify_one();
}

bool SqliteJournal::wants_whole_table() const {
    const std::lock_guard lock(mutex_);
    return queue_.wants_whole_table();
}

void SqliteJournal::begin_whole_table() {
    const std::lock_guard lock(mutex_);
    queue_.begin_whole_table();
}

void SqliteJournal::end_whole_table() {
    const std::lock_guard lock(mutex_);
    queue_.end_whole_table();
    wake_.notify_one();
}

std::vector<Notice> SqliteJournal::take_notices() {
    const std::lock_guard lock(mutex_);
    return std::exchange(notices_, {});
}

void SqliteJournal::set_most_pages(std::int64_t pages) {
    const std::lock_guard lock(mutex_);
    most_pages_ = pages;
}

bool SqliteJournal::dropping() const {
    const std::lock_guard lock(mutex_);
    return queue_.is_lost();
}

bool SqliteJournal::at_rest() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && !writing_ && !failing_;
}

}  // namespace mobility
