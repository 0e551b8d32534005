// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an AR's relay has relayed and an anchor may not know: it could not be told, or it may have
// forgotten it, or has not said that it has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "core/instant.h"
#include "core/mobility_event.h"

namespace mobility {

/// Owner: one AccessSession. Numbers grow by one from 1, over all sessions to its anchor.
class KeptExchanges {
public:
    struct Kept {
        std::uint64_t number;
        Instant heard;
        RelayedExchange exchange;
    };

    /// Nothing was heard before `since`, whatever was relayed.
    explicit KeptExchanges(Instant since) : complete_since_(since) {}

    /// Its number.
    std::uint64_t keep(const RelayedExchange& exchange, Instant now);
    /// The anchor has said that it has all up to this number.
    void told(std::uint64_t number, Instant now);
    /// The anchor does not want to know.
    void clear(Instant now);
    void forget_old(Instant now);

    const std::deque<Kept>& all() const { return kept_; }
    /// Whatever was relayed later is here.
    Instant complete_since() const { return complete_since_; }
    /// How many the anchor has never heard of; said once.
    std::size_t take_untold() { return std::exchange(untold_, 0); }

    static constexpr std::size_t kMost = 10'000;
    static constexpr std::size_t kMostOctets = 4 << 20;
    static constexpr Milliseconds kLongest{300'000};
    /// While the anchor answers: if it dies, nothing may have come of what it said it has.
    static constexpr Milliseconds kToldLongest{10'000};

private:
    void forget_oldest();

    std::deque<Kept> kept_;
    std::size_t octets_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t told_ = 0;
    std::size_t untold_ = 0;
    Instant complete_since_;
};

}  // namespace mobility
