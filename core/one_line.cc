// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// UTF-8 stays UTF-8.
#include "core/one_line.h"

#include <cstdint>
#include <string_view>

namespace mobility {
namespace {

/// How many octets from here on are one character that has no place in a line; 0: none.
std::size_t unfit(std::string_view rest) {
    const auto at = [&](std::size_t i) {
        return i < rest.size() ? static_cast<std::uint8_t>(rest[i]) : std::uint8_t{0};
    };
    const auto within = [](std::uint8_t value, int first, int last) {
        return value >= first && value <= last;
    };
    if (at(0) < 0x20 || at(0) == 0x7f) return 1;
    if (at(0) == 0xc2 && within(at(1), 0x80, 0x9f)) return 2;                   // C1
    if (at(0) == 0xe2 && at(1) == 0x80 && within(at(2), 0xa8, 0xae)) return 3;  // U+2028..202E
    if (at(0) == 0xe2 && at(1) == 0x81 && within(at(2), 0xa6, 0xa9)) return 3;  // U+2066..2069
    return 0;
}

bool continues(char octet) { return (static_cast<std::uint8_t>(octet) & 0xc0) == 0x80; }

}  // namespace

std::string one_line(std::string text, std::size_t longest) {
    const bool shortened = text.size() > longest;
    if (shortened) {
        auto end = longest;
        while (end > 0 && continues(text[end])) --end;
        text.resize(end);
    }
    std::string line;
    for (std::size_t i = 0; i < text.size();) {
        const auto length = unfit(std::string_view(text).substr(i));
        line += length > 0 ? '?' : text[i];
        i += length > 0 ? length : 1;
    }
    return shortened ? line + "…" : line;
}

}  // namespace mobility
