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

#include "core/mobility_event.h"
#include "hooks/changes.h"
#include "hooks/domain.h"
#include "hooks/kea_address.h"

namespace mobility::dhcp4 {

/// Who a client is. Why the DUID alone: docs/adr/0020.
struct ClientName {
    MnId mn;
    std::uint32_t iaid = 0;  ///< of a client identifier that has one (RFC 4361)

    bool operator==(const ClientName&) const = default;
};

/// Of the Client Identifier option, else (missing, or more than 130 octets) of hardware type and
/// address; nothing without either.
std::optional<ClientName> client_of(const isc::dhcp::Pkt4& query);
/// The same of what Kea has kept; nothing for a declined lease, of which it has wiped both.
std::optional<ClientName> client_of(const isc::dhcp::Lease4& lease);

/// Nothing: the message was not relayed (a Request in state RENEWING is unicast to the server), or
/// its giaddr, or link selection (RFC 3527), names no link. It says nothing about mobility.
std::optional<Attachment> attachment_of(const isc::dhcp::Pkt4& query);

/// secs, capped at 60 s; of a client that writes it in the wrong byte order, as it was meant.
MessageOrder order_of(const isc::dhcp::Pkt4& query, Instant arrived);

Prefix prefix_of(const isc::dhcp::Lease4& lease);

/// The meaning of leases4_committed: of Request in every state, Release and Decline.
Changes changes_of(const isc::dhcp::Pkt4& query, const isc::dhcp::Lease4Collection& leases,
                   const isc::dhcp::Lease4Collection& deleted, const Domain& domain,
                   Instant arrived);

}  // namespace mobility::dhcp4
