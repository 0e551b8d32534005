// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Confirm: Kea commits no lease and cannot park it, so the verdict and the event come at
// subnet6_select, and the Reply is taken away at buffer6_send.
#include "hooks/dhcp6/confirm_callouts.h"

#include <dhcpsrv/subnet.h>

#include <array>
#include <ctime>
#include <mutex>

#include "hooks/dhcp6/callouts.h"
#include "hooks/dhcp6/confirm.h"
#include "hooks/dhcp6/held_replies.h"
#include "hooks/dhcp6/own_reply.h"
#include "hooks/dhcp6/translation.h"
#include "hooks/packet_state.h"
#include "hooks/report.h"

namespace mobility::dhcp6 {

using isc::dhcp::Pkt6Ptr;
using isc::hooks::CalloutHandle;

namespace {

/// Kea serialises the messages of one client, but not Confirm: look-up and event are one step.
std::mutex& serialiser(const MnId& mn) {
    static std::array<std::mutex, 64> mutexes;
    return mutexes[std::hash<std::string>()(mn.bytes) % mutexes.size()];
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

void held_here(CalloutHandle& handle, const Pkt6Ptr& query, const Attachment& attachment,
               ConfirmFinding finding, const isc::dhcp::Subnet6Ptr& subnet, Running& running) {
    const auto state = state_of(handle);
    const auto mn = *mn_of(*query);
    std::optional<HoldId> hold;
    const auto follow = [&](HoldId id) {  // Kea has not made it yet
        hold = id;
        return nullptr;
    };
    const auto reported = report(mn,
                                 {mn, attachment, std::move(finding.items), Proof::kLookup,
                                  order_of(*query, state->arrived)},
                                 running, follow);
    if (reported == Reported::kCopy) {
        handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
        return;
    }
    if (reported == Reported::kUnheld) hold.reset();
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
