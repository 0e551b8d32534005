// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which of two messages of one client is newer, when they may come late, twice, or through another
// AR.
#pragma once

#include <cstdint>
#include <optional>

#include "core/instant.h"

namespace mobility {

/// What an anchor remembers of the message that placed an MN.
struct Heard {
    std::uint32_t transaction = 0;  ///< transaction-id
    Milliseconds elapsed{0};        ///< since the client began this exchange, as it says
    Instant began;                  ///< the beginning of the exchange on the anchor's own clock
};

enum class Freshness : std::uint8_t {
    kNewer,  ///< places the MN where it was heard
    kCopy,   ///< of a message already acted on, perhaps by another relay: refreshes, never moves
    kOlder   ///< of an exchange that began before the last one: refreshes, never moves
};

/// Of one transaction only a larger Elapsed Time is newer: a retransmission through another AR is a
/// move, a copy is not. Between transactions the later beginning wins. Without memory (after a
/// restart) anything is newer.
Freshness freshness(const std::optional<Heard>& last, const Heard& message);

}  // namespace mobility
