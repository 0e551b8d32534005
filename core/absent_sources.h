// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// For how long each source has had no session, so that what it left behind may end some day.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "core/instant.h"
#include "core/inventory.h"

namespace mobility {

/// Counts only time in which the source could have come: while the anchor's process runs, by its
/// monotonic clock. A restart goes on from what the journal has (without one, from nothing); a wall
/// clock that jumps changes nothing. Owner: the anchor agent's one thread.
class AbsentSources {
public:
    /// `keep`: for so long; nothing: for ever.
    explicit AbsentSources(std::optional<Seconds> keep) : keep_(keep) {}

    /// It had been away for so long when an earlier process said so last.
    void recover(DomainId source, Seconds away) { absences_[source].before = away; }

    enum class Event : std::uint8_t {
        kNone,
        kCame,   ///< after an absence that was told to the journal
        kStays,  ///< the journal should know how long it has been away by now
        kWarn,   ///< three quarters of the time are over; once
        kEnd     ///< its bindings end; again each time that long
    };
    /// At most one thing at a time: ask every second or so.
    Event look(DomainId source, bool has_session, Instant now);
    Seconds away(DomainId source, Instant now) const;

private:
    struct Absence {
        std::optional<Instant> since;  ///< nothing: it has a session
        Seconds before{0};             ///< away before `since`, by the word of the journal
        Seconds told{0};
        bool warned = false;
    };

    std::optional<Seconds> keep_;
    std::map<DomainId, Absence> absences_;
};

}  // namespace mobility
