// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which of two messages of one client is newer, when they may come late, twice, or through another
// AR.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/instant.h"
#include "core/mobility_event.h"

namespace mobility {

/// What an anchor remembers of the message that placed an MN.
struct Heard {
    std::uint32_t transaction = 0;      ///< transaction-id
    Milliseconds elapsed{0};            ///< since the client began this exchange, as it says
    Instant began;                      ///< the beginning of the exchange on the anchor's own clock
    Instant arrived = began + elapsed;  ///< on the same clock
    bool coarse = false;                ///< MessageOrder::coarse
    bool known = false;                 ///< EarlierExchanges knew the exchange
};

Heard heard(const MessageOrder& order);

enum class Freshness : std::uint8_t {
    kNewer,  ///< places the MN where it was heard
    kCopy,   ///< of a message already acted on, perhaps by another relay: refreshes, never moves
    kOlder   ///< of an exchange that began before the last one: refreshes, never moves
};

/// No copy is under way for longer. What comes later with the same transaction-id is another
/// exchange: of a client that counts from the same number after each start, say.
inline constexpr Seconds kLongestUnderWay{60};

/// Of one transaction only a larger Elapsed Time is newer: a retransmission through another AR is a
/// move, a copy is not. Between transactions the later beginning wins. Without memory (after a
/// restart) anything is newer. Where time is coarse (docs/adr/0020): an equal time 2 s later, or
/// any a minute later, is newer; and an exchange that nobody knew may seem to have begun a second
/// early.
Freshness freshness(const std::optional<Heard>& last, const Heard& message);

/// Exchanges of an MN before the last one: a copy that was long under way would seem to have begun
/// when it arrived, but for its transaction. Empty while an MN is quiet.
class EarlierExchanges {
public:
    static constexpr Seconds kRemembered = kLongestUnderWay;
    static constexpr std::size_t kMost = 64;

    /// The message, begun when its exchange is known to have begun.
    Heard recall(Heard message) const;
    void remember(const Heard& message, Instant now);
    void clear() { began_.clear(); }

private:
    std::vector<std::pair<std::uint32_t, Instant>> began_;  ///< by transaction, oldest first
};

}  // namespace mobility
