// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Ethernet addresses as text, and the two mappings between them and IPv6.
#include "dhcp-player/mac_address.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace mobility::player {

Result<MacAddress> MacAddress::parse(std::string_view text) {
    constexpr std::size_t kTextSize = 17;
    MacAddress mac;
    bool good = text.size() == kTextSize;
    for (std::size_t i = 0; good && i < mac.bytes.size(); ++i) {
        const char* const digits = text.data() + 3 * i;
        const auto read = std::from_chars(digits, digits + 2, mac.bytes[i], 16);
        good = read.ec == std::errc{} && read.ptr == digits + 2 && (i == 5 || digits[2] == ':');
    }
    if (!good) {
        return Error{"\"" + std::string(text) +
                     "\" is not a MAC address; expected one like \"02:6d:6e:00:00:11\""};
    }
    return mac;
}

std::string MacAddress::text() const {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        std::array<char, 4> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", byte);
        text += (text.empty() ? "" : ":") + std::string(digits.data());
    }
    return text;
}

IpAddress link_local_address(const MacAddress& mac) {
    const auto& m = mac.bytes;
    const auto first = static_cast<std::uint8_t>(m[0] ^ 0x02);
    const std::array<std::uint8_t, 16> bytes{0xfe,  0x80, 0,    0,    0,    0,    0,    0,
                                             first, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
    return *IpAddress::from_bytes(bytes);
}

MacAddress multicast_mac(const IpAddress& group) {
    MacAddress mac{{0x33, 0x33, 0, 0, 0, 0}};
    std::ranges::copy(group.bytes().last(4), mac.bytes.begin() + 2);
    return mac;
}

}  // namespace mobility::player
