// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Carries what changes at an Anchor to its Journal.
#pragma once

#include <deque>
#include <unordered_set>

#include "core/anchor.h"
#include "core/journal.h"

namespace mobility {

/// Owner: the anchor agent's one thread.
class JournalWriter {
public:
    JournalWriter(const Anchor& anchor, Journal& journal) : anchor_(anchor), journal_(journal) {}

    void changed(const Prefix& prefix) { changed_.insert(prefix); }
    /// True when more of the whole table is left than fits a slice.
    bool write(Moment moment);

private:
    void put(const Prefix& prefix, Moment moment);

    const Anchor& anchor_;
    Journal& journal_;
    std::unordered_set<Prefix> changed_;
    std::uint64_t told_sequence_ = 0;
    bool writing_table_ = false;
    std::deque<Prefix> table_;  ///< what is still to be put of it
};

}  // namespace mobility
