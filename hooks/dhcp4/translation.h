// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From Kea's DHCPv4 packets and leases to the words of core: where an MN was heard, what it holds,
// what ended. Reads its arguments only.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt4.h>
#include <dhcpsrv/lease.h>

#include <optional>

#include "core/dhcp4_client.h"
#include "core/mobility_event.h"
#include "hooks/changes.h"
#include "hooks/domain.h"
#include "hooks/kea_address.h"

namespace mobility::dhcp4 {

std::optional<Dhcp4ClientName> client_of(const isc::dhcp::Pkt4& query);
/// The same of what Kea has kept; nothing for a declined lease, of which it has wiped all.
std::optional<Dhcp4ClientName> client_of(const isc::dhcp::Lease4& lease);

/// A sub-option of the relay's (RFC 3046); nullptr when it has none.
isc::dhcp::OptionPtr relay_says(const isc::dhcp::Pkt4& query, std::uint16_t code);

/// Nothing: the message was not relayed (a Request in state RENEWING, where no relay put itself in
/// the server's place), or its giaddr, or link selection (RFC 3527), names no link. It says nothing
/// about mobility.
std::optional<Attachment> attachment_of(const isc::dhcp::Pkt4& query);

MessageOrder order_of(const isc::dhcp::Pkt4& query, Instant arrived);

Prefix prefix_of(const isc::dhcp::Lease4& lease);

/// The meaning of leases4_committed: of Request in every state, Release and Decline.
Changes changes_of(const isc::dhcp::Pkt4& query, const isc::dhcp::Lease4Collection& leases,
                   const isc::dhcp::Lease4Collection& deleted, const Domain& domain,
                   Instant arrived);

}  // namespace mobility::dhcp4
