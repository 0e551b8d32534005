// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A packet's way through the hook: its arrival is noted, copies of held messages are dropped, the
// subnet is chosen, committed leases become events and park the Reply. Confirm is in
// confirm_callouts.cc.
#include "hooks/dhcp6/callouts.h"

#include <dhcp/dhcp6.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/subnet.h>
#include <hooks/parking_lots.h>

#include <algorithm>
#include <chrono>

#include "hooks/dhcp6/confirm_callouts.h"
#include "hooks/dhcp6/held_replies.h"
#include "hooks/dhcp6/packet_state.h"
#include "hooks/dhcp6/registration.h"
#include "hooks/dhcp6/registration_callouts.h"
#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {

using isc::dhcp::Lease6CollectionPtr;
using isc::dhcp::Lease6Ptr;
using isc::dhcp::Pkt6Ptr;
using isc::hooks::CalloutHandle;

namespace {

Instant now() { return std::chrono::steady_clock::now(); }

Pkt6Ptr query_of(CalloutHandle& handle) {
    Pkt6Ptr query;
    handle.getArgument("query6", query);
    return query;
}

bool may_be_held(std::uint8_t type) {
    return type == DHCPV6_SOLICIT || type == DHCPV6_REQUEST || type == DHCPV6_RENEW ||
           type == DHCPV6_REBIND || type == DHCPV6_CONFIRM;
}

/// The operator's aggregates instead of a list of relays in each subnet.
void choose_subnet(CalloutHandle& handle, const isc::dhcp::Pkt6& query,
                   const Attachment& attachment, Running& running) {
    const auto id = running.configuration.domain.subnet_of(attachment.link_address);
    if (!id) return;
    const auto subnet = find_subnet(handle, *id);
    if (!subnet || !subnet->clientSupported(query.getClasses())) return;
    ++running.counters.subnets_chosen;
    handle.setArgument("subnet6", kea::SubnetArgument6(subnet));
}

void post(Detached event, Running& running) {
    ++running.counters.detached;
    if (!running.service.mailbox().post(DetachedLetter{std::move(event)})) {
        ++running.counters.mailbox_full;
    }
}

bool hold(CalloutHandle& handle, const Pkt6Ptr& query, Attached& event, Running& running) {
    const auto key = message_key(event.mn, event.order.transaction, event.attachment);
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
    auto state = packet_state(handle);
    if (!state) state = begin_packet(handle, now());
    const auto lot = handle.getParkingLotHandlePtr();
    lot->reference(query);
    if (!running.service.mailbox().post(
            AttachedLetter{event, running.next_hold++, key, parked(lot, query, state)})) {
        lot->dereference(query);
        running.in_flight.end(key);
        ++running.counters.mailbox_full;
        return true;
    }
    ++running.counters.parked;
    handle.setStatus(CalloutHandle::NEXT_STEP_PARK);
    return true;
}

}  // namespace

void buffer_received(CalloutHandle& handle, Running&) { begin_packet(handle, now()); }

void packet_received(CalloutHandle& handle, Running& running) {
    const auto query = query_of(handle);
    if (query->getType() == kAddrRegInform) {
        if (running.configuration.parameters.registration.on) {
            take_registration(handle, query, running);
        }
        return;
    }
    if (running.in_flight.size() == 0) return;
    if (!may_be_held(query->getType())) return;
    const auto attachment = attachment_of(*query);
    const auto mn = mn_of(*query);
    if (!attachment || !mn) return;
    if (!running.in_flight.holds(message_key(*mn, query->getTransid(), *attachment))) return;
    ++running.counters.retransmissions_dropped;
    handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
}

void select_subnet(CalloutHandle& handle, Running& running) {
    const auto query = query_of(handle);
    const auto attachment = attachment_of(*query);
    if (!attachment) return;
    choose_subnet(handle, *query, *attachment, running);
    if (query->getType() == DHCPV6_CONFIRM) confirm(handle, query, *attachment, running);
}

void leases_committed(CalloutHandle& handle, Running& running) {
    const auto query = query_of(handle);
    Lease6CollectionPtr leases;
    Lease6CollectionPtr deleted;
    handle.getArgument("leases6", leases);
    handle.getArgument("deleted_leases6", deleted);
    const auto state = packet_state(handle);
    auto changes = changes_of(*query, *leases, *deleted, running.configuration.domain,
                              state ? state->arrived : now());
    auto& counters = running.counters;
    counters.outside_anchors += changes.outside_anchors;
    for (auto& event : changes.detached) post(std::move(event), running);
    if (changes.unplaced) ++counters.not_relayed;
    if (!changes.attached) return;
    auto& event = *changes.attached;
    ++counters.attached;
    if (handle.getStatus() != CalloutHandle::NEXT_STEP_DROP) {
        if (!anchor_present(event, running)) {
            ++counters.unheld_anchor_away;
        } else if (hold(handle, query, event, running)) {
            return;
        }
    }
    if (!running.service.mailbox().post(AttachedLetter{std::move(event), {}, {}, {}})) {
        ++counters.mailbox_full;
    }
}

void lease_expired(CalloutHandle& handle, Running& running) {
    Lease6Ptr lease;
    handle.getArgument("lease6", lease);
    // Of a declined or released lease the anchor has been told when that happened.
    if (lease->state_ != isc::dhcp::Lease::STATE_DEFAULT) return;
    const auto prefix = prefix_of(*lease);
    if (!prefix || !running.configuration.domain.anchor_of(*prefix)) return;
    post(Detached{mn_of(*lease), {*prefix}, DetachReason::kExpired}, running);
}

}  // namespace mobility::dhcp6
