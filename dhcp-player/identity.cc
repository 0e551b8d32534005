// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An MN's identity from its number.
#include "dhcp-player/identity.h"

#include <cassert>

namespace mobility::player {

Identity identity_of(MnNumber number) {
    assert(number <= kLastMn);
    const MacAddress mac{{0x02, 0x6d, 0x6e, static_cast<std::uint8_t>(number >> 16),
                          static_cast<std::uint8_t>(number >> 8),
                          static_cast<std::uint8_t>(number)}};
    return {.duid = duid_ll(mac), .iaid = 1, .mac = mac, .link_local = link_local_address(mac)};
}

std::vector<std::uint8_t> duid_ll(const MacAddress& mac) {
    const auto& m = mac.bytes;
    return {0, 3, 0, 1, m[0], m[1], m[2], m[3], m[4], m[5]};
}

}  // namespace mobility::player
