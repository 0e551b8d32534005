// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a client's message says that it holds, and where to see whether that is so.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"

namespace mobility::dhcp6 {

/// An address in an IA_NA, a prefix in an IA_PD.
struct Claim {
    isc::dhcp::Lease::Type type;
    std::uint32_t iaid;
    isc::asiolink::IOAddress address;
    std::uint8_t length;
};

std::vector<Claim> claims_of(const isc::dhcp::Pkt6& message);

/// Nothing for a delegated prefix with bits behind its length.
Result<Prefix> prefix_of(const Claim& claim);

/// One row of the lease database by its key, or nullptr.
using LeaseLookup =
    std::function<isc::dhcp::Lease6Ptr(isc::dhcp::Lease::Type, const isc::asiolink::IOAddress&)>;

/// In Kea's database.
isc::dhcp::Lease6Ptr look_up(isc::dhcp::Lease::Type type, const isc::asiolink::IOAddress& address);

}  // namespace mobility::dhcp6
