// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Changes as they come, the whole table in slices.
#include "core/journal_writer.h"

#include <utility>

namespace mobility {
namespace {
constexpr std::size_t kSlice = 1000;  // entries: about a millisecond
}

bool JournalWriter::write(Moment moment) {
    if (journal_.wants_whole_table()) {
        journal_.begin_whole_table();
        writing_ = 0;
        part_.clear();
    }
    const bool writing = writing_ < PrefixSet::kParts || !part_.empty();
    for (std::size_t i = 0; i < kSlice && write_one(moment); ++i) {
    }
    for (const auto& prefix : std::exchange(changed_, {})) put(prefix, moment);
    if (anchor_.last_sequence() != told_sequence_) {
        told_sequence_ = anchor_.last_sequence();
        journal_.sequence_given(told_sequence_);
    }
    const bool more = writing_ < PrefixSet::kParts || !part_.empty();
    if (writing && !more) journal_.end_whole_table();
    return more;
}

bool JournalWriter::write_one(Moment moment) {
    while (part_.empty() && writing_ < PrefixSet::kParts) {
        for (const auto& [prefix, binding] : anchor_.bindings().all().part(writing_++)) {
            part_.push_back(prefix);
        }
    }
    if (part_.empty()) return false;
    put(part_.back(), moment);
    part_.pop_back();
    return true;
}

void JournalWriter::put(const Prefix& prefix, Moment moment) {
    if (const auto entry = anchor_.journal_entry(prefix, moment)) {
        journal_.put(*entry);
    } else {
        journal_.remove(prefix);
    }
}

}  // namespace mobility
