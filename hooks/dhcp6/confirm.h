// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What to answer to a Confirm. Kea says Success to any address in range, leased or not, so the
// verdict is ours: over all that the message names, before any event is sent.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <ctime>
#include <vector>

#include "core/mobility_event.h"
#include "hooks/dhcp6/claims.h"
#include "hooks/domain.h"

namespace mobility::dhcp6 {

enum class ConfirmVerdict : std::uint8_t {
    kNotOurs,    ///< names nothing inside an anchor's prefixes: plain Kea answers
    kHeld,       ///< this client holds everything it names
    kNotOnLink,  ///< something is another's, declined, expired or outside every anchor
    kUnknown     ///< nothing is wrong, but of something no lease is known here (released included)
};

struct ConfirmFinding {
    ConfirmVerdict verdict = ConfirmVerdict::kNotOurs;
    std::vector<Item> items;         ///< kHeld: all of them
    isc::dhcp::SubnetID subnet = 0;  ///< kHeld: of the first lease
    bool addresses = false;          ///< an IA_NA names an address, so Kea makes a Reply
};

/// `now`: wall clock, for the end of leases.
ConfirmFinding judge_confirm(const isc::dhcp::Pkt6& confirm, const Domain& domain,
                             const LeaseLookup& lookup, std::time_t now);

/// A Reply to a Confirm that Kea makes none for (IA_PD alone): relay headers, client and server
/// identifier and status only.
isc::dhcp::Pkt6Ptr make_confirm_reply(const isc::dhcp::Pkt6Ptr& confirm,
                                      const isc::dhcp::DuidPtr& server, bool success);

/// Makes Kea's Reply say Success: Kea tests all addresses against one subnet, a client may hold
/// addresses of two.
void set_success(isc::dhcp::Pkt6& reply);

}  // namespace mobility::dhcp6
