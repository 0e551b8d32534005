// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A packet's way through the hook: its arrival is noted, copies of held Requests are dropped, the
// subnet is chosen, a committed lease becomes an event and parks the Request; the answer has the
// Server Identifier that the relay wants.
#include "hooks/dhcp4/callouts.h"

#include <dhcp/dhcp4.h>
#include <dhcp/pkt4.h>
#include <dhcpsrv/subnet.h>

#include <chrono>

#include "hooks/committed.h"
#include "hooks/dhcp4/refused_lease.h"
#include "hooks/dhcp4/server_identifier.h"
#include "hooks/dhcp4/translation.h"

namespace mobility::dhcp4 {

using isc::dhcp::Lease4CollectionPtr;
using isc::dhcp::Lease4Ptr;
using isc::dhcp::Pkt4Ptr;
using isc::hooks::CalloutHandle;

namespace {

Pkt4Ptr query_of(CalloutHandle& handle) {
    Pkt4Ptr query;
    handle.getArgument("query4", query);
    return query;
}

kea::SubnetArgument4 find_subnet(const CalloutHandle& handle, isc::dhcp::SubnetID id) {
    const isc::dhcp::Subnet4Collection* subnets = nullptr;
    handle.getArgument("subnet4collection", subnets);
    const auto& by_id = subnets->get<isc::dhcp::SubnetSubnetIdIndexTag>();
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : *found;
}

}  // namespace

void buffer_received(CalloutHandle& handle, Running&) {
    begin_packet(handle, std::chrono::steady_clock::now());
}

void packet_received(CalloutHandle& handle, Running& running) {
    if (running.in_flight.size() == 0) return;
    const auto query = query_of(handle);
    if (query->getType() != isc::dhcp::DHCPREQUEST) return;
    const auto attachment = attachment_of(*query);
    const auto client = client_of(*query);
    if (!attachment || !client) return;
    if (!running.in_flight.holds(message_key(client->mn, query->getTransid(), *attachment))) return;
    ++running.counters.retransmissions_dropped;
    handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
}

void select_subnet(CalloutHandle& handle, Running& running) {
    const auto query = query_of(handle);
    const auto attachment = attachment_of(*query);
    if (!attachment) return;
    const auto id = running.configuration.domain.subnet_of(attachment->link_address);
    if (!id) return;
    const auto subnet = find_subnet(handle, *id);
    if (!subnet || !subnet->clientSupported(query->getClasses())) return;
    ++running.counters.subnets_chosen;
    handle.setArgument("subnet4", subnet);
}

void leases_committed(CalloutHandle& handle, Running& running) {
    const auto query = query_of(handle);
    Lease4CollectionPtr leases;
    Lease4CollectionPtr deleted;
    handle.getArgument("leases4", leases);
    handle.getArgument("deleted_leases4", deleted);
    auto changes = changes_of(*query, *leases, *deleted, running.configuration.domain,
                              state_of(handle)->arrived);
    const auto client = client_of(*query);
    report_committed(handle, query, client ? client->mn : MnId{}, std::move(changes), running);
}

void packet_sending(CalloutHandle& handle, Running&) {
    Pkt4Ptr reply;
    handle.getArgument("response4", reply);
    if (const auto query = query_of(handle)) set_server_identifier(*query, *reply);
    const auto state = packet_state(handle);
    if (!state || state->refused.empty()) return;
    if (reply->getType() == isc::dhcp::DHCPACK) set_refused(*reply, state->refused.front());
}

void lease_expired(CalloutHandle& handle, Running& running) {
    Lease4Ptr lease;
    handle.getArgument("lease4", lease);
    // Of a declined or released lease the anchor has been told when that happened.
    if (lease->state_ != isc::dhcp::Lease::STATE_DEFAULT) return;
    const auto prefix = prefix_of(*lease);
    const auto client = client_of(*lease);
    if (!client || !running.configuration.domain.anchor_of(prefix)) return;
    report(Detached{client->mn, {prefix}, DetachReason::kExpired}, running);
}

}  // namespace mobility::dhcp4
