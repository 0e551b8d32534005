// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Datagrams written as hex digits, as a test's reader compares them with the RFC's figures.
#pragma once

#include <cassert>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mobility {

/// "01 abcdef" -> four bytes; blanks are for the reader.
inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
    std::string digits;
    for (const char c : hex) {
        if (!std::isspace(static_cast<unsigned char>(c))) {
            digits += c;
        }
    }
    assert(digits.size() % 2 == 0);
    std::vector<std::uint8_t> bytes;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        std::uint8_t value = 0;
        [[maybe_unused]] const auto read = std::from_chars(&digits[at], &digits[at] + 2, value, 16);
        assert(read.ptr == &digits[at] + 2);
        bytes.push_back(value);
    }
    return bytes;
}

/// n bytes of 0.
inline std::string zeros(std::size_t n) { return std::string(2 * n, '0'); }

}  // namespace mobility
