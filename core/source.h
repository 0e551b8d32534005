// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The sending end of mobility signals, inside Kea: which anchor owns an event's prefixes, which
// Reply waits for it and until when, and what must be told again after a session was cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/disjoint_prefixes.h"
#include "core/mobility_event.h"
#include "core/notice.h"
#include "core/state_digest.h"

namespace mobility {

/// Names one held Reply; the hook chooses it, never twice.
using HoldId = std::uint64_t;

/// Position in SourceSettings::anchors.
using AnchorIndex = std::size_t;

enum class HoldEnd : std::uint8_t {
    kSend,    ///< the network is ready, or waiting longer helps nobody: the Reply leaves
    kRefused  ///< an anchor refused: the configured answer (silence by default)
};

/// An item of a held Reply that an anchor refused.
struct RefusedItem {
    Prefix prefix;
    Refusal refusal = Refusal::kNone;
    std::string text;  ///< the anchor's, for the operator

    bool operator==(const RefusedItem&) const = default;
};

/// What the Source asks of its surroundings. Implementations queue: they never call the Source back
/// before they return.
class SourceOutput {
public:
    virtual ~SourceOutput() = default;

    /// Over the session to this anchor, in this order.
    virtual void send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) = 0;
    virtual void send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) = 0;
    /// The anchor compares digests of leases before a list.
    virtual bool compares(AnchorIndex anchor) const = 0;
    virtual void send_digest(AnchorIndex anchor, const StateDigest& digest) = 0;
    virtual void send_list_begin(AnchorIndex anchor, const Buckets& buckets) = 0;
    virtual void send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) = 0;
    virtual void send_list_end(AnchorIndex anchor) = 0;

    /// Read the next live leases inside the anchor's prefixes, beginning behind `after`, and give
    /// them to Source::lease_page with this list number.
    virtual void read_leases(AnchorIndex anchor, std::uint64_t list,
                             const std::optional<Prefix>& after) = 0;
    /// Much is still queued for this anchor: the list waits for Source::drained.
    virtual bool congested(AnchorIndex anchor) const = 0;

    /// The one end of this Hold. With kRefused, `refused` has which items, of one anchor after the
    /// other.
    virtual void complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>& refused) = 0;

    virtual void notice(const Notice& notice) = 0;
};

struct SourceSettings {
    struct Anchor {
        std::string name;              ///< its identity
        std::vector<Prefix> prefixes;  ///< what it owns; longest match decides, no overlaps
    };
    std::vector<Anchor> anchors;
    Milliseconds hold_limit{100};     ///< 1..10000
    unsigned limits_until_away = 16;  ///< Holds in a row that ran into the limit
    std::size_t max_unacknowledged =
        100'000;  ///< prefixes whose latest attachment is kept for resending
};

/// Owner: the hook's service thread (it alone calls). Invariants: every Hold given to attached() is
/// completed exactly once; for each prefix only the newest attachment not yet acknowledged is kept.
class Source {
public:
    Source(SourceSettings settings, SourceOutput& output);

    /// The anchor that owns the prefix, if any does.
    std::optional<AnchorIndex> anchor_of(const Prefix& prefix) const {
        return owners_.find(prefix);
    }
    /// A Reply held for this anchor would be waited for: it is connected and answers. Safe to read
    /// the last value of from another thread only through a copy made by the owner.
    bool present(AnchorIndex anchor) const;

    /// Tells every anchor concerned; items outside all anchors are left to plain DHCP. The Hold
    /// ends at once when there is nobody to wait for.
    void attached(Attached event, std::optional<HoldId> hold, Instant now);
    /// Never held.
    void detached(const Detached& event);

    /// The session is associated: unacknowledged attachments and the full list follow, of the
    /// leases that this anchor does not have already.
    void connected(AnchorIndex anchor);
    /// Its leases are being read for this anchor, or compared with what it has.
    bool is_listing(AnchorIndex anchor) const { return peers_[anchor].stage != Stage::kNone; }
    /// The anchor's digest, in answer to ours.
    void compared(AnchorIndex anchor, const StateDigest& theirs);
    /// Holds that wait for this anchor end now (kSend); events are kept for the next session.
    void disconnected(AnchorIndex anchor);
    /// One answer for each item of the event with this number.
    void answered(AnchorIndex anchor, std::uint64_t number, const std::vector<Answer>& answers);
    /// What read_leases found, in order of prefix. `next_after`: where the next read begins;
    /// nothing when no lease lies behind.
    void lease_page(AnchorIndex anchor, std::uint64_t list, const std::vector<LeaseEntry>& page,
                    const std::optional<Prefix>& next_after);
    /// The session has room again.
    void drained(AnchorIndex anchor);

    /// Ends overdue Holds. Call it at next_deadline() or a little later.
    void tick(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Since construction; names are the operator's.
    struct Counters {
        std::uint64_t holds = 0;
        std::uint64_t hold_installed = 0;  ///< ended by answers that let the Reply go
        std::uint64_t hold_refused = 0;
        std::uint64_t hold_limit = 0;  ///< ended by the limit
        std::uint64_t hold_session_lost = 0;
        std::uint64_t hold_anchor_away = 0;  ///< never waited: the anchor was away
        std::uint64_t overflow = 0;          ///< attachments forgotten; the full list restores them
    };
    const Counters& counters() const { return counters_; }
    std::size_t holds() const { return holds_.size(); }

private:
    struct Hold {
        Instant deadline;
        std::set<AnchorIndex> waiting;
        std::vector<RefusedItem> refused;
    };
    /// An event sent to one anchor and not yet answered.
    struct Sent {
        std::vector<Prefix> prefixes;
        std::optional<HoldId> hold;
    };
    /// What an event said of a prefix: a page that was read before it may know less.
    struct Said {
        bool attached = false;
        std::optional<MnId> mn;  ///< nothing: of a Detached that names nobody
        bool contradicts(const MnId& holder) const {
            return attached ? mn != holder : !mn || mn == holder;
        }
    };
    /// How far a full list has come.
    enum class Stage : std::uint8_t {
        kNone,
        kSumming,    ///< all leases are read, for the digest
        kComparing,  ///< the anchor's digest is awaited
        kListing     ///< all leases are read again, those of the buckets that differ are listed
    };
    /// What one anchor is told.
    struct Peer {
        bool connected = false;
        bool away = false;  ///< answered nothing while limits_until_away Holds ran out
        unsigned limits_in_a_row = 0;
        std::uint64_t next_number = 1;  ///< never reused, also not over sessions
        std::uint64_t list = 0;         ///< the list under way or the last one
        Stage stage = Stage::kNone;
        StateDigest digest;          ///< of the leases read so far
        unsigned unanswered = 0;     ///< digests
        Buckets buckets;             ///< while summing: those to be listed whatever the anchor has
        std::vector<Prefix> resend;  ///< unacknowledged before the session, not yet told again
        std::uint64_t session_began = 0;     ///< numbers below are of earlier lists
        std::optional<Prefix> resume_after;  ///< the list waits for room behind this prefix
        std::map<Prefix, Said> said;         ///< the last event of a prefix since connected()
        std::unordered_map<std::uint64_t, Sent> sent;
    };
    /// The newest attachment of a prefix (by core/order.h), until its anchor has acknowledged it.
    struct Unacknowledged {
        std::shared_ptr<const Attached> event;
        /// kCommit also when a lookup has replaced a commit that the anchor has not acknowledged.
        Proof proof = Proof::kCommit;
        std::uint64_t number = 0;  ///< of the last sending, 0 if never sent
    };

    /// Its number; nothing while the anchor is not connected.
    std::optional<std::uint64_t> send(AnchorIndex anchor, const Attached& event,
                                      std::optional<HoldId> hold);
    void keep(const std::shared_ptr<const Attached>& event);
    void end_hold(std::unordered_map<HoldId, Hold>::iterator hold);
    /// Tells at most so many events again.
    void resend_unacknowledged(AnchorIndex anchor, std::size_t most);
    void resend(AnchorIndex anchor, const Unacknowledged& kept);
    void begin_reading(AnchorIndex anchor, Stage stage);
    void begin_list(AnchorIndex anchor, const Buckets& buckets);
    void finish_reading(AnchorIndex anchor);
    std::map<AnchorIndex, std::vector<Prefix>> by_anchor(const std::vector<Prefix>& prefixes) const;
    void answered_hold(HoldId hold, AnchorIndex anchor, std::vector<RefusedItem> refused);
    void limit_reached(AnchorIndex anchor);

    SourceSettings settings_;
    SourceOutput& output_;
    DisjointPrefixes<AnchorIndex> owners_;
    std::vector<Peer> peers_;
    std::unordered_map<HoldId, Hold> holds_;
    std::deque<std::pair<Instant, HoldId>> deadlines_;  ///< in order: the limit is one for all
    std::unordered_map<Prefix, Unacknowledged> unacknowledged_;
    std::uint64_t list_ = 0;
    Counters counters_;
};

}  // namespace mobility
