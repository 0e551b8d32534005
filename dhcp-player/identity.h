// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who an MN is towards the network: everything that a test may set or forge.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-player/mac_address.h"

namespace mobility::player {

/// How scripts name an MN: 0 to kLastMn.
using MnNumber = std::uint32_t;
inline constexpr MnNumber kLastMn = 0xffffff;

struct Identity {
    /// 3 to 130 bytes (RFC 9915 section 11.1), or anything else for a hostile test.
    std::vector<std::uint8_t> duid;
    /// Of the MN's IA_NA and of its IA_PD.
    std::uint32_t iaid = 0;
    MacAddress mac;
    IpAddress link_local;
};

/// What an MN is unless a test says otherwise: MAC 02:6d:6e and the number's three bytes, the
/// link-local address and DUID-LL that follow from it, IAID 1.
Identity identity_of(MnNumber number);

/// DUID-LL (RFC 9915 section 11.4) for Ethernet.
std::vector<std::uint8_t> duid_ll(const MacAddress& mac);

}  // namespace mobility::player
