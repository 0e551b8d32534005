// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Changes first, pages when there is room.
#include "core/record_stream.h"

namespace mobility {

void RecordStream::begin(const Buckets& buckets) {
    buckets_ = buckets;
    listing_ = true;
    begun_ = false;
    end_due_ = false;
    listed_.reset();
}

void RecordStream::changed(const Prefix& prefix) {
    if (queued_.insert(prefix).second) changed_.push_back(prefix);
}

void RecordStream::pump() {
    while (!changed_.empty() && outstanding_.size() < kWindow) {
        std::vector<BindingRecord> records;
        std::vector<Prefix> removals;
        while (!changed_.empty() && records.size() + removals.size() < kPage) {
            const auto prefix = changed_.front();
            changed_.pop_front();
            queued_.erase(prefix);
            if (auto record = ends_.record(prefix)) {
                records.push_back(std::move(*record));
            } else {
                removals.push_back(prefix);
            }
        }
        send(std::move(records), std::move(removals));
    }
    while (listing_ && outstanding_.size() < kWindow && !ends_.congested()) {
        if (!std::exchange(begun_, true)) ends_.send_begin(buckets_);
        std::vector<BindingRecord> records;
        while (records.size() < kPage) {
            const auto prefix = buckets_.none() ? std::nullopt : ends_.next_after(listed_);
            if (!prefix) {
                listing_ = false;
                break;
            }
            listed_ = prefix;
            if (!buckets_.has(*prefix)) continue;
            if (auto record = ends_.record(*prefix)) records.push_back(std::move(*record));
        }
        send(std::move(records), {});
        end_due_ = !listing_;
    }
    if (end_due_ && ends_.complete()) {
        end_due_ = false;
        ends_.send_end();
    }
}

void RecordStream::send(std::vector<BindingRecord> records, std::vector<Prefix> removals) {
    if (!records.empty()) {
        auto& items = outstanding_[next_number_];
        for (const auto& record : records) items.emplace_back(record.prefix, record.sequence);
        ends_.send_records(next_number_++, records);
    }
    if (!removals.empty()) {
        auto& items = outstanding_[next_number_];
        for (const auto& prefix : removals) items.emplace_back(prefix, 0);
        ends_.send_removals(next_number_++, removals);
    }
}

std::optional<RecordStream::Items> RecordStream::acknowledged(std::uint64_t number) {
    const auto found = outstanding_.find(number);
    if (found == outstanding_.end()) return std::nullopt;
    auto items = std::move(found->second);
    outstanding_.erase(found);
    return items;
}

}  // namespace mobility
