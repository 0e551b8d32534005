// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Changes in, batches out.
#include "core/journal_queue.h"

#include <algorithm>

namespace mobility {

void JournalQueue::change(const Prefix& prefix, std::optional<JournalEntry> entry) {
    if (lost_) return;
    const auto [change, fresh] = changes_.emplace(prefix);
    *change = std::move(entry);
    if (fresh) order_.push_back(prefix);
}

void JournalQueue::sequence_given(std::uint64_t sequence) {
    highest_sequence_ = std::max(highest_sequence_, sequence);
}

void JournalQueue::begin_whole_table() {
    changes_ = {};
    order_.clear();
    complete_ = false;
    lost_ = false;
    wants_whole_table_ = false;
    ++table_;
}

void JournalQueue::end_whole_table() { complete_ = !lost_; }

bool JournalQueue::empty() const {
    return order_.empty() && away_.empty() && !complete_ && highest_sequence_ <= written_sequence_;
}

JournalBatch JournalQueue::take(std::size_t most) {
    JournalBatch batch;
    batch.table = table_;
    if (highest_sequence_ > written_sequence_) batch.highest_sequence = highest_sequence_;
    written_sequence_ = highest_sequence_;
    std::swap(batch.away, away_);
    for (; most > 0 && !order_.empty(); --most) {
        const auto prefix = order_.front();
        order_.pop_front();
        if (auto& entry = *changes_.find(prefix)) {
            batch.entries.push_back(std::move(*entry));
        } else {
            batch.removed.push_back(prefix);
        }
        changes_.erase(prefix);
    }
    batch.complete = order_.empty() && std::exchange(complete_, false);
    return batch;
}

void JournalQueue::lost() {
    changes_ = {};
    order_.clear();
    complete_ = false;
    lost_ = true;
    wants_whole_table_ = false;
    written_sequence_ = 0;
}

}  // namespace mobility
