// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes the seeds of the journal's fuzzer: journals as the agent makes them (with the smallest
// pages that SQLite has, so that a change is likely to matter), and files that are none of its own.
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "route-agent/journal_file.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/route-agent/journal_folder.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

JournalEntry entry(int number, const Prefix& prefix) {
    return {prefix,
            mn(number),
            1,
            number % 2 ? kDomain : kOtherDomain,
            ar_name(number % 3 + 1),
            attachment(number % 3 + 1, number),
            (1'700'000'000'000U << 16) + static_cast<std::uint64_t>(number),
            0,
            1'700'003'600'000};
}

class Seeds {
public:
    explicit Seeds(std::filesystem::path path) : path_(std::move(path)) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }

    /// What stands at the journal's place after `make`.
    void write(const char* name, const std::function<void()>& make) {
        folder.clear();
        make();
        std::ofstream(path_ / name, std::ios::binary) << folder.content();
    }
    void run(const char* sql) const {
        sqlite3* database = nullptr;
        require(sqlite3_open(folder.journal().c_str(), &database) == SQLITE_OK &&
                    sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
                sql);
        sqlite3_close(database);
    }
    void small_pages() const {
        run("PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM; PRAGMA journal_mode=WAL");
    }
    void journal(const std::string& anchor, const JournalBatch& batch) const {
        JournalFile file(folder.journal(), anchor);
        require(!file.open() && !file.write(batch), "a journal is written");
    }

    const JournalFolder folder;

private:
    std::filesystem::path path_;
};

void write_all(const std::filesystem::path& path) {
    Seeds seeds(path);
    const std::string anchor = "anchor.example";
    JournalBatch batch;
    batch.table = 3;
    batch.highest_sequence = (1'700'000'000'000U << 16) + 9;
    batch.away[kOtherDomain] = Seconds{600};
    for (const int number : {1, 2, 3}) {
        batch.entries.push_back(entry(number, number % 2 ? home(number) : delegated(number)));
    }
    seeds.write("new", [&] {
        seeds.journal(anchor, {});
        seeds.small_pages();
    });
    seeds.write("bindings", [&] {
        seeds.journal(anchor, batch);
        seeds.small_pages();
    });
    seeds.write("last_sequence", [&] {
        auto last = batch;
        last.entries.front().sequence = JournalFile::kMostSequence;
        seeds.journal(anchor, last);
        seeds.small_pages();
    });
    seeds.write("of_the_next_table", [&] {
        auto next = batch;
        ++next.table;
        next.entries.resize(1);
        next.entries.front().sequence = JournalFile::kMostSequence + 1;
        seeds.journal(anchor, next);
        next = batch;
        next.entries.erase(next.entries.begin());
        seeds.journal(anchor, next);
        seeds.small_pages();
    });
    seeds.write("usual_pages", [&] { seeds.journal(anchor, batch); });
    seeds.write("another_version", [&] {
        seeds.journal(anchor, batch);
        seeds.small_pages();
        seeds.run("PRAGMA journal_mode=DELETE; PRAGMA user_version=2");
    });
    seeds.write("another_anchors", [&] {
        seeds.journal("anchor2.example", batch);
        seeds.small_pages();
        seeds.run("PRAGMA journal_mode=DELETE");
    });
    seeds.write("somebodys",
                [&] { seeds.run("PRAGMA page_size=512; CREATE TABLE somebodys (x)"); });
    seeds.write("trigger", [&] {
        seeds.journal(anchor, batch);
        seeds.small_pages();
        seeds.run("CREATE TRIGGER t AFTER INSERT ON binding BEGIN DELETE FROM binding; END");
    });
    seeds.write("zeros", [&] { seeds.folder.hold(std::vector<std::uint8_t>(600)); });
}

}  // namespace
}  // namespace mobility::fuzz

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "Usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    mobility::fuzz::write_all(argv[1]);
    return 0;
}
