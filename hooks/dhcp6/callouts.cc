// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A packet's way through the hook: its arrival is noted, copies of held messages are dropped, the
// subnet is chosen, committed leases become events and park the query, what Kea has deleted without
// a word ends, the Reply says what was refused. Confirm is in confirm_callouts.cc.
#include "hooks/dhcp6/callouts.h"

#include <dhcp/dhcp6.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/subnet.h>

#include <chrono>
#include <exception>
#include <utility>

#include "hooks/committed.h"
#include "hooks/dhcp6/confirm.h"
#include "hooks/dhcp6/confirm_callouts.h"
#include "hooks/dhcp6/refused_items.h"
#include "hooks/dhcp6/registration.h"
#include "hooks/dhcp6/registration_callouts.h"
#include "hooks/dhcp6/silent_deletions.h"
#include "hooks/dhcp6/translation.h"
#include "hooks/log.h"

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

/// `told`: all that Kea says of the query, in these two.
void report_silent_deletions(const isc::dhcp::Pkt6& query, isc::dhcp::Lease6Collection told,
                             const isc::dhcp::Lease6Collection& told_too, Running& running) {
    told.insert(told.end(), told_too.begin(), told_too.end());
    try {
        auto ended = silent_deletions(query, told, running.configuration.domain, look_up);
        if (ended) report(std::move(*ended), running);
    } catch (const std::exception& error) {
        log_limited(kLeasesUnreadable, [&] { return error.what(); });
        running.service.mailbox().post(ListAgainLetter{});
    }
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
    report_silent_deletions(*query, *leases, *deleted, running);
    auto changes = changes_of(*query, *leases, *deleted, running.configuration.domain,
                              state_of(handle)->arrived);
    const auto client = changes.attached ? changes.attached->mn : MnId{};
    report_committed(handle, query, client, std::move(changes), running);
}

void packet_sending(CalloutHandle& handle, Running& running) {
    const auto state = packet_state(handle);
    const bool speaks_of_leases = state && (state->confirmed || !state->refused.empty());
    const bool offers = running.configuration.parameters.registration.on;
    Pkt6Ptr query;
    Pkt6Ptr reply;
    handle.getArgument("query6", query);
    handle.getArgument("response6", reply);
    if (reply->getType() == DHCPV6_ADVERTISE) report_silent_deletions(*query, {}, {}, running);
    if (offers) offer_registration(query, *reply, running);
    if (!speaks_of_leases) return;
    if (state->confirmed) set_success(*reply);
    set_refused(*reply, query->getType(), state->refused);
}

void lease_expired(CalloutHandle& handle, Running& running) {
    Lease6Ptr lease;
    handle.getArgument("lease6", lease);
    // Of a declined or released lease the anchor has been told when that happened.
    if (lease->state_ != isc::dhcp::Lease::STATE_DEFAULT) return;
    const auto prefix = prefix_of(*lease);
    if (!prefix || !running.configuration.domain.anchor_of(*prefix)) return;
    report(Detached{mn_of(*lease), {*prefix}, DetachReason::kExpired}, running);
}

}  // namespace mobility::dhcp6
