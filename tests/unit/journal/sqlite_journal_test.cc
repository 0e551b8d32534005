// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract on the journal on disk, and what only a disk can do: strange files, rights, a
// process that is killed.
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "route-agent/journal.h"
#include "tests/unit/daemon/temporary_folder.h"
#include "tests/unit/journal/journal_contract.h"

namespace mobility {
namespace {

constexpr const char* kAnchor = "anchor.example";

void wait_until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + Seconds{30};
    while (!holds()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        std::this_thread::sleep_for(Milliseconds{1});
    }
}

JournalSettings settings(const std::string& file, const std::string& anchor = kAnchor) {
    return {file, anchor, std::nullopt, Milliseconds{5}, Milliseconds{20}};
}

void settle(const SqliteJournal& journal) {
    wait_until([&] { return journal.at_rest() || journal.dropping(); });
}

class DiskHost : public JournalHost {
public:
    DiskHost() { restart(); }
    Journal& journal() override { return *journal_; }
    void serve() override { journal_->serve(); }
    void settle() override {
        wait_until([&] { return journal_->at_rest() || journal_->dropping(); });
    }
    void wait_until_asked() override {
        wait_until([&] { return journal_->wants_whole_table(); });
    }
    void restart() override {
        journal_.reset();
        journal_ = std::make_unique<SqliteJournal>(settings(file()));
        journal_->set_most_pages(most_pages_);
    }
    void fill_disk(bool full) override {
        most_pages_ = full ? 8 : 0;
        journal_->set_most_pages(most_pages_);
    }
    void damage() override {
        journal_.reset();  // its last words go into the file
        std::fstream content(file(), std::ios::in | std::ios::out | std::ios::binary);
        content.seekp(3 * 4096);
        content << std::string(20 * 4096, '\x5a');
    }

private:
    std::string file() const { return folder_.path("journal"); }

    TemporaryFolder folder_;
    std::int64_t most_pages_ = 0;
    std::unique_ptr<SqliteJournal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Disk, JournalContract,
                         testing::Values(JournalKind{"sqlite",
                                                     []() -> std::unique_ptr<JournalHost> {
                                                         return std::make_unique<DiskHost>();
                                                     }}),
                         [](const auto& kind) { return std::string(kind.param.name); });

class JournalOnDisk : public testing::Test {
protected:
    std::string file() const { return folder.path("journal"); }
    void write(int count, const std::string& anchor = kAnchor) {
        SqliteJournal journal(settings(file(), anchor));
        journal.read();
        journal.serve();
        for (int i = 1; i <= count; ++i) journal.put(journal_entry(i));
        settle(journal);
        EXPECT_FALSE(journal.dropping());
    }
    /// Reads and puts something; the only notice.
    Notice refused() {
        SqliteJournal journal(settings(file()));
        EXPECT_EQ(journal.read(), JournalContents{});
        journal.serve();
        journal.put(journal_entry(1));
        const auto notices = journal.take_notices();
        EXPECT_EQ(notices.size(), 1u);
        return notices.empty() ? Notice{"", ""} : notices.front();
    }
    void set_content(const std::string& content) const {
        std::ofstream(file(), std::ios::binary) << content;
    }
    std::string content() const { return folder.content("journal"); }
    void run(const char* sql) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    TemporaryFolder folder;
};

TEST_F(JournalOnDisk, AnotherAnchorsJournalIsNeitherReadNorTouched) {
    write(3, "other.example");
    const auto before = content();
    const auto notice = refused();
    EXPECT_STREQ(notice.id, "JOURNAL_FOREIGN");
    EXPECT_NE(notice.text.find(file()), std::string::npos) << notice.text;
    EXPECT_NE(notice.text.find("other.example"), std::string::npos) << notice.text;
    EXPECT_EQ(content(), before);
}

TEST_F(JournalOnDisk, AJournalOfAnotherVersionIsLeftAlone) {
    write(3);
    run("PRAGMA user_version = 2; PRAGMA journal_mode = DELETE");
    const auto before = content();
    const auto notice = refused();
    EXPECT_STREQ(notice.id, "JOURNAL_FOREIGN");
    EXPECT_NE(notice.text.find("version 2"), std::string::npos) << notice.text;
    EXPECT_EQ(content(), before);
}

TEST_F(JournalOnDisk, AMistypedNameHarmsNobodysFileNotEvenADamagedOne) {
    for (const std::string other : {"{ \"access-routers\": [], \"sources\": [] }", "x"}) {
        set_content(other);
        EXPECT_STREQ(refused().id, "JOURNAL_FOREIGN");
        EXPECT_EQ(content(), other);
    }
    std::filesystem::remove(file());
    run("CREATE TABLE somebodys (x)");
    const auto before = content();
    for (const auto size : {before.size(), before.size() / 2, std::size_t{50}}) {
        set_content(before.substr(0, size));
        EXPECT_STREQ(refused().id, "JOURNAL_FOREIGN") << size;
        EXPECT_EQ(content(), before.substr(0, size));
    }
}

TEST_F(JournalOnDisk, ADamagedFileIsKeptBesideTheNewOne) {
    write(500);
    auto damaged = content();
    damaged.replace(8192, 12288, std::string(12288, '\x5a'));
    for (const auto& what : {damaged, damaged.substr(0, 5000), std::string(8192, '\0')}) {
        const auto number = std::to_string(1 + (what.size() < damaged.size()) + (what[0] == 0));
        set_content(what);
        SqliteJournal journal(settings(file()));
        EXPECT_EQ(journal.read(), JournalContents{});
        const auto notices = journal.take_notices();
        ASSERT_EQ(notices.size(), 1u);
        EXPECT_STREQ(notices[0].id, "JOURNAL_DAMAGED");
        EXPECT_NE(notices[0].text.find(file() + ".damaged-" + number), std::string::npos)
            << notices[0].text;
        EXPECT_EQ(folder.content("journal.damaged-" + number), what);
    }
}

TEST_F(JournalOnDisk, AnEntryThatMakesNoSenseIsLeftOutAndTheTableWrittenAgain) {
    for (const char* nonsense : {"length = 200", "length = 4294967424", "sequence = -1",
                                 "mn = zeroblob(131)", "interface_id = zeroblob(1025)"}) {
        std::filesystem::remove(file());
        write(3);
        run(("UPDATE binding SET " + std::string(nonsense) + " WHERE iaid = 4294967282").c_str());
        SqliteJournal journal(settings(file()));
        EXPECT_EQ(journal.read().entries.size(), 2u) << nonsense;
        ASSERT_EQ(journal.take_notices().size(), 1u) << nonsense;
        EXPECT_TRUE(journal.wants_whole_table());
    }
}

TEST_F(JournalOnDisk, WhatWritingTheWholeTableWouldNotCureIsMovedAside) {
    for (const char* nonsense :
         {"UPDATE about SET value = -1 WHERE name = 'highest_sequence'",
          "UPDATE about SET value = 'many' WHERE name = 'table'",
          "INSERT INTO away VALUES ('metro/6', -1)", "DELETE FROM about WHERE name = 'anchor'",
          "DROP TABLE away", "CREATE INDEX more ON binding (mn)",
          "CREATE TRIGGER t AFTER INSERT ON binding BEGIN DELETE FROM binding; END"}) {
        std::filesystem::remove(file());
        write(3);
        run(nonsense);
        SqliteJournal journal(settings(file()));
        EXPECT_EQ(journal.read(), JournalContents{}) << nonsense;
        const auto notices = journal.take_notices();
        ASSERT_EQ(notices.size(), 1u) << nonsense;
        EXPECT_STREQ(notices[0].id, "JOURNAL_DAMAGED") << nonsense;
        journal.serve();
        wait_until([&] { return journal.wants_whole_table(); });
    }
}

TEST_F(JournalOnDisk, AnEntryOfAnotherWritingOfTheTableDoesNotOutliveTheNext) {
    for (const char* number : {"1000", "2 /* the next */", "-1", "9223372036854775807"}) {
        std::filesystem::remove(file());
        write(3);
        run(("UPDATE binding SET table_number = " + std::string(number)).c_str());
        {
            SqliteJournal journal(settings(file()));
            EXPECT_EQ(journal.read().entries.size(), 3u);
            journal.serve();
            journal.begin_whole_table();
            journal.put(journal_entry(1));
            journal.end_whole_table();
            settle(journal);
        }
        SqliteJournal journal(settings(file()));
        EXPECT_EQ(journal.read().entries, std::vector{journal_entry(1)}) << number;
    }
}

TEST_F(JournalOnDisk, AFolderThatIsNotThereIsNamedAndTriedAgain) {
    SqliteJournal journal(settings(folder.path("absent/journal")));
    EXPECT_EQ(journal.read(), JournalContents{});
    journal.serve();
    const auto notices = journal.take_notices();
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_STREQ(notices[0].id, "JOURNAL_FAILED");
    EXPECT_NE(notices[0].text.find(folder.path("absent")), std::string::npos) << notices[0].text;
    std::filesystem::create_directory(folder.path("absent"));
    wait_until([&] { return journal.wants_whole_table(); });
}

TEST_F(JournalOnDisk, IsMadeWithTheRightsThatTheAgentWillHave) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can become another";
    const Account nobody{"nobody", 65534, 65534};
    auto with_rights = settings(file());
    with_rights.account = nobody;
    {
        SqliteJournal journal(with_rights);
        EXPECT_EQ(journal.read(), JournalContents{});
        ASSERT_EQ(journal.take_notices().size(), 1u) << "the folder is root's";
        EXPECT_FALSE(std::filesystem::exists(file()));
    }
    const auto checked = check_journal_file(file(), nobody);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().find(file()), std::string::npos);
    ASSERT_EQ(chown(folder.path("").c_str(), nobody.uid, nobody.gid), 0);
    EXPECT_TRUE(check_journal_file(file(), nobody));
    SqliteJournal journal(with_rights);
    journal.read();
    EXPECT_TRUE(journal.take_notices().empty());
    EXPECT_EQ(geteuid(), 0u);
    struct stat made {};
    ASSERT_EQ(stat(file().c_str(), &made), 0);
    EXPECT_EQ(made.st_uid, nobody.uid);
    EXPECT_EQ(made.st_mode & 0777U, 0600U) << "where people are is nobody else's business";
}

TEST_F(JournalOnDisk, AKilledProcessLeavesWholeBatchesInTheirOrder) {
    for (int round = 0; round < 5; ++round) {
        std::filesystem::remove(file());
        std::filesystem::remove(file() + "-wal");
        std::filesystem::remove(file() + "-shm");
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            SqliteJournal journal(settings(file()));
            journal.read();
            journal.serve();
            for (int i = 1; i <= 100'000'000; ++i) {
                journal.sequence_given(static_cast<std::uint64_t>(i));
                journal.put(journal_entry(i, static_cast<std::uint64_t>(i)));
                if (i % 100 == 0) settle(journal);
            }
            _exit(1);
        }
        const auto log = file() + "-wal";
        const auto much = 50'000U << round;
        wait_until([&] {  // so many batches are there, however busy this machine is
            std::error_code none;
            return std::filesystem::exists(log) && std::filesystem::file_size(log, none) > much;
        });
        ASSERT_EQ(kill(child, SIGKILL), 0);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        SqliteJournal journal(settings(file()));
        const auto read = journal.read();
        EXPECT_TRUE(journal.take_notices().empty());
        EXPECT_GT(read.entries.size(), 0u);
        std::uint64_t highest = 0;
        for (const auto& each : read.entries) highest = std::max(highest, each.sequence);
        EXPECT_EQ(highest, read.entries.size()) << "none is missing before the last";
        EXPECT_GE(read.highest_sequence, highest);
    }
}

}  // namespace
}  // namespace mobility
