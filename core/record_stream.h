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
#include "core/state_digest.h"

namespace mobility {

/// What a RecordStream copies, and how it is said.
class RecordStreamEnds {
public:
    virtual ~RecordStreamEnds() = default;
    /// The record as it is now; nothing: the other end should not have one.
    virtual std::optional<BindingRecord> record(const Prefix& prefix) const = 0;
    /// The first prefix with a record behind this one (or at all).
    virtual std::optional<Prefix> next_after(const std::optional<Prefix>& prefix) const = 0;

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
/// is room is sent once. Owner: one session; its thread.
class RecordStream {
public:
    explicit RecordStream(RecordStreamEnds& ends) : ends_(ends) {}

    /// The full state of these buckets, whatever was said before. Changes overtake it.
    void begin(const Buckets& buckets = Buckets::all());
    void changed(const Prefix& prefix);
    /// Says what there is to say and room for: at most kWindow messages are unacknowledged.
    void pump();
    /// The prefixes and sequences (0: a removal) of an acknowledged message, in its order; nothing
    /// for a number that is not outstanding.
    using Items = std::vector<std::pair<Prefix, std::uint64_t>>;
    std::optional<Items> acknowledged(std::uint64_t number);
    bool idle() const { return changed_.empty() && !listing_ && !end_due_; }

    static constexpr std::size_t kWindow = 64;  ///< messages
    static constexpr std::size_t kPage = 128;   ///< records

private:
    void send(std::vector<BindingRecord> records, std::vector<Prefix> removals);

    RecordStreamEnds& ends_;
    std::deque<Prefix> changed_;
    std::unordered_set<Prefix> queued_;
    Buckets buckets_;
    bool listing_ = false;
    bool begun_ = false;
    bool end_due_ = false;          ///< all is told; the end waits for complete()
    std::optional<Prefix> listed_;  ///< the list has come this far
    std::uint64_t next_number_ = 1;
    std::map<std::uint64_t, Items> outstanding_;
};

}  // namespace mobility
