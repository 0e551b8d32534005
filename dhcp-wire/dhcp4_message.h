// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A DHCPv4 message (RFC 2131 section 2): its header, and its options wherever they are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp4_codes.h"
#include "dhcp-wire/dhcp4_options.h"

namespace mobility {

/// 0.0.0.0: what an address of the header says that is not there.
inline const IpAddress kNoIpv4 = *IpAddress::from_bytes(std::array<std::uint8_t, 4>{});

/// The fields of the header that have a meaning of their own. `chaddr` is a view.
struct Dhcp4Header {
    Dhcp4Op op{};
    /// IANA's ARP hardware type.
    std::uint8_t hardware_type = kHardwareEthernet;
    std::uint8_t hops = 0;
    std::uint32_t xid = 0;
    std::uint16_t secs = 0;
    bool broadcast = false;
    IpAddress ciaddr = kNoIpv4;
    IpAddress yiaddr = kNoIpv4;
    IpAddress siaddr = kNoIpv4;
    IpAddress giaddr = kNoIpv4;
    /// As long as hlen says: 0 to 16 bytes.
    Bytes chaddr;
};

/// The contents of one option, joined where it came in parts (RFC 3396).
struct Dhcp4Contents {
    Dhcp4OptionCode code{};
    /// Where the first part's contents begin in the datagram.
    std::size_t offset = 0;
    Bytes whole;
    std::vector<std::uint8_t> joined;

    Bytes data() const { return joined.empty() ? whole : Bytes(joined); }
};

/// A view of the datagram.
struct Dhcp4Message {
    Dhcp4Header header;
    Dhcp4MessageType type{};
    Dhcp4Options options;
    /// Of `file` and `sname`, where the Overload option says that they hold options.
    Dhcp4Options file_options;
    Dhcp4Options sname_options;
    /// The header as it came, up to the magic cookie.
    Bytes fixed;

    /// Every part of this option, in the order of RFC 3396 section 5: options, file, sname.
    std::optional<Dhcp4Contents> find(Dhcp4OptionCode code) const;
};

/// An error where the header, the magic cookie, an option or the message type is not as it must be.
/// A BOOTP message without a type is not DHCP and is refused.
Result<Dhcp4Message> parse_dhcp4_message(Bytes datagram);

}  // namespace mobility
