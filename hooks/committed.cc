// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is the same for every kind of packet.
#include "hooks/committed.h"

#include <algorithm>
#include <chrono>

namespace mobility {

void post(Detached event, Running& running) {
    ++running.counters.detached;
    if (!running.service.mailbox().post(DetachedLetter{std::move(event)})) {
        ++running.counters.mailbox_full;
    }
}

bool anchor_present(const Attached& event, const Running& running) {
    return std::any_of(event.items.begin(), event.items.end(), [&](const Item& item) {
        const auto anchor = running.configuration.domain.anchor_of(item.prefix);
        return anchor && running.presence.present(*anchor);
    });
}

std::shared_ptr<PacketState> state_of(isc::hooks::CalloutHandle& handle) {
    auto state = packet_state(handle);
    return state ? state : begin_packet(handle, std::chrono::steady_clock::now());
}

std::optional<Attached> report_ended(Changes changes, Running& running) {
    running.counters.outside_anchors += changes.outside_anchors;
    for (auto& event : changes.detached) post(std::move(event), running);
    if (changes.unplaced) ++running.counters.not_relayed;
    return std::move(changes.attached);
}

}  // namespace mobility
