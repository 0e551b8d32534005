// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The boundary to an anchor's disk: where each MN was last, and the highest sequence ever given,
// for the start after a power cut.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/mobility_event.h"
#include "core/notice.h"

namespace mobility {

/// A binding whose place is known, with names that mean something to the next process. Written when
/// it is created, moves, ends or changes hands (MN, IAID, owner), not at every Renew: `expires_ms`
/// is what was known then, and a lease that lives on may be long past it.
struct JournalEntry {
    Prefix prefix;
    MnId mn;
    std::uint32_t iaid = 0;
    std::string owner;  ///< lease domain of the source
    std::string ar;     ///< identity
    Attachment attachment;
    std::uint64_t sequence = 0;
    std::uint64_t term = 0;        ///< whose word counts; always 0 in this version
    std::uint64_t expires_ms = 0;  ///< wall clock; for display and policy

    bool operator==(const JournalEntry&) const = default;
};

struct JournalContents {
    std::vector<JournalEntry> entries;  ///< in no order, one for each prefix
    std::uint64_t highest_sequence = 0;
    std::map<std::string, Seconds> away;  ///< by lease domain: for how long it had no session

    bool operator==(const JournalContents&) const = default;
};

/// Of one anchor. No call waits for the disk but read(). What is written survives a power cut, in
/// the order in which it was put but for this: of a prefix that changes ten times before there is
/// time, the last state alone is written. Nothing here fails: what the disk refuses becomes a
/// notice, and the whole table is asked for when it works again.
class Journal {
public:
    virtual ~Journal() = default;

    /// What an earlier process has written; called once, before anything is put.
    virtual JournalContents read() = 0;

    virtual void put(const JournalEntry& entry) = 0;
    virtual void remove(const Prefix& prefix) = 0;
    virtual void sequence_given(std::uint64_t sequence) = 0;
    /// The source of this lease domain has had no session for so long; 0: it has one.
    virtual void away(const std::string& lease_domain, Seconds time) = 0;

    /// Something was lost: what it holds is not the table any more. Its owner then calls
    /// begin_whole_table, puts every binding (others may change meanwhile), and ends; what was not
    /// put since the begin is forgotten.
    virtual bool wants_whole_table() const = 0;
    virtual void begin_whole_table() = 0;
    virtual void end_whole_table() = 0;

    /// What an operator should hear of since the last call.
    virtual std::vector<Notice> take_notices() = 0;
};

}  // namespace mobility
