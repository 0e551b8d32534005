// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Where a session is dialled or listened for: an address and a TCP port, and how they are written.
#pragma once

#include <cstdint>
#include <string>

#include "core/ip_address.h"

namespace mobility {

struct SocketAddress {
    IpAddress address;
    std::uint16_t port = 0;  ///< host byte order; 0 lets the kernel choose (Listener only)

    /// "[2001:db8::1]:4433" or "192.0.2.1:4433" (RFC 5952 section 6).
    std::string text() const {
        const std::string host = address.text();
        return (address.family() == Family::kIpv6 ? "[" + host + "]" : host) + ":" +
               std::to_string(port);
    }

    bool operator==(const SocketAddress&) const = default;
};

}  // namespace mobility
