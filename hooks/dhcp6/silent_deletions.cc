// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is named and not told is looked for.
#include "hooks/dhcp6/silent_deletions.h"

#include <dhcp/dhcp6.h>

#include <algorithm>

#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {
namespace {

/// Of Release and Decline Kea tells all that it does.
bool may_replace(std::uint8_t type) {
    return type == DHCPV6_SOLICIT || type == DHCPV6_REQUEST || type == DHCPV6_RENEW ||
           type == DHCPV6_REBIND;
}

}  // namespace

std::optional<Detached> silent_deletions(const isc::dhcp::Pkt6& query,
                                         const isc::dhcp::Lease6Collection& told,
                                         const Domain& domain, const LeaseLookup& lookup) {
    const auto mn = mn_of(query);
    if (!mn || !may_replace(query.getType())) return std::nullopt;
    Detached ended{mn, {}, DetachReason::kDeleted};
    std::size_t looked_for = 0;
    for (const auto& claim : claims_of(query)) {
        const bool is_told = std::any_of(told.begin(), told.end(), [&](const auto& lease) {
            return lease->type_ == claim.type && lease->addr_ == claim.address;
        });
        const auto prefix = prefix_of(claim);
        if (is_told || !prefix || !domain.anchor_of(*prefix)) continue;
        if (looked_for++ == kMostLookedFor) break;
        if (!lookup(claim.type, claim.address)) ended.prefixes.push_back(*prefix);
    }
    if (ended.prefixes.empty()) return std::nullopt;
    return ended;
}

}  // namespace mobility::dhcp6
