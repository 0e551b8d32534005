// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From Kea's DHCPv6 packets and leases to the words of core: where an MN was heard, what it holds,
// what ended. Reads its arguments only. A DHCPv4 translation would stand beside it.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <asiolink/io_address.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "core/mobility_event.h"
#include "hooks/domain.h"

namespace mobility::dhcp6 {

IpAddress address_of(const isc::asiolink::IOAddress& address);
isc::asiolink::IOAddress kea_address(const IpAddress& address);

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

/// What one message has changed, leases outside every anchor left out.
struct Changes {
    std::optional<Attached> attached;
    std::vector<Detached> detached;
    std::size_t outside_anchors = 0;  ///< leases left out
    bool unplaced = false;            ///< leases were written, but nobody says where the MN is
};

/// The meaning of leases6_committed: of Solicit with Rapid Commit, Request, Renew, Rebind, Release
/// and Decline.
Changes changes_of(const isc::dhcp::Pkt6& query, const isc::dhcp::Lease6Collection& leases,
                   const isc::dhcp::Lease6Collection& deleted, const Domain& domain,
                   Instant arrived);

}  // namespace mobility::dhcp6
