// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Confirm: Kea commits no lease and cannot park it, so the verdict and the event come at
// subnet6_select, the status is set at pkt6_send, and the Reply is taken away at buffer6_send.
#include "hooks/dhcp6/confirm_callouts.h"

#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>
#include <dhcpsrv/subnet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <mutex>

#include "hooks/committed.h"
#include "hooks/dhcp6/callouts.h"
#include "hooks/dhcp6/confirm.h"
#include "hooks/dhcp6/held_replies.h"
#include "hooks/dhcp6/own_reply.h"
#include "hooks/dhcp6/refused_items.h"
#include "hooks/dhcp6/registration_callouts.h"
#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {

using isc::dhcp::Pkt6Ptr;
using isc::hooks::CalloutHandle;

namespace {

/// Kea serialises the messages of one client, but not Confirm: look-up and event are one step.
std::mutex& serialiser(const MnId& mn) {
    static std::array<std::mutex, 64> mutexes;
    return mutexes[std::hash<std::string>()(mn.bytes) % mutexes.size()];
}

isc::dhcp::Lease6Ptr look_up(isc::dhcp::Lease::Type type, const isc::asiolink::IOAddress& address) {
    return isc::dhcp::LeaseMgrFactory::instance().getLease6(type, address);
}

/// IA_PD alone: Kea would say nothing.
void answer_ourselves(const Pkt6Ptr& query, bool success, std::optional<HoldId> hold,
                      Running& running) {
    auto reply = make_confirm_reply(query, server_identifier(), success);
    reply->pack();
    if (hold && running.service.mailbox().post(ReplyLetter{*hold, take_away(reply)})) {
        ++running.counters.confirm_held;
    } else {
        send_now(reply);
    }
}

void not_on_link(CalloutHandle& handle, const Pkt6Ptr& query, bool addresses, Running& running) {
    if (addresses) {
        handle.setStatus(CalloutHandle::NEXT_STEP_SKIP);  // no subnet: Kea says NotOnLink
    } else {
        answer_ourselves(query, false, std::nullopt, running);
        handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
    }
}

/// Tells the anchors. False: a copy of this message is held already.
bool report(const Attached& event, std::optional<HoldId>& hold, Running& running) {
    auto& counters = running.counters;
    MessageKey key;
    if (!anchor_present(event, running)) {
        ++counters.unheld_anchor_away;
    } else {
        key = message_key(event.mn, event.order.transaction, event.attachment);
        const auto begun = running.in_flight.begin(key);
        if (begun == InFlight::Begun::kCopy) return false;
        if (begun == InFlight::Begun::kFull) {
            ++counters.unheld_full;
        } else {
            hold = running.next_hold++;
        }
    }
    ++counters.attached;
    if (running.service.mailbox().post(AttachedLetter{event, hold, key, nullptr})) return true;
    ++counters.mailbox_full;
    if (hold) running.in_flight.end(key);
    hold.reset();
    return true;
}

void held_here(CalloutHandle& handle, const Pkt6Ptr& query, const Attachment& attachment,
               ConfirmFinding finding, const isc::dhcp::Subnet6Ptr& subnet, Running& running) {
    const auto state = state_of(handle);
    const Attached event{*mn_of(*query), attachment, std::move(finding.items), Proof::kLookup,
                         order_of(*query, state->arrived)};
    std::optional<HoldId> hold;
    if (!report(event, hold, running)) {
        ++running.counters.retransmissions_dropped;
        handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
        return;
    }
    ++running.counters.confirm_success;
    if (finding.addresses) {
        state->confirmed = true;
        state->hold = hold;
        handle.setArgument("subnet6", kea::SubnetArgument6(subnet));
    } else {
        answer_ourselves(query, true, hold, running);
        handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
    }
}

}  // namespace

isc::dhcp::Subnet6Ptr find_subnet(const CalloutHandle& handle, isc::dhcp::SubnetID id) {
    const isc::dhcp::Subnet6Collection* subnets = nullptr;
    handle.getArgument("subnet6collection", subnets);
    const auto& by_id = subnets->get<isc::dhcp::SubnetSubnetIdIndexTag>();
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : *found;
}

void confirm(CalloutHandle& handle, const Pkt6Ptr& query, const Attachment& attachment,
             Running& running) {
    const auto mn = mn_of(*query);
    if (!mn) return;
    const std::lock_guard one_at_a_time(serialiser(*mn));
    auto finding = judge_confirm(*query, running.configuration.domain, look_up, std::time(nullptr));
    isc::dhcp::Subnet6Ptr subnet;
    if (finding.verdict == ConfirmVerdict::kHeld) {
        subnet = find_subnet(handle, finding.subnet);
        if (!subnet) finding.verdict = ConfirmVerdict::kNotOnLink;  // no longer served
    }
    switch (finding.verdict) {
        case ConfirmVerdict::kNotOurs:
            return;
        case ConfirmVerdict::kHeld:
            held_here(handle, query, attachment, std::move(finding), subnet, running);
            return;
        case ConfirmVerdict::kNotOnLink:
            ++running.counters.confirm_not_on_link;
            not_on_link(handle, query, finding.addresses, running);
            return;
        case ConfirmVerdict::kUnknown:
            ++running.counters.confirm_unknown;
            if (running.configuration.parameters.confirm_unknown == ConfirmUnknown::kSilent) {
                handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
            } else {
                not_on_link(handle, query, finding.addresses, running);
            }
            return;
    }
}

void packet_sending(CalloutHandle& handle, Running& running) {
    const auto state = packet_state(handle);
    const bool speaks_of_leases = state && (state->confirmed || !state->refused.empty());
    const bool offers = running.configuration.parameters.registration.on;
    if (!speaks_of_leases && !offers) return;
    Pkt6Ptr query;
    Pkt6Ptr reply;
    handle.getArgument("query6", query);
    handle.getArgument("response6", reply);
    if (offers) offer_registration(query, *reply, running);
    if (!speaks_of_leases) return;
    if (state->confirmed) set_success(*reply);
    set_refused(*reply, query->getType(), state->refused);
}

void buffer_sending(CalloutHandle& handle, Running& running) {
    const auto state = packet_state(handle);
    if (!state || !state->hold) return;
    const auto hold = *std::exchange(state->hold, std::nullopt);
    const auto status = handle.getStatus();
    if (status == CalloutHandle::NEXT_STEP_DROP || status == CalloutHandle::NEXT_STEP_SKIP) return;
    Pkt6Ptr reply;
    handle.getArgument("response6", reply);
    if (!running.service.mailbox().post(ReplyLetter{hold, take_away(reply)})) return;
    ++running.counters.confirm_held;
    handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
}

}  // namespace mobility::dhcp6
