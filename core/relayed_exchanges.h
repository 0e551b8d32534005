// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What ARs have said that their relays have relayed, for as long as a source may still ask, and
// since when nothing of it has been forgotten.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/instant.h"
#include "core/inventory.h"
#include "core/mobility_event.h"

namespace mobility {

/// All that source and relay both know of one message on its way through an AR.
std::string exchange_key(NodeId ar, const MnId& mn, const Attachment& attachment,
                         const MessageOrder& order);

/// Owner: AttestationGate.
class RelayedExchanges {
public:
    void remember(std::string key, Instant now);
    bool contains(const std::string& key) const { return keys_.contains(key); }
    /// What was said before then.
    void forget(Instant before);
    /// All that was said later is here.
    Instant complete_since() const { return complete_since_; }
    std::size_t size() const { return in_order_.size(); }

    static constexpr std::size_t kMost = 200'000;
    static constexpr std::size_t kMostOctets = 64 << 20;  ///< of keys: a relay may send long names

private:
    void forget_oldest();

    std::deque<std::pair<Instant, std::string>> in_order_;
    std::unordered_set<std::string_view> keys_;  ///< of those strings
    std::size_t octets_ = 0;
    Instant complete_since_ = Instant::min();
};

}  // namespace mobility
