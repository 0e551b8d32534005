// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From Kea's DHCPv6 packets and leases to the words of core: where an MN was heard, what it holds,
// what ended. Reads its arguments only.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <optional>

#include "core/mobility_event.h"
#include "hooks/changes.h"
#include "hooks/domain.h"
#include "hooks/kea_address.h"

namespace mobility::dhcp6 {

/// Nothing: the message was not relayed, or by no relay with a link-address that Kea would select a
/// subnet by (the innermost that is neither zero nor link-local), or its Interface-ID has more than
/// 255 octets. It says nothing about mobility.
std::optional<Attachment> attachment_of(const isc::dhcp::Pkt6& query);

/// The client's DUID; nothing when the message has none or an unusable one.
std::optional<MnId> mn_of(const isc::dhcp::Pkt6& query);

/// Elapsed Time (RFC 9915 section 21.9) is capped at 60 s; a missing one counts as 0.
MessageOrder order_of(const isc::dhcp::Pkt6& query, Instant arrived);

/// Nothing for a delegated prefix that is none (bits behind its length).
std::optional<Prefix> prefix_of(const isc::dhcp::Lease6& lease);
/// Nothing for a declined lease: Kea has wiped its DUID.
std::optional<MnId> mn_of(const isc::dhcp::Lease6& lease);

/// The meaning of leases6_committed: of Solicit with Rapid Commit, Request, Renew, Rebind, Release
/// and Decline.
Changes changes_of(const isc::dhcp::Pkt6& query, const isc::dhcp::Lease6Collection& leases,
                   const isc::dhcp::Lease6Collection& deleted, const Domain& domain,
                   Instant arrived);

}  // namespace mobility::dhcp6
