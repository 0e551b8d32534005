// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv4 messages as hex digits: the parts that most tests do not care about.
#pragma once

#include <string>

#include "hex.h"

namespace mobility {

inline const std::string kCookie4 = "63825363 ";

/// A BOOTREQUEST of 02:00:00:00:00:05 up to and including chaddr; 44 bytes.
inline const std::string kRequest4 =
    "01010600 12345678 00070000 " + zeros(16) + "020000000005" + zeros(10);

/// A message of this file and sname (of 128 and 64 bytes) with these options.
inline std::string message4(const std::string& options, const std::string& sname = zeros(64),
                            const std::string& file = zeros(128)) {
    return kRequest4 + sname + file + kCookie4 + options;
}

/// `hex` of as many bytes as it has, then 0 up to `size` bytes.
inline std::string filled(const std::string& hex, std::size_t size) {
    return hex + zeros(size - from_hex(hex).size());
}

}  // namespace mobility
