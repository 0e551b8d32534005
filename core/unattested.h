// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Messages that were judged without an AR's word, in case the word is only late: its agent was
// stuck or busy, or its session stalled.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/instant.h"
#include "core/inventory.h"
#include "core/mobility_event.h"

namespace mobility {

/// True: the end concerns something of what the event would place. Compares prefixes only.
bool concerns(const Detached& end, const Attached& event);

/// Owner: AttestationGate.
class Unattested {
public:
    struct Judged {
        DomainId source;
        Attached event;
        std::string key;  ///< of its exchange
        NodeId ar;
        Instant since;
        bool deferred;  ///< else refused, and the operator knows
    };

    /// Beyond the bounds the oldest goes: of the MN, then of all.
    void remember(Judged judged);
    /// The AR's word has come for this exchange.
    std::optional<Judged> take(const MnId& mn, const std::string& key);
    void detached(DomainId source, const Detached& event);
    /// What was refused: its clients ask again. Who has a Reply says nothing more.
    void source_gone(DomainId source);
    /// The oldest, if it was judged before then: its word never came.
    std::optional<Judged> take_older(Instant before);
    std::size_t size() const { return in_order_.size(); }

    static constexpr std::size_t kMost = 20'000;
    static constexpr std::size_t kMostOfMn = 8;  ///< a client retransmits less often meanwhile

private:
    using Queue = std::list<Judged>;
    void drop(Queue::iterator which);

    Queue in_order_;
    std::unordered_map<MnId, std::list<Queue::iterator>> by_mn_;  ///< oldest first; never empty
};

}  // namespace mobility
