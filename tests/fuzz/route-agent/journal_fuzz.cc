// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any file where an anchor's journal should be: it is left alone, moved aside or believed; what is
// believed an AR can read; the anchor goes on, what it writes is read by the next process, and
// nothing else is.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "core/wire.h"
#include "route-agent/journal.h"
#include "tests/fuzz/core/session_world.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/route-agent/journal_folder.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

constexpr const char* kAnchor = "anchor.example";
constexpr sqlite3_int64 kMostMemory = 48 << 20;
constexpr Seconds kMostDoubt{11};  // then the anchor waits for no AR any more

JournalSettings settings(const JournalFolder& folder) {
    return {folder.journal(), kAnchor, std::nullopt, Milliseconds{1}, Milliseconds{4}};
}

enum class Fate : std::uint8_t { kBelieved, kBelievedInPart, kMovedAside, kLeftAlone };

Fate fate(const JournalFolder& folder, SqliteJournal& journal, const std::string& was) {
    const auto notices = journal.take_notices();
    require(notices.size() <= 1, "what is wrong with a file is said once");
    if (notices.empty()) return Fate::kBelieved;
    const std::string id = notices.front().id;
    if (id == "JOURNAL_FOREIGN") {
        require(folder.content() == was, "what is not ours is not touched");
        return Fate::kLeftAlone;
    }
    require(id == "JOURNAL_DAMAGED", "no file keeps an anchor without a journal for ever");
    if (journal.wants_whole_table()) return Fate::kBelievedInPart;
    require(folder.content(".damaged-1").size() == was.size() && folder.content().empty(),
            "what is damaged is kept under another name");
    return Fate::kMovedAside;
}

void require_well_formed(const JournalContents& contents) {
    std::map<Prefix, int> times;
    for (const auto& entry : contents.entries) {
        require(++times[entry.prefix] == 1, "one entry for each prefix");
        const BindingRecord record{entry.prefix,     entry.mn,       entry.iaid, kDomain,
                                   entry.attachment, entry.sequence, Seconds{60}};
        control::BindingRecord message;
        wire::write(record, message);
        const auto read = wire::read(message);
        require(read && *read == record && entry.sequence > 0, "an AR can read it");
    }
    for (const auto& [lease_domain, time] : contents.away) {
        require(time > Seconds{0}, "who is away is so for some time");
    }
}

/// The anchor's agent with this journal, until all that it has is on the disk.
class Agent {
public:
    explicit Agent(SqliteJournal& journal) : journal_(journal) {
        fill(inventory_);
        AnchorSettings anchor;
        anchor.prefixes = {prefix("2001:db8:a::/48")};
        anchor.keep_bindings = Seconds{3600};
        node_ = std::make_unique<AnchorNode>(
            anchor, AnchorIdentity{kAnchor, address("2001:db8:f::1"), true, "fuzz"}, inventory_,
            kernel_, clock_, NodeTimers{}, [](const Notice&) {});
        require(static_cast<bool>(node_->start(&journal_)), "the anchor serves");
        journal_.serve();
        for (const auto time : {Seconds{0}, kMostDoubt, Seconds{1}}) {
            clock_.moment.now += time;
            node_->tick(clock_.moment.now);
            settle();
        }
    }
    void settle() {
        const auto deadline = std::chrono::steady_clock::now() + Seconds{5};
        do {
            while (node_->work()) {
            }
            if (journal_.at_rest() && !journal_.dropping() && !journal_.wants_whole_table()) return;
            std::this_thread::sleep_for(std::chrono::microseconds{50});
        } while (std::chrono::steady_clock::now() < deadline);
        require(false, "the journal works again, whatever was there");
    }
    std::map<Prefix, std::uint64_t> sequences() const {
        std::map<Prefix, std::uint64_t> all;
        for (const auto& [each, binding] : node_->anchor().bindings().all()) {
            const auto entry = node_->anchor().journal_entry(each, clock_.moment);
            if (entry) all.emplace(each, entry->sequence);
        }
        return all;
    }
    /// As the anchor does for a binding that has been made.
    std::uint64_t put(const Prefix& where) {
        JournalEntry entry{where,           mn(7), 1, kDomain, ar_name(1), attachment(1, 7),
                           next_sequence(), 0,     0};
        journal_.put(entry);
        journal_.sequence_given(entry.sequence);
        settle();
        return entry.sequence;
    }

private:
    std::uint64_t next_sequence() const {
        const auto last = std::max(node_->anchor().last_sequence(), clock_.moment.wall_ms << 16);
        require(last + 1 > last, "a sequence follows");
        return last + 1;
    }

    SqliteJournal& journal_;
    WorldClock clock_;
    Inventory inventory_;
    MemoryForwarder kernel_;
    std::unique_ptr<AnchorNode> node_;
};

void fuzz(std::span<const std::uint8_t> input) {
    static const JournalFolder folder;
    folder.hold(input);
    const std::string was(input.begin(), input.end());
    JournalContents found;
    {
        SqliteJournal first(settings(folder));
        found = first.read();
        require_well_formed(found);
        if (fate(folder, first, was) == Fate::kLeftAlone) {
            require(found == JournalContents{}, "what is not ours is not believed");
            return;
        }
    }
    std::map<Prefix, std::uint64_t> expected;
    std::uint64_t last = 0;
    {
        SqliteJournal journal(settings(folder));
        Agent agent(journal);
        last = agent.put(home(99));
        require(last > found.highest_sequence, "sequences grow");
        expected = agent.sequences();
        expected[home(99)] = last;
    }
    if (last > JournalFile::kMostSequence) return;  // the file had the last one that is believed
    SqliteJournal next(settings(folder));
    const auto read = next.read();
    require(next.take_notices().empty(), "what was written is in order");
    require_well_formed(read);
    require(read.highest_sequence == last, "the highest sequence is kept");
    std::map<Prefix, std::uint64_t> sequences;
    for (const auto& entry : read.entries) sequences[entry.prefix] = entry.sequence;
    require(sequences == expected, "the next process reads what the anchor had, and no more");
}

}  // namespace
}  // namespace mobility::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mobility::fuzz::fuzz({data, size});
    mobility::require(sqlite3_memory_highwater(0) <= mobility::fuzz::kMostMemory,
                      "no file decides how much memory is taken");
    return 0;
}
