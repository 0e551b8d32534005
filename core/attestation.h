// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A source says where an MN was heard; the AR's own agent says which exchanges its relay has
// relayed. Only both together place an MN: a Relay-forward that somebody else sends from an AR's
// address moves nobody. After an outage either may come late: docs/adr/0013.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/anchor.h"
#include "core/mobility_event.h"
#include "core/relayed_exchanges.h"
#include "core/unattested.h"

namespace mobility {

enum class AttestationPolicy : std::uint8_t {
    kOff,        ///< sources are believed
    kPreferred,  ///< where the AR has a session and attests, and can know, it must; elsewhere
                 ///< sources are believed
    kRequired    ///< nothing is placed without it
};

/// Between the sources and the Anchor. What waits keeps its order with all that the source says of
/// the same MN. What nobody has vouched for in time is refused, or deferred while its AR is behind;
/// it is placed when the AR's word comes after all, and nothing waits for it, as the Anchor knows
/// which message is newer. Owner: AnchorSessions; its thread.
class AttestationGate {
public:
    AttestationGate(Anchor& anchor, AttestationPolicy policy);

    void attached(DomainId source, std::uint64_t number, const Attached& event, Moment moment);
    void detached(DomainId source, std::uint64_t number, const Detached& event, Moment moment);
    void relayed(NodeId ar, const RelayedExchange& exchange, Moment moment);

    void source_came(DomainId source, Instant now);
    void source_gone(DomainId source);
    /// `attests`: its agent hears its relay.
    void ar_came(NodeId ar, bool attests, Moment moment);
    /// What its relay has relayed since then it has told.
    void told_since(NodeId ar, Instant since, Moment moment);
    void ar_gone(NodeId ar);
    /// Exchanges are remembered for kAwayRemembered: a source has yet to tell what it heard.
    void set_source_away(bool away) { source_away_ = away; }
    /// Decides what has waited long enough. Call it at next_deadline(), or a little later: a
    /// refusal is to come before its source lets the Reply go.
    void tick(Moment moment);
    /// Of what waits kWait; nothing: nothing does.
    std::optional<Instant> next_deadline() const {
        if (by_time_.empty()) return std::nullopt;
        return by_time_.front().since + kWait;
    }

    std::size_t waiting() const { return by_time_.size() + late_count_; }

    /// Below a source's hold-limit, above what a burst of moves costs a busy AR's agent.
    static constexpr Milliseconds kWait{60};
    /// An AR that has no session dials every 2 s.
    static constexpr Milliseconds kLateWait{10'000};
    /// A session that is dead is noticed sooner.
    static constexpr Milliseconds kRemembered{10'000};
    static constexpr Milliseconds kAwayRemembered{300'000};
    /// What was relayed, and heard by a server, about when an AR's knowledge began.
    static constexpr Milliseconds kUnderWay{1'000};
    /// An AR of which a word has come that late, within that time, is behind.
    static constexpr Milliseconds kBehind{20};
    static constexpr Milliseconds kBehindRemembered{2'000};
    /// A message judged without: time for a stuck agent, a stalled session, and for a new session.
    static constexpr Milliseconds kJudgedRemembered{30'000};
    static constexpr std::size_t kMost = 200'000;  ///< messages waiting, twice

private:
    struct Waiting {
        DomainId source;
        std::uint64_t number;
        Attached event;
        NodeId ar;
        std::string key;  ///< of the exchange that it waits for
        Instant since;
        bool late = false;    ///< waits for an AR that is not back yet
        bool passes = false;  ///< waits for an earlier one of its MN only
    };
    using Queue = std::list<Waiting>;
    enum class Standing : std::uint8_t {
        kPasses,
        kSoon,  ///< who knows of it says so within kWait
        kLate   ///< who may know of it may be back within kLateWait
    };
    struct AccessRouterState {
        bool attests;
        Instant came;
        std::optional<Instant> told_since{};
        std::optional<Instant> was_late{};  ///< with a word
    };

    Standing judge(const Waiting& each) const;
    void wait(Waiting waiting, Moment moment);
    void judge_again(NodeId ar, Moment moment);
    void pass(const MnId& mn, Moment moment);
    void expire(Queue::iterator which, Moment moment);
    void decide(Queue::iterator last, Moment moment);
    bool is_behind(NodeId ar, Instant now) const;
    void judge_without(Queue::iterator which, Instant now);
    void forget(Instant now);
    Answer refusal(NodeId ar) const;
    void leave(Queue::iterator which);

    Anchor& anchor_;
    AttestationPolicy policy_;
    std::unordered_map<DomainId, Instant> sources_;      ///< that have a session: since when
    std::unordered_map<NodeId, AccessRouterState> ars_;  ///< that have a session
    bool source_away_ = false;
    Queue by_time_;                 ///< what is not late, oldest first
    std::map<NodeId, Queue> late_;  ///< likewise; never an empty one
    std::size_t late_count_ = 0;
    std::unordered_map<std::string, std::deque<Queue::iterator>> by_mn_;  ///< in their order
    RelayedExchanges relayed_;
    Unattested judged_without_;
};

}  // namespace mobility
