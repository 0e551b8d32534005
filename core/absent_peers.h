// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// For how long each peer has had no session, so that what it left behind may end some day: of an
// anchor its sources, of an AR its anchors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "core/instant.h"

namespace mobility {

/// Counts only time in which the peer could have come: while this process runs, by its monotonic
/// clock. A restart goes on from what the journal has (without one, from nothing); a wall clock
/// that jumps changes nothing. Peers are named by a number that their owner chooses. Owner: the
/// agent's one thread.
class AbsentPeers {
public:
    /// `keep`: for so long; nothing: for ever.
    explicit AbsentPeers(std::optional<Seconds> keep) : keep_(keep) {}

    /// It had been away for so long when an earlier process said so last.
    void recover(std::size_t peer, Seconds away) { absences_[peer].before = away; }

    enum class Event : std::uint8_t {
        kNone,
        kCame,   ///< after an absence that was told to the journal
        kStays,  ///< the journal should know how long it has been away by now
        kWarn,   ///< three quarters of the time are over; once
        kEnd     ///< what it left ends; again each time that long
    };
    /// At most one thing at a time: ask every second or so.
    Event look(std::size_t peer, bool has_session, Instant now);
    Seconds away(std::size_t peer, Instant now) const;

private:
    struct Absence {
        std::optional<Instant> since;  ///< nothing: it has a session
        Seconds before{0};             ///< away before `since`, by the word of the journal
        Seconds told{0};
        bool warned = false;
    };

    std::optional<Seconds> keep_;
    std::map<std::size_t, Absence> absences_;
};

}  // namespace mobility
