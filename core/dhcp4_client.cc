// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Octets into names.
#include "core/dhcp4_client.h"

#include <algorithm>
#include <string>

namespace mobility {
namespace {

constexpr Milliseconds kLongestElapsed{60'000};
constexpr std::size_t kLongestMnId = 130;   // as a DUID: what peers accept
constexpr std::uint8_t kIaidAndDuid = 255;  // RFC 4361 section 6.1
constexpr std::size_t kDuidAt = 5;
constexpr std::size_t kShortestDuid = 3;

std::string as_string(std::span<const std::uint8_t> octets) {
    return {octets.begin(), octets.end()};
}

}  // namespace

std::optional<Dhcp4ClientName> name_dhcp4_client(std::span<const std::uint8_t> identifier,
                                                 std::uint8_t hardware_type,
                                                 std::span<const std::uint8_t> hardware_address) {
    if (identifier.size() >= kDuidAt + kShortestDuid && identifier[0] == kIaidAndDuid &&
        identifier.size() - kDuidAt <= kLongestMnId) {
        const std::uint32_t iaid = std::uint32_t{identifier[1]} << 24 |
                                   std::uint32_t{identifier[2]} << 16 |
                                   std::uint32_t{identifier[3]} << 8 | identifier[4];
        return Dhcp4ClientName{{as_string(identifier.subspan(kDuidAt))}, iaid};
    }
    if (!identifier.empty() && identifier.size() <= kLongestMnId) {
        return Dhcp4ClientName{{as_string(identifier)}};
    }
    if (hardware_address.empty()) return std::nullopt;
    return Dhcp4ClientName{{static_cast<char>(hardware_type) + as_string(hardware_address)}};
}

Milliseconds dhcp4_elapsed(std::uint16_t secs) {
    if (secs > 0xFF && (secs & 0xFF) == 0) secs = static_cast<std::uint16_t>(secs >> 8);
    return std::min<Milliseconds>(Seconds(secs), kLongestElapsed);
}

}  // namespace mobility
