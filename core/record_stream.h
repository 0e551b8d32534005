// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Keeps a copy of binding records at the other end of a session: full state first, then what
// changed. Used by the anchor towards each AR, and by an AR for its report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/binding_record.h"
#include "core/prefix_map.h"
#include "core/state_digest.h"

namespace mobility {

/// What a RecordStream copies, and how it is said.
class RecordStreamEnds {
public:
    virtual ~RecordStreamEnds() = default;
    /// The record as it is now; nothing: the other end should not have one.
    virtual std::optional<BindingRecord> record(const Prefix& prefix) const = 0;
    /// The prefixes of this bucket that have a record.
    virtual std::vector<Prefix> in_bucket(std::size_t bucket) const = 0;

    virtual void send_begin(const Buckets& buckets) = 0;
    virtual void send_records(std::uint64_t number, const std::vector<BindingRecord>& records) = 0;
    virtual void send_removals(std::uint64_t number, const std::vector<Prefix>& prefixes) = 0;
    virtual void send_end() = 0;
    /// What has no record may be forgotten at the other end: the end of the full state may be said.
    virtual bool complete() const { return true; }
    /// Bulk should wait.
    virtual bool congested() const = 0;
};

/// Holds no records, only what is to be said of them: a prefix that changes ten times before there
/// is room is sent once. Moves overtake bulk and have most of the window. Owner: one session; its
/// thread.
class RecordStream {
public:
    explicit RecordStream(RecordStreamEnds& ends) : ends_(ends) {}

    /// The full state of these buckets, whatever was said before. Changes overtake it.
    void begin(const Buckets& buckets = Buckets::all());
    enum class Urgency { kMove, kBulk };
    void changed(const Prefix& prefix, Urgency urgency = Urgency::kMove);
    /// Says what there is to say and room for: at most kWindow messages are unacknowledged.
    void pump();
    /// The two halves of it. Returns how many records bulk was: at most a slice of a few
    /// milliseconds.
    void pump_moves();
    std::size_t pump_bulk();
    /// The prefixes and sequences (0: a removal) of an acknowledged message, in its order; nothing
    /// for a number that is not outstanding.
    using Items = std::vector<std::pair<Prefix, std::uint64_t>>;
    std::optional<Items> acknowledged(std::uint64_t number);
    bool idle() const { return moves_.empty() && bulk_.empty() && !listing_ && !end_due_; }

    static constexpr std::size_t kWindow = 64;     ///< messages
    static constexpr std::size_t kBulkWindow = 4;  ///< of them, before more bulk is said
    static constexpr std::size_t kPage = 128;      ///< records

private:
    /// What has changed, each prefix once.
    template <typename Set>
    class Changes {
    public:
        bool empty() const { return order_.empty(); }
        bool has(const Prefix& prefix) const { return queued_.contains(prefix); }
        void add(const Prefix& prefix) {
            if (queued_.emplace(prefix).second) order_.push_back(prefix);
        }
        Prefix take() {
            const auto prefix = order_.front();
            order_.pop_front();
            queued_.erase(prefix);
            return prefix;
        }

    private:
        std::deque<Prefix> order_;
        Set queued_;
    };

    template <typename Set>
    std::size_t say(Changes<Set>& changes);
    std::size_t say_page();
    bool next_bucket();
    void send(std::vector<BindingRecord> records, std::vector<Prefix> removals);

    RecordStreamEnds& ends_;
    Changes<std::unordered_set<Prefix>> moves_;
    Changes<PrefixSet> bulk_;
    Buckets buckets_;
    bool listing_ = false;
    bool begun_ = false;
    bool end_due_ = false;  ///< all is told; the end waits for complete()
    std::size_t next_bucket_ = 0;
    /// What is left of the bucket under way: what comes or goes meanwhile is told as a change.
    std::vector<Prefix> bucket_;
    std::uint64_t next_number_ = 1;
    std::map<std::uint64_t, Items> outstanding_;
};

}  // namespace mobility
