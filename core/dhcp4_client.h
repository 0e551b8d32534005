// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How a DHCPv4 client is named and its secs are read: one rule for the hook, which tells the anchor
// of leases, and for the relay, which attests what it has relayed. Both must come to the same.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/mobility_event.h"

namespace mobility {

/// Who a client is. Why the DUID alone: docs/adr/0020.
struct Dhcp4ClientName {
    MnId mn;
    std::uint32_t iaid = 0;  ///< of a client identifier that has one (RFC 4361)

    bool operator==(const Dhcp4ClientName&) const = default;
};

/// Of the contents of the Client Identifier option, else (empty, or more than 130 octets) of
/// hardware type and address; nothing without either.
std::optional<Dhcp4ClientName> name_dhcp4_client(std::span<const std::uint8_t> identifier,
                                                 std::uint8_t hardware_type,
                                                 std::span<const std::uint8_t> hardware_address);

/// secs, capped at 60 s; of a client that writes it in the wrong byte order, as it was meant.
Milliseconds dhcp4_elapsed(std::uint16_t secs);

}  // namespace mobility
