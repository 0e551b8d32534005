// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What stands inside the DHCPv4 options that this project reads. Readers check structure; what a
// value means is the caller's to judge.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp4_codes.h"
#include "dhcp-wire/dhcp4_message.h"

namespace mobility {

/// A lease time that never ends (RFC 2131 section 3.3).
inline constexpr std::uint32_t kDhcp4Infinity = 0xffffffff;

/// Of the Relay Agent Information option (RFC 3046). Views of the contents that were read.
struct Dhcp4RelayInformation {
    std::optional<Bytes> circuit_id;
    std::optional<Bytes> remote_id;
    std::optional<Bytes> link_selection;
    std::optional<Bytes> flags;
    std::optional<Bytes> server_identifier_override;
};

/// Requested IP Address, Server Identifier, Subnet Mask: four bytes.
Result<IpAddress> parse_dhcp4_address(const Dhcp4Contents& contents);
/// Router, Domain Server: at least one address.
Result<std::vector<IpAddress>> parse_dhcp4_addresses(const Dhcp4Contents& contents);
/// IP Address Lease Time, Renewal (T1) and Rebinding (T2) Time: seconds.
Result<std::uint32_t> parse_dhcp4_seconds(const Dhcp4Contents& contents);
/// Maximum DHCP Message Size: 576 or more (RFC 2132 section 9.10).
Result<std::uint16_t> parse_dhcp4_max_message_size(const Dhcp4Contents& contents);
/// Client Identifier: a type and at least one byte (RFC 2132 section 9.14).
Result<Bytes> parse_dhcp4_client_id(const Dhcp4Contents& contents);
/// Sub-options of other codes are checked to fit and left alone. An error where one that we read is
/// there twice or is empty.
Result<Dhcp4RelayInformation> parse_dhcp4_relay_information(const Dhcp4Contents& contents);

}  // namespace mobility
