// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Internet checksum (RFC 1071) that IPv4 and UDP share.
#pragma once

#include <cstdint>

#include "dhcp-wire/bytes.h"
#include "dhcp-wire/network_order.h"

namespace mobility {

/// Sum of 16-bit words, not folded; a last odd byte counts as the high one.
inline std::uint64_t sum_words(Bytes bytes) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; at + 2 <= bytes.size(); at += 2) {
        sum += read_u16(bytes, at);
    }
    return at < bytes.size() ? sum + (std::uint64_t{bytes[at]} << 8) : sum;
}

/// The ones' complement sum. 0xffff where a right checksum was part of it.
inline std::uint16_t folded(std::uint64_t sum) {
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

}  // namespace mobility
