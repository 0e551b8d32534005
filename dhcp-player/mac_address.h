// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Ethernet addresses, and the IPv6 addresses that belong to them: every MN is played with its own.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ip_address.h"
#include "core/result.h"

namespace mobility::player {

struct MacAddress {
    std::array<std::uint8_t, 6> bytes{};

    /// "02:6d:6e:00:00:11". The error names the text.
    static Result<MacAddress> parse(std::string_view text);
    std::string text() const;

    auto operator<=>(const MacAddress&) const = default;
};

/// The link-local address that a host makes of its MAC (RFC 4291 appendix A).
IpAddress link_local_address(const MacAddress& mac);
/// Where a frame for an IPv6 multicast address goes (RFC 2464 section 7).
MacAddress multicast_mac(const IpAddress& group);

}  // namespace mobility::player
