// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A source says where an MN was heard; the AR's own agent says which exchanges its relay has
// relayed. Only both together place an MN: a Relay-forward that somebody else sends from an AR's
// address moves nobody.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/anchor.h"
#include "core/mobility_event.h"

namespace mobility {

enum class AttestationPolicy : std::uint8_t {
    kOff,        ///< sources are believed
    kPreferred,  ///< where the AR has a session and attests, it must; elsewhere sources are
                 ///< believed
    kRequired    ///< nothing is placed without it
};

/// Between the sources and the Anchor. What waits keeps its order with all that the source says of
/// the same MN. Owner: AnchorSessions; its thread.
class AttestationGate {
public:
    /// `attests`: this AR has a session, and its agent hears its relay.
    AttestationGate(Anchor& anchor, AttestationPolicy policy, std::function<bool(NodeId)> attests);

    void attached(DomainId source, std::uint64_t number, const Attached& event, Moment moment);
    void detached(DomainId source, std::uint64_t number, const Detached& event, Moment moment);
    void relayed(NodeId ar, const RelayedExchange& exchange, Moment moment);
    void source_gone(DomainId source);
    /// What has waited for kWait is refused.
    void tick(Moment moment);

    std::size_t waiting() const { return waiting_.size(); }

    static constexpr Milliseconds kWait{30};  ///< well below a source's hold-limit
    static constexpr Milliseconds kRemembered{5000};
    static constexpr std::size_t kMost = 200'000;  ///< exchanges remembered, and messages waiting

private:
    struct Waiting {
        DomainId source;
        std::uint64_t number;
        Attached event;
        NodeId ar;
        std::string key;  ///< of the exchange that it waits for
        bool proven;      ///< waits for an earlier one of its MN only
        Instant since;
    };
    using Queue = std::list<Waiting>;

    void wait(Waiting waiting);
    void pass(const MnId& mn, Moment moment);
    void refuse(Queue::iterator which);
    void leave(Queue::iterator which);

    Anchor& anchor_;
    AttestationPolicy policy_;
    std::function<bool(NodeId)> attests_;
    Queue waiting_;                                                       ///< oldest first
    std::unordered_map<std::string, std::deque<Queue::iterator>> by_mn_;  ///< likewise
    std::unordered_set<std::string> relayed_;                             ///< keys
    std::deque<std::pair<Instant, std::string>> relayed_in_order_;
};

}  // namespace mobility
