// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What every Journal promises, tested against the one in memory and the one on disk alike.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/journal.h"

namespace mobility {

/// A machine with a disk and a process that uses it.
class JournalHost {
public:
    virtual ~JournalHost() = default;
    virtual Journal& journal() = 0;
    /// After the new process's read(): it begins to write.
    virtual void serve() = 0;
    /// What was put is on the disk, or the disk is known not to take it.
    virtual void settle() = 0;
    /// The disk is tried again until the journal asks for the whole table.
    virtual void wait_until_asked() = 0;
    /// The process ends and another begins; what was settled is there.
    virtual void restart() = 0;
    /// The disk has room for a few entries only, or for as many as one likes.
    virtual void fill_disk(bool full) = 0;
    /// Between two processes.
    virtual void damage() = 0;
};

struct JournalKind {
    const char* name;
    std::unique_ptr<JournalHost> (*make)();
};

class JournalContract : public testing::TestWithParam<JournalKind> {
protected:
    void SetUp() override { host_ = GetParam().make(); }
    Journal& journal() { return host_->journal(); }
    /// A new process begins; what it reads, in order of prefix.
    JournalContents begin();
    JournalContents settle_and_restart();
    /// How often this was said since the last question.
    std::size_t noticed(const std::string& id);

    std::unique_ptr<JournalHost> host_;
    std::vector<Notice> notices_;
};

/// Entry `number`, with octets that no text would have.
JournalEntry journal_entry(int number, std::uint64_t sequence = 1);

}  // namespace mobility
