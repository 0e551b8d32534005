// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Carries what changes at an Anchor to its Journal.
#pragma once

#include <unordered_set>
#include <vector>

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
    /// The next of the whole table; false: there is none.
    bool write_one(Moment moment);
    void put(const Prefix& prefix, Moment moment);

    const Anchor& anchor_;
    Journal& journal_;
    std::unordered_set<Prefix> changed_;
    std::uint64_t told_sequence_ = 0;
    std::size_t writing_ = PrefixSet::kParts;  ///< part of the whole table to be put next
    std::vector<Prefix> part_;                 ///< what is still to be put of the one before
};

}  // namespace mobility
