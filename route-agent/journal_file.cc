// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Tables and statements.
#include "route-agent/journal_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "core/wire.h"

namespace mobility {
namespace {

using Kind = JournalFailure::Kind;

constexpr std::int64_t kApplication = 0x4b4d4a31;  // "KMJ1", for file(1) and for us
constexpr std::int64_t kVersion = 1;
constexpr int kBusyTimeout = 2000;  // milliseconds
/// Octets for SQLite, ten times what a journal takes; a row of a damaged one may claim any number.
constexpr sqlite3_int64 kMostMemory = 48 << 20;

constexpr const char* kSchema = R"(
    CREATE TABLE about (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE away (lease_domain TEXT PRIMARY KEY, seconds INTEGER NOT NULL)
        STRICT, WITHOUT ROWID;
    CREATE TABLE binding (
        address BLOB, length INTEGER, mn BLOB NOT NULL, iaid INTEGER NOT NULL,
        owner TEXT NOT NULL, ar TEXT NOT NULL, relay_source BLOB NOT NULL,
        link_address BLOB NOT NULL, interface_id BLOB NOT NULL, link_layer BLOB NOT NULL,
        link_local BLOB NOT NULL, sequence INTEGER NOT NULL, term INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL, table_number INTEGER NOT NULL,
        PRIMARY KEY (address, length)) STRICT, WITHOUT ROWID;
)";
constexpr const char* kPut =
    "INSERT OR REPLACE INTO binding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kRead =
    "SELECT address, length, mn, iaid, owner, ar, relay_source, link_address, interface_id, "
    "link_layer, link_local, sequence, term, expires_ms FROM binding";
/// What no journal of ours has, and what would not be cured by writing the whole table.
constexpr const char* kSenseless =
    "SELECT (SELECT count(*) FROM about WHERE name <> 'anchor' AND "
    "NOT (typeof(value) = 'integer' AND value BETWEEN 0 AND 1 << 62)) + "
    "(SELECT count(*) FROM away WHERE seconds NOT BETWEEN 1 AND 1 << 32)";

/// Of all writings of the whole table that something here could be from. Without numbers that only
/// a damaged file has: the next one need not be higher than those, but another.
constexpr const char* kTableNumber =
    "SELECT coalesce(max(number), 1) FROM (SELECT value AS number FROM about WHERE name = 'table' "
    "UNION ALL SELECT table_number FROM binding) WHERE number BETWEEN 1 AND 1 << 61";

/// It is not the file's fault: later it may work. Who has no memory for a file of our kind has been
/// asked for too much by it.
bool passes(int code) {
    constexpr std::array kPassing{SQLITE_PERM,     SQLITE_BUSY,  SQLITE_LOCKED,
                                  SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL,
                                  SQLITE_CANTOPEN, SQLITE_AUTH,  SQLITE_NOLFS};
    return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

std::string without_layout(std::string_view sql) {
    std::string text;
    std::copy_if(sql.begin(), sql.end(), std::back_inserter(text),
                 [](char each) { return each != ' ' && each != '\n' && each != ';'; });
    return text;
}

/// An AR can be told of it: one that it could not read would end its session again and again.
bool makes_sense(const JournalEntry& entry) {
    control::BindingRecord message;
    wire::write(
        BindingRecord{entry.prefix, entry.mn, entry.iaid, {}, entry.attachment, entry.sequence, {}},
        message);
    return entry.sequence > 0 && entry.sequence <= JournalFile::kMostSequence &&
           wire::read(message);
}

}  // namespace

void JournalFile::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

/// Values are bound and read in the order of their columns.
class JournalFile::Statement {
public:
    Statement(sqlite3* database, const char* sql) {
        sqlite3_stmt* made = nullptr;
        sqlite3_prepare_v2(database, sql, -1, &made, nullptr);
        statement_.reset(made);
    }
    Statement& operator<<(std::uint64_t value) {
        sqlite3_bind_int64(statement_.get(), ++bound_, static_cast<std::int64_t>(value));
        return *this;
    }
    Statement& operator<<(const std::string& text) {
        sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
        return *this;
    }
    Statement& octets(const std::string& bytes) { return octets(bytes.data(), bytes.size()); }
    Statement& operator<<(const IpAddress& address) {
        return octets(address.bytes().data(), address.bytes().size());
    }
    /// Carries it out; the next one binds anew. False: sqlite3_errmsg says why.
    bool run() {
        const bool done = step() == SQLITE_DONE;
        sqlite3_reset(statement_.get());
        bound_ = 0;
        return done;
    }
    int step() { return statement_ ? sqlite3_step(statement_.get()) : SQLITE_ERROR; }

    void first() { column_ = 0; }
    void done() { sqlite3_reset(statement_.get()); }
    std::uint64_t number() {
        return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column_++));
    }
    std::string bytes() {
        const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column_));
        const auto size = sqlite3_column_bytes(statement_.get(), column_++);
        return data ? std::string(data, static_cast<std::size_t>(size)) : std::string();
    }
    /// Nothing: it makes no sense.
    std::optional<IpAddress> address() {
        const auto text = bytes();
        const auto read = IpAddress::from_bytes(
            {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        return read ? std::optional(*read) : std::nullopt;
    }

private:
    Statement& octets(const void* data, std::size_t size) {
        sqlite3_bind_blob(statement_.get(), ++bound_, size ? data : "", static_cast<int>(size),
                          SQLITE_TRANSIENT);
        return *this;
    }
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = 0;
    int column_ = 0;
};

JournalFile::JournalFile(std::string path, std::string anchor, std::int64_t most_pages)
    : path_(std::move(path)), anchor_(std::move(anchor)), most_pages_(most_pages) {}

JournalFile::~JournalFile() = default;

void JournalFile::close() { database_.reset(); }

JournalFailure JournalFile::failed(const char* what) const {
    const int code = database_ ? sqlite3_errcode(database_.get()) & 0xff : SQLITE_CANTOPEN;
    const auto why =
        std::string(what) + ": " + (database_ ? sqlite3_errmsg(database_.get()) : "out of memory");
    return passes(code) ? JournalFailure{Kind::kUnusable, path_ + ": " + why} : damaged(why);
}

JournalFailure JournalFile::run(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return failed("writing");
}

JournalFailure JournalFile::open() {
    close();
    if (auto strange = look_at_header()) return strange;
    // Where people are is nobody else's business; SQLite gives its log the same mode.
    const int made = ::open(path_.c_str(), O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made >= 0) ::close(made);
    sqlite3_hard_heap_limit64(kMostMemory);
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path_.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    auto failure = code == SQLITE_OK ? make_or_check() : failed("opening");
    if (failure) close();
    return failure;
}

/// What the file itself must be to blame for.
JournalFailure JournalFile::damaged(const std::string& how) const {
    if (!says_ours_) return {Kind::kForeign, path_ + ": is no journal"};
    return {Kind::kDamaged, path_ + ": " + how};
}

JournalFailure JournalFile::make_or_check() {
    sqlite3_busy_timeout(database_.get(), kBusyTimeout);
    Statement known(database_.get(),
                    "SELECT (SELECT application_id FROM pragma_application_id), "
                    "(SELECT user_version FROM pragma_user_version), "
                    "(SELECT page_count FROM pragma_page_count)");
    if (known.step() != SQLITE_ROW) return failed("reading");
    const auto application = static_cast<std::int64_t>(known.number());
    const auto version = static_cast<std::int64_t>(known.number());
    const bool fresh = known.number() == 0;
    known.done();
    // Before anything is changed: it may be somebody else's.
    if (auto strange = fresh ? JournalFailure{} : look_at_owner(application, version)) {
        return strange;
    }
    const auto limit = "PRAGMA synchronous=FULL; PRAGMA max_page_count=" +
                       std::to_string(most_pages_ > 0 ? most_pages_ : std::int64_t{0xfffffffe});
    if (auto failure = run(limit.c_str())) return failure;
    if (auto failure = fresh ? make() : JournalFailure{}) return failure;
    return run("PRAGMA journal_mode=WAL");
}

/// All at once: a file that is neither empty nor calls itself a journal is somebody else's.
JournalFailure JournalFile::make() {
    says_ours_ = true;
    const auto tables = "BEGIN IMMEDIATE; PRAGMA application_id=" + std::to_string(kApplication) +
                        "; PRAGMA user_version=" + std::to_string(kVersion) + ";" + kSchema;
    if (auto failure = run(tables.c_str())) return failure;
    Statement about(database_.get(), "INSERT INTO about VALUES ('anchor', ?)");
    if (!(about << anchor_).run()) return failed("writing");
    return run("COMMIT");
}

JournalFailure JournalFile::look_at_owner(std::int64_t application, std::int64_t version) {
    if (application != kApplication) return {Kind::kForeign, path_ + ": is no journal"};
    says_ours_ = true;
    if (version != kVersion) {
        return {Kind::kForeign, path_ + ": has schema version " + std::to_string(version) +
                                    "; this program writes " + std::to_string(kVersion)};
    }
    Statement tables(database_.get(), "SELECT sql FROM sqlite_master ORDER BY rowid");
    std::string schema;
    int code = SQLITE_ROW;
    while ((code = tables.step()) == SQLITE_ROW) {
        tables.first();
        schema += tables.bytes();
    }
    if (code != SQLITE_DONE) return failed("reading");
    if (without_layout(schema) != without_layout(kSchema)) return damaged("has other tables");
    Statement about(database_.get(), "SELECT value FROM about WHERE name = 'anchor'");
    if (about.step() != SQLITE_ROW) return failed("reading");
    const auto owner = about.bytes();
    if (owner == anchor_) return {};
    return {Kind::kForeign, path_ + ": is the journal of " + owner + ", not of " + anchor_};
}

JournalFailure JournalFile::read_table_number(std::uint64_t& table) {
    Statement highest(database_.get(), kTableNumber);
    if (highest.step() != SQLITE_ROW) return failed("reading");
    table = highest.number();
    return {};
}

JournalFailure JournalFile::read(JournalContents& contents, std::size_t& senseless) {
    contents = {};
    senseless = 0;
    Statement check(database_.get(), "PRAGMA integrity_check(1)");
    if (check.step() != SQLITE_ROW) return failed("reading");
    if (const auto found = check.bytes(); found != "ok") {
        return damaged(found);
    }
    Statement strange(database_.get(), kSenseless);
    if (strange.step() != SQLITE_ROW) return failed("reading");
    if (strange.number() > 0) return damaged("has numbers that make no sense");
    Statement rows(database_.get(), kRead);
    int code = SQLITE_ROW;
    while ((code = rows.step()) == SQLITE_ROW) {
        rows.first();
        JournalEntry entry;
        const auto address = rows.address();
        const auto length = static_cast<unsigned>(std::min<std::uint64_t>(rows.number(), 255));
        const auto prefix =
            address ? Prefix::make(*address, length) : Result<Prefix>(Error{"no address"});
        if (!prefix) {
            ++senseless;
            continue;
        }
        entry.prefix = *prefix;
        entry.mn.bytes = rows.bytes();
        entry.iaid = static_cast<std::uint32_t>(rows.number());
        entry.owner = rows.bytes();
        entry.ar = rows.bytes();
        const auto source = rows.address(), link = rows.address();
        entry.attachment.interface_id = rows.bytes();
        entry.attachment.link_layer.bytes = rows.bytes();
        const auto link_local = rows.address();
        entry.sequence = rows.number();
        entry.term = rows.number();
        entry.expires_ms = rows.number();
        if (!source || !link || !link_local || !makes_sense(entry)) {
            ++senseless;
            continue;
        }
        entry.attachment.relay_source = *source;
        entry.attachment.link_address = *link;
        entry.attachment.link_local = *link_local;
        contents.entries.push_back(std::move(entry));
    }
    if (code != SQLITE_DONE) return failed("reading");
    Statement highest(database_.get(), "SELECT value FROM about WHERE name = 'highest_sequence'");
    if ((code = highest.step()) == SQLITE_ROW) contents.highest_sequence = highest.number();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return failed("reading");
    Statement away(database_.get(), "SELECT lease_domain, seconds FROM away");
    while ((code = away.step()) == SQLITE_ROW) {
        away.first();
        const auto lease_domain = away.bytes();
        contents.away[lease_domain] = Seconds{static_cast<std::int64_t>(away.number())};
    }
    return code == SQLITE_DONE ? JournalFailure{} : failed("reading");
}

JournalFailure JournalFile::write(const JournalBatch& batch) {
    if (auto failure = run("BEGIN IMMEDIATE")) return failure;
    auto failure = write_rows(batch);
    if (!failure) failure = run("COMMIT");
    if (failure) run("ROLLBACK");
    return failure;
}

JournalFailure JournalFile::write_rows(const JournalBatch& batch) {
    auto* const database = database_.get();
    Statement put(database, kPut);
    for (const auto& entry : batch.entries) {
        const auto& at = entry.attachment;
        put << entry.prefix.address() << std::uint64_t{entry.prefix.length()};
        put.octets(entry.mn.bytes) << std::uint64_t{entry.iaid} << entry.owner << entry.ar
                                   << at.relay_source << at.link_address;
        put.octets(at.interface_id).octets(at.link_layer.bytes)
            << at.link_local << entry.sequence << entry.term << entry.expires_ms << batch.table;
        if (!put.run()) return failed("writing");
    }
    Statement remove(database, "DELETE FROM binding WHERE address = ? AND length = ?");
    for (const auto& prefix : batch.removed) {
        if (!(remove << prefix.address() << std::uint64_t{prefix.length()}).run()) {
            return failed("writing");
        }
    }
    Statement away(database, "INSERT OR REPLACE INTO away VALUES (?, ?)");
    Statement back(database, "DELETE FROM away WHERE lease_domain = ?");
    for (const auto& [lease_domain, time] : batch.away) {
        const bool gone = time > Seconds{0};
        const auto seconds = static_cast<std::uint64_t>(time.count());
        if (!(gone ? away << lease_domain << seconds : back << lease_domain).run()) {
            return failed("writing");
        }
    }
    Statement highest(database,
                      "INSERT INTO about VALUES ('highest_sequence', ?) ON CONFLICT (name) "
                      "DO UPDATE SET value = max(value, excluded.value)");
    Statement table(database, "INSERT OR REPLACE INTO about VALUES ('table', ?)");
    if (!(highest << batch.highest_sequence).run() || !(table << batch.table).run()) {
        return failed("writing");
    }
    if (!batch.complete) return {};
    Statement older(database, "DELETE FROM binding WHERE table_number <> ?");
    return (older << batch.table).run() ? JournalFailure{} : failed("writing");
}

}  // namespace mobility
