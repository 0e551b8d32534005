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
    next_bucket_ = 0;
    bucket_.clear();
}

void RecordStream::changed(const Prefix& prefix, Urgency urgency) {
    if (urgency == Urgency::kMove) {
        moves_.add(prefix);
    } else if (!moves_.has(prefix)) {
        bulk_.add(prefix);
    }
}

void RecordStream::pump() {
    pump_moves();
    pump_bulk();
}

void RecordStream::pump_moves() {
    while (!moves_.empty() && outstanding_.size() < kWindow) say(moves_);
}

std::size_t RecordStream::pump_bulk() {
    std::size_t said = 0;
    const auto room = [&] { return outstanding_.size() < kBulkWindow && !ends_.congested(); };
    while (!bulk_.empty() && room()) said += say(bulk_);
    while (listing_ && room()) said += say_page();
    if (end_due_ && ends_.complete()) {
        end_due_ = false;
        ends_.send_end();
    }
    return said;
}

template <typename Set>
std::size_t RecordStream::say(Changes<Set>& changes) {
    std::vector<BindingRecord> records;
    std::vector<Prefix> removals;
    while (!changes.empty() && records.size() + removals.size() < kPage) {
        const auto prefix = changes.take();
        if (auto record = ends_.record(prefix)) {
            records.push_back(std::move(*record));
        } else {
            removals.push_back(prefix);
        }
    }
    const auto said = records.size() + removals.size();
    send(std::move(records), std::move(removals));
    return said;
}

std::size_t RecordStream::say_page() {
    if (!std::exchange(begun_, true)) ends_.send_begin(buckets_);
    std::vector<BindingRecord> records;
    while (records.size() < kPage && listing_) {
        if (bucket_.empty() && !next_bucket()) {
            listing_ = false;
            end_due_ = true;
        } else if (!bucket_.empty()) {
            if (auto record = ends_.record(bucket_.back())) records.push_back(std::move(*record));
            bucket_.pop_back();
        }
    }
    const auto said = records.size();
    send(std::move(records), {});
    return said;
}

bool RecordStream::next_bucket() {
    while (bucket_.empty() && next_bucket_ < Buckets::kCount) {
        const auto bucket = next_bucket_++;
        if (buckets_[bucket]) bucket_ = ends_.in_bucket(bucket);
    }
    return !bucket_.empty();
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
