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
        writing_table_ = true;
        table_.clear();
        for (const auto& [prefix, binding] : anchor_.bindings().all()) table_.push_back(prefix);
    }
    for (std::size_t i = 0; i < kSlice && !table_.empty(); ++i) {
        put(table_.front(), moment);
        table_.pop_front();
    }
    for (const auto& prefix : std::exchange(changed_, {})) put(prefix, moment);
    if (anchor_.last_sequence() != told_sequence_) {
        told_sequence_ = anchor_.last_sequence();
        journal_.sequence_given(told_sequence_);
    }
    if (table_.empty() && std::exchange(writing_table_, false)) journal_.end_whole_table();
    return !table_.empty();
}

void JournalWriter::put(const Prefix& prefix, Moment moment) {
    if (const auto entry = anchor_.journal_entry(prefix, moment)) {
        journal_.put(*entry);
    } else {
        journal_.remove(prefix);
    }
}

}  // namespace mobility
