// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Leases that Kea deletes while it answers and speaks of to nobody: of a lease outside today's
// pools, or reserved for another host by now, Kea 2.2 forgets that it has removed it as soon as it
// has found the client another one, and what a Solicit deletes is never told.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <cstddef>
#include <optional>

#include "core/mobility_event.h"
#include "hooks/dhcp6/claims.h"
#include "hooks/domain.h"

namespace mobility::dhcp6 {

/// So many rows one message may have looked for; what is named beyond ends with the next full list.
inline constexpr std::size_t kMostLookedFor = 16;

/// What the client's message says that it holds, inside an anchor's prefixes, and of which there is
/// no row any more. `told`: what Kea says of this message; it is not looked for, so that the usual
/// message costs nothing. A row of another MN is no end: its own message moves the path.
std::optional<Detached> silent_deletions(const isc::dhcp::Pkt6& query,
                                         const isc::dhcp::Lease6Collection& told,
                                         const Domain& domain, const LeaseLookup& lookup);

}  // namespace mobility::dhcp6
