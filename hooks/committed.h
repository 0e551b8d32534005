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
#include "hooks/report.h"

namespace mobility {

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

/// Gives a reference back. Has another library parked the query, ours may be the last: then nobody
/// else will unpark it.
template <typename QueryPtr>
void let_go(isc::hooks::CalloutHandle& handle, isc::hooks::ParkingLotHandle& lot,
            const QueryPtr& query) {
    if (handle.getStatus() == isc::hooks::CalloutHandle::NEXT_STEP_PARK) {
        lot.unpark(query);
    } else {
        lot.dereference(query);
    }
}

/// Tells of an attachment, and has Kea park the query if its Reply waits, or drop it as a copy.
template <typename QueryPtr>
void report_and_park(isc::hooks::CalloutHandle& handle, const QueryPtr& query, const MnId& client,
                     Attached event, Running& running) {
    using isc::hooks::CalloutHandle;
    isc::hooks::ParkingLotHandlePtr referenced;
    // A reference, before the service thread can unpark it. It throws for a query that is not in
    // the lot: another library has unparked or dropped it already, or it came inside DHCPv6 (RFC
    // 7341).
    const auto park = [&](HoldId) {
        auto lot = handle.getParkingLotHandlePtr();
        auto held = std::make_shared<ParkedReply<QueryPtr>>(lot, query, state_of(handle));
        lot->reference(query);
        referenced = std::move(lot);
        return held;
    };
    switch (report(client, std::move(event), running, park)) {
        case Reported::kCopy:
            handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
            return;
        case Reported::kHeld:
            ++running.counters.parked;
            handle.setStatus(CalloutHandle::NEXT_STEP_PARK);
            return;
        case Reported::kUnheld:
            if (referenced) let_go(handle, *referenced, query);
            return;
    }
}

/// At leases6_committed or leases4_committed. `client`: who asks, as pkt6_receive or pkt4_receive
/// knows it.
template <typename QueryPtr>
void report_committed(isc::hooks::CalloutHandle& handle, const QueryPtr& query, const MnId& client,
                      Changes changes, Running& running) {
    running.counters.outside_anchors += changes.outside_anchors;
    if (changes.unplaced) ++running.counters.not_relayed;
    for (auto& event : changes.detached) report(std::move(event), running);
    if (!changes.attached) return;
    if (handle.getStatus() == isc::hooks::CalloutHandle::NEXT_STEP_DROP) {
        report(std::move(*changes.attached), running);
    } else {
        report_and_park(handle, query, client, std::move(*changes.attached), running);
    }
}

}  // namespace mobility
