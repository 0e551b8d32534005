// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The small domain that the tests of core speak of: three ARs, two lease domains, a few MNs.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/inventory.h"
#include "core/mobility_event.h"

namespace mobility::example {

inline IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : IpAddress{};
}

inline Prefix prefix(std::string_view text) {
    const auto parsed = Prefix::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : Prefix{};
}

inline MnId mn(int number) {
    return {std::string("\x00\x03\x00\x01\x02\x00\x00\x00\x00", 9) + static_cast<char>(number)};
}

/// What the relay of AR `ar` (1..) says of MN `number`.
inline Attachment attachment(int ar, int number) {
    return {address("2001:db8:0:" + std::to_string(ar) + "::1"),
            address("2001:db8:1:" + std::to_string(ar) + "::1"),
            "access0",
            {std::string("\x02\x00\x00\x00\x00", 5) + static_cast<char>(number)},
            address("fe80::" + std::to_string(number))};
}

inline std::string ar_name(int ar) { return "ar" + std::to_string(ar) + ".example"; }

inline AccessRouterClaim ar_claim(int ar) {
    const auto text = std::to_string(ar);
    return {ar_name(ar),
            {address("2001:db8:0:" + text + "::1")},
            {address("2001:db8:1:" + text + "::1")},
            address("2001:db8:0:" + text + "::2")};
}

inline const std::string kDomain = "metro/6";
inline const std::string kOtherDomain = "homes/6";

/// metro/6 has the addresses and homes/6 the delegated prefixes of 2001:db8:a::/48.
inline std::vector<SourceClaim> source_claims() {
    return {{"kea1.example", kDomain, {prefix("2001:db8:a::/64")}},
            {"kea2.example", kOtherDomain, {prefix("2001:db8:a:8000::/49")}}};
}

inline void fill(Inventory& inventory) {
    ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, source_claims()));
}

/// Address `number` of metro/6.
inline Prefix home(int number) { return prefix("2001:db8:a::" + std::to_string(number)); }
/// Delegated prefix `number` of homes/6.
inline Prefix delegated(int number) {
    return prefix("2001:db8:a:80" + std::string(number < 16 ? "0" : "") + [](int value) {
        constexpr const char* kDigits = "0123456789abcdef";
        std::string text;
        if (value >= 16) text += kDigits[value / 16];
        return text + kDigits[value % 16];
    }(number) + "::/64");
}

}  // namespace mobility::example
