// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What stands inside the DHCPv6 options that this project reads: one struct and one reader each.
// Readers check structure; what a value means (lifetimes, T1 and T2) is the caller's to judge.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

/// A lifetime or time in seconds that never ends (RFC 9915 section 7.7).
inline constexpr std::uint32_t kDhcp6Infinity = 0xffffffff;

/// IA_NA or IA_PD (RFC 9915 sections 21.4 and 21.21); times in seconds.
struct Dhcp6Ia {
    std::uint32_t iaid = 0;
    std::uint32_t t1 = 0;
    std::uint32_t t2 = 0;
    Dhcp6Options options;
};

/// IAADDR (RFC 9915 section 21.6); lifetimes in seconds.
struct Dhcp6IaAddress {
    IpAddress address;
    std::uint32_t preferred_lifetime = 0;
    std::uint32_t valid_lifetime = 0;
    Dhcp6Options options;
};

/// IAPREFIX (RFC 9915 section 21.22); lifetimes in seconds.
struct Dhcp6IaPrefix {
    std::uint32_t preferred_lifetime = 0;
    std::uint32_t valid_lifetime = 0;
    /// Bits behind the length are cleared: they carry no meaning.
    Prefix prefix;
    Dhcp6Options options;
};

/// Status Code (RFC 9915 section 21.13). The message is UTF-8 by the standard, unchecked here.
struct Dhcp6Status {
    Dhcp6StatusCode code{};
    std::string_view message;
};

/// Client Link-layer Address (RFC 6939 section 4).
struct Dhcp6LinkLayerAddress {
    /// A hardware type of IANA's ARP registry, 1 for Ethernet.
    std::uint16_t hardware_type = 0;
    /// 1 to 32 bytes.
    Bytes address;
};

/// Of an option with code IA_NA or IA_PD.
Result<Dhcp6Ia> parse_dhcp6_ia(const Dhcp6Option& option);
Result<Dhcp6IaAddress> parse_dhcp6_ia_address(const Dhcp6Option& option);
Result<Dhcp6IaPrefix> parse_dhcp6_ia_prefix(const Dhcp6Option& option);
Result<Dhcp6Status> parse_dhcp6_status(const Dhcp6Option& option);
/// Client Identifier or Server Identifier: a DUID of 3 to 130 bytes (RFC 9915 section 11.1).
Result<Bytes> parse_dhcp6_duid(const Dhcp6Option& option);
/// Elapsed Time (RFC 9915 section 21.9), given in steps of 10 ms.
Result<std::chrono::milliseconds> parse_dhcp6_elapsed_time(const Dhcp6Option& option);
Result<Dhcp6LinkLayerAddress> parse_dhcp6_link_layer_address(const Dhcp6Option& option);

}  // namespace mobility
