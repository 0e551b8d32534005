// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Letters to the service thread.
#include "hooks/report.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace mobility {
namespace {

bool anchor_present(const Attached& event, const Running& running) {
    return std::any_of(event.items.begin(), event.items.end(), [&](const Item& item) {
        const auto anchor = running.configuration.domain.anchor_of(item.prefix);
        return anchor && running.presence.present(*anchor);
    });
}

bool post(Letter letter, Running& running) {
    const bool taken = running.service.mailbox().post(std::move(letter));
    if (!taken) ++running.counters.mailbox_full;
    return taken;
}

}  // namespace

void report(Attached event, Running& running) {
    ++running.counters.attached;
    post(AttachedLetter{std::move(event), {}, {}, {}}, running);
}

void report(Detached event, Running& running) {
    ++running.counters.detached;
    post(DetachedLetter{std::move(event)}, running);
}

Reported report(const MnId& client, Attached event, Running& running, const MakeReply& make_reply) {
    auto& counters = running.counters;
    if (!anchor_present(event, running)) {
        ++counters.unheld_anchor_away;
        report(std::move(event), running);
        return Reported::kUnheld;
    }
    const auto key = message_key(client, event.order.transaction, event.attachment);
    switch (running.in_flight.begin(key)) {
        case InFlight::Begun::kCopy:
            ++counters.retransmissions_dropped;
            return Reported::kCopy;
        case InFlight::Begun::kFull:
            ++counters.unheld_full;
            report(std::move(event), running);
            return Reported::kUnheld;
        case InFlight::Begun::kHeld:
            break;
    }
    const HoldId hold = running.next_hold++;
    std::shared_ptr<HeldReply> reply;
    try {
        reply = make_reply(hold);
    } catch (const std::exception&) {
        running.in_flight.end(key);
        ++counters.unheld_unparkable;
        report(std::move(event), running);
        return Reported::kUnheld;
    }
    ++counters.attached;
    if (post(AttachedLetter{std::move(event), hold, key, std::move(reply)}, running)) {
        return Reported::kHeld;
    }
    running.in_flight.end(key);
    return Reported::kUnheld;
}

}  // namespace mobility
