// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Absence, its warning and its end.
#include "core/absent_sources.h"

namespace mobility {
namespace {
/// A restart forgets at most this much.
constexpr Seconds kTellEvery{300};
}  // namespace

Seconds AbsentSources::away(DomainId source, Instant now) const {
    const auto found = absences_.find(source);
    if (found == absences_.end()) return Seconds{0};
    const auto& absence = found->second;
    if (!absence.since) return absence.before;
    return absence.before + std::chrono::duration_cast<Seconds>(now - *absence.since);
}

AbsentSources::Event AbsentSources::look(DomainId source, bool has_session, Instant now) {
    if (!keep_) return Event::kNone;
    auto& absence = absences_[source];
    if (has_session) {
        const bool told = absence.told + absence.before > Seconds{0};
        absence = {};
        return told ? Event::kCame : Event::kNone;
    }
    if (!absence.since) absence.since = now;
    const auto time = away(source, now);
    if (time >= *keep_) {
        absence = {now, Seconds{0}, Seconds{0}, false};
        return Event::kEnd;
    }
    if (!absence.warned && time >= *keep_ * 3 / 4) {
        absence.warned = true;
        return Event::kWarn;
    }
    if (time >= absence.told + kTellEvery) {
        absence.told = time;
        return Event::kStays;
    }
    return Event::kNone;
}

}  // namespace mobility
