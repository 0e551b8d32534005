// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Between IP addresses and the kernel's socket addresses.
#pragma once

#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/ip_address.h"

namespace mobility {

inline in6_addr to_in6_addr(const IpAddress& address) {
    in6_addr result{};
    std::ranges::copy(address.bytes(), result.s6_addr);
    return result;
}

inline IpAddress from_in6_addr(const in6_addr& address) {
    return *IpAddress::from_bytes(std::span<const std::uint8_t>(address.s6_addr, 16));
}

/// Of IPv4.
inline in_addr to_in_addr(const IpAddress& address) {
    in_addr result{};
    std::memcpy(&result, address.bytes().data(), sizeof result);
    return result;
}

inline IpAddress from_in_addr(const in_addr& address) {
    return *IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&address), 4});
}

inline sockaddr_in to_ipv4_socket_address(const IpAddress& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    result.sin_addr = to_in_addr(address);
    return result;
}

/// `interface_index` counts for link-local addresses only.
inline sockaddr_in6 to_socket_address(const IpAddress& address, std::uint16_t port,
                                      unsigned interface_index) {
    sockaddr_in6 result{};
    result.sin6_family = AF_INET6;
    result.sin6_port = htons(port);
    result.sin6_addr = to_in6_addr(address);
    result.sin6_scope_id = address.is_link_local() ? interface_index : 0;
    return result;
}

}  // namespace mobility
