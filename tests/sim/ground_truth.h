// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Where each MN should be said to be: the rules of docs/architecture.md ("Order") applied to what
// the sources heard, apart from core's own code. Where a fault makes the answer depend on which
// bytes were lost, every answer that it could be is kept.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/mobility_event.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

class GroundTruth {
public:
    /// What an anchor may believe of a prefix: the message that placed the MN, and where.
    struct Belief {
        std::uint32_t transaction = 0;
        Milliseconds elapsed{0};
        Instant began;  ///< on the source's clock
        bool remembered = false;
        std::optional<Attachment> place;
        auto operator<=>(const Belief&) const = default;
    };
    struct Lease {
        bool alive = false;
        MnId mn;
        /// Grows whenever the lease ends or changes hands.
        std::uint64_t epoch = 0;
        std::set<std::uint32_t> transactions;  ///< of the events of this epoch
        std::set<Belief> possible;
    };

    /// Messages of different transactions whose beginnings are closer than this may be judged
    /// either way: a session's delay adds to the age that it carries.
    explicit GroundTruth(const Timeline& timeline) : timeline_(timeline) {}
    void set_blur(Duration blur) { blur_ = blur; }
    /// Sessions may be cut, so an anchor may not have seen the end of an earlier lease.
    void set_sessions_break(bool they_do) { sessions_break_ = they_do; }

    void attached(const Attached& event);
    void detached(const Detached& event);
    /// Whoever knew of these prefixes has forgotten what is not in its kernel or acknowledged.
    void memory_lost(const std::vector<Prefix>& within);

    const Lease* find(const Prefix& prefix) const;
    const std::map<Prefix, Lease>& all() const { return leases_; }
    bool may_be_at(const Prefix& prefix, const std::optional<Attachment>& place) const;

private:
    struct History {
        std::vector<std::pair<Instant, Belief>> recent;
        std::set<Belief> before_the_end;  ///< what an anchor that missed it still believes
        /// When each exchange of this lease began, by its first message that was heard.
        std::map<std::uint32_t, Instant> began;
    };

    void hear(const Belief& belief, const Belief& message, std::optional<Instant> known_began,
              std::set<Belief>& outcomes) const;
    std::optional<Instant> began_first(History& history, const Belief& message) const;
    void remember(History& history, const Belief& belief) const;

    const Timeline& timeline_;
    Duration blur_{0};
    bool sessions_break_ = false;
    std::map<Prefix, Lease> leases_;
    std::map<Prefix, History> histories_;
};

}  // namespace mobility::sim
