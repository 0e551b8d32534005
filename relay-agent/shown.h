// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A stranger's bytes as the log may have them.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>

#include "dhcp-wire/bytes.h"

namespace mobility {

/// As text where it is text, else in hexadecimal; of long ones the beginning.
inline std::string shown(Bytes bytes) {
    static constexpr char kHex[] = "0123456789abcdef";
    static constexpr std::size_t kShown = 40;
    const Bytes part = bytes.first(std::min(bytes.size(), kShown));
    const bool printable = std::ranges::all_of(part, [](std::uint8_t byte) {
        return byte < 0x80 && std::isprint(byte) && byte != '"' && byte != '\\';
    });
    std::string text = printable ? "\"" : "0x";
    for (const std::uint8_t byte : part) {
        if (printable) {
            text += static_cast<char>(byte);
        } else {
            text += kHex[byte >> 4];
            text += kHex[byte & 0xf];
        }
    }
    text += printable ? "\"" : "";
    return part.size() < bytes.size() ? text + "…" : text;
}

}  // namespace mobility
