// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Verdict and Reply of a Confirm (RFC 9915 section 18.3.3, scenario A3').
#include "hooks/dhcp6/confirm.h"

#include <dhcp/dhcp6.h>
#include <dhcp/option6_status_code.h>

#include <boost/pointer_cast.hpp>

#include "hooks/dhcp6/own_reply.h"
#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {

using isc::dhcp::Lease;
using isc::dhcp::Lease6;
using isc::dhcp::Pkt6;

namespace {

/// What one claim is worth on its own: kHeld, kNotOnLink or kUnknown.
ConfirmVerdict judge(const Claim& claim, const MnId& mn, const isc::dhcp::Lease6Ptr& lease,
                     std::time_t now) {
    if (!lease || kea::is_released(*lease)) return ConfirmVerdict::kUnknown;
    if (lease->state_ != Lease::STATE_DEFAULT || lease->cltt_ + lease->valid_lft_ <= now) {
        return ConfirmVerdict::kNotOnLink;
    }
    const bool same = mn_of(*lease) == mn && lease->iaid_ == claim.iaid &&
                      (claim.type == Lease::TYPE_NA || lease->prefixlen_ == claim.length);
    return same ? ConfirmVerdict::kHeld : ConfirmVerdict::kNotOnLink;
}

}  // namespace

ConfirmFinding judge_confirm(const Pkt6& confirm, const Domain& domain, const LeaseLookup& lookup,
                             std::time_t now) {
    ConfirmFinding finding;
    const auto mn = mn_of(confirm);
    if (!mn) return finding;
    bool any_ours = false;
    bool any_bad = false;
    bool any_unknown = false;
    for (const auto& claim : claims_of(confirm)) {
        finding.addresses |= claim.type == Lease::TYPE_NA;
        const auto prefix = prefix_of(claim);
        if (!prefix || !domain.anchor_of(*prefix)) {
            any_bad = true;
            continue;
        }
        any_ours = true;
        const auto lease = lookup(claim.type, claim.address);
        const auto verdict = judge(claim, *mn, lease, now);
        any_bad |= verdict == ConfirmVerdict::kNotOnLink;
        any_unknown |= verdict == ConfirmVerdict::kUnknown;
        if (verdict != ConfirmVerdict::kHeld) continue;
        if (finding.items.empty()) finding.subnet = lease->subnet_id_;
        const auto left = lease->cltt_ + lease->valid_lft_ - now;
        finding.items.push_back({claim.iaid, *prefix, Seconds(left)});
    }
    if (!any_ours) return finding;
    finding.verdict = any_bad       ? ConfirmVerdict::kNotOnLink
                      : any_unknown ? ConfirmVerdict::kUnknown
                                    : ConfirmVerdict::kHeld;
    if (finding.verdict != ConfirmVerdict::kHeld) finding.items.clear();
    return finding;
}

isc::dhcp::Pkt6Ptr make_confirm_reply(const isc::dhcp::Pkt6Ptr& confirm,
                                      const isc::dhcp::DuidPtr& server, bool success) {
    auto reply = make_own_reply(confirm, DHCPV6_REPLY, server);
    reply->addOption(isc::dhcp::OptionPtr(new isc::dhcp::Option6StatusCode(
        success ? STATUS_Success : STATUS_NotOnLink,
        success ? "All prefixes are yours" : "Not all prefixes are yours")));
    return reply;
}

void set_success(Pkt6& reply) {
    const auto present =
        boost::dynamic_pointer_cast<isc::dhcp::Option6StatusCode>(reply.getOption(D6O_STATUS_CODE));
    if (present && present->getStatusCode() == STATUS_Success) return;
    while (reply.delOption(D6O_STATUS_CODE)) {
    }
    reply.addOption(isc::dhcp::OptionPtr(
        new isc::dhcp::Option6StatusCode(STATUS_Success, "All addresses are on-link")));
}

}  // namespace mobility::dhcp6
