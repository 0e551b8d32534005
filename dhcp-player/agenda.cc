// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A heap of actions.
#include "dhcp-player/agenda.h"

#include <utility>

namespace mobility::player {

void Agenda::at(Instant when, Action action) { entries_.push({when, order_++, std::move(action)}); }

std::optional<Instant> Agenda::next() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.top().when);
}

void Agenda::run(Instant now, std::size_t limit) {
    for (std::size_t done = 0; done < limit && !entries_.empty() && entries_.top().when <= now;
         ++done) {
        const Action action = entries_.top().action;
        entries_.pop();
        action(now);
    }
}

}  // namespace mobility::player
