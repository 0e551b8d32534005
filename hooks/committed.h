// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Leases have been committed, in either server: events to the anchors, and the query parked until
// they have answered.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <hooks/callout_handle.h>
#include <hooks/parking_lots.h>

#include <memory>
#include <utility>
#include <vector>

#include "hooks/changes.h"
#include "hooks/held_reply.h"
#include "hooks/packet_state.h"
#include "hooks/running.h"

namespace mobility {

void post(Detached event, Running& running);
/// An anchor of one of the items would answer now.
bool anchor_present(const Attached& event, const Running& running);
/// The state of this packet, begun now if it came before we were there.
std::shared_ptr<PacketState> state_of(isc::hooks::CalloutHandle& handle);
/// Tells of what has ended, and counts. Nothing: nobody has been attached.
std::optional<Attached> report_ended(Changes changes, Running& running);

/// A query that stands in the lot, referenced there once for this object.
template <typename QueryPtr>
class ParkedReply final : public HeldReply {
public:
    ParkedReply(isc::hooks::ParkingLotHandlePtr lot, QueryPtr query,
                std::shared_ptr<PacketState> state)
        : lot_(std::move(lot)), query_(std::move(query)), state_(std::move(state)) {}

    /// What is refused is left for pkt6_send or pkt4_send.
    void refuse(const std::vector<RefusedItem>& items) override { state_->refused = items; }
    void send() override { lot_->unpark(query_); }
    void discard() override { lot_->drop(query_); }

private:
    isc::hooks::ParkingLotHandlePtr lot_;
    QueryPtr query_;
    std::shared_ptr<PacketState> state_;
};

/// False: the event has not been told yet, and nothing waits for it.
template <typename QueryPtr>
bool hold(isc::hooks::CalloutHandle& handle, const QueryPtr& query, const MessageKey& key,
          const Attached& event, Running& running) {
    using isc::hooks::CalloutHandle;
    switch (running.in_flight.begin(key)) {
        case InFlight::Begun::kCopy:
            ++running.counters.retransmissions_dropped;
            handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
            return true;
        case InFlight::Begun::kFull:
            ++running.counters.unheld_full;
            return false;
        case InFlight::Begun::kHeld:
            break;
    }
    const auto lot = handle.getParkingLotHandlePtr();
    lot->reference(query);
    auto reply = std::make_shared<ParkedReply<QueryPtr>>(lot, query, state_of(handle));
    if (!running.service.mailbox().post(
            AttachedLetter{event, running.next_hold++, key, std::move(reply)})) {
        lot->dereference(query);
        running.in_flight.end(key);
        ++running.counters.mailbox_full;
        return true;
    }
    ++running.counters.parked;
    handle.setStatus(CalloutHandle::NEXT_STEP_PARK);
    return true;
}

/// At leases6_committed or leases4_committed. `client`: who asks, as pkt6_receive or pkt4_receive
/// knows it.
template <typename QueryPtr>
void report_committed(isc::hooks::CalloutHandle& handle, const QueryPtr& query, const MnId& client,
                      Changes changes, Running& running) {
    auto event = report_ended(std::move(changes), running);
    if (!event) return;
    auto& counters = running.counters;
    ++counters.attached;
    if (handle.getStatus() != isc::hooks::CalloutHandle::NEXT_STEP_DROP) {
        if (!anchor_present(*event, running)) {
            ++counters.unheld_anchor_away;
        } else if (hold(handle, query,
                        message_key(client, event->order.transaction, event->attachment), *event,
                        running)) {
            return;
        }
    }
    if (!running.service.mailbox().post(AttachedLetter{std::move(*event), {}, {}, {}})) {
        ++counters.mailbox_full;
    }
}

}  // namespace mobility
