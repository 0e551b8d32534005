// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Addresses and prefixes as text and bytes: RFC 4291 section 2.2 in, RFC 5952 out.
#include <gtest/gtest.h>

#include <unordered_set>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using example::address;
using example::prefix;

TEST(IpAddressText, IsWrittenAsRfc5952Asks) {
    const std::pair<const char*, const char*> cases[] = {
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: one group is not shortened
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equals
        {"2001:DB8:AAAA:0001::ABCD", "2001:db8:aaaa:1::abcd"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"::ffff:192.0.2.33", "::ffff:c000:221"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"},
        {"192.0.2.255", "192.0.2.255"},
        {"0.0.0.0", "0.0.0.0"},
    };
    for (const auto& [given, written] : cases) EXPECT_EQ(address(given).text(), written) << given;
}

TEST(IpAddressText, WhatIsNotAnAddressIsRefusedAndNamed) {
    const char* cases[] = {"",
                           ":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "1:2:3:4:5:6:7:",
                           ":1:2:3:4:5:6:7",
                           "12345::",
                           "g::",
                           "fe80::1%eth0",
                           "-1::",
                           "+1::",
                           "0x1::",
                           " ::1",
                           "::1 ",
                           "1.2.3.4::",
                           "::1.2.3.4:5",
                           "::1.2.3",
                           "::1.2.3.256",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1.2.3",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "1.2.3.4.5",
                           "01.2.3.4",
                           "1.2.3.256",
                           "1.2.3.-4",
                           "2001:db8::/32",
                           "1.2.3.4/32"};
    for (const auto* text : cases) {
        const auto parsed = IpAddress::parse(text);
        ASSERT_FALSE(parsed) << text << " became " << parsed->text();
        EXPECT_NE(parsed.error().find(text), std::string::npos) << parsed.error();
    }
    EXPECT_FALSE(IpAddress::parse(std::string("::1\0", 4)));
    EXPECT_FALSE(IpAddress::parse(std::string(100'000, ':')));
    EXPECT_FALSE(IpAddress::parse(std::string(100'000, '1')));
}

TEST(IpAddressText, EveryAddressSurvivesTextAndBack) {
    // Every pattern of zero and non-zero groups: 256 addresses.
    for (unsigned pattern = 0; pattern < 256; ++pattern) {
        std::array<std::uint8_t, 16> bytes{};
        for (unsigned group = 0; group < 8; ++group) {
            if (pattern >> group & 1) bytes[2 * group + 1] = static_cast<std::uint8_t>(group + 1);
        }
        const auto made = IpAddress::from_bytes(bytes);
        ASSERT_TRUE(made);
        const auto again = IpAddress::parse(made->text());
        ASSERT_TRUE(again) << made->text();
        EXPECT_EQ(*again, *made) << made->text();
    }
}

TEST(IpAddressBytes, OnlyFourAndSixteenAreAnAddress) {
    const std::vector<std::uint8_t> bytes(17, 1);
    for (std::size_t length = 0; length <= 17; ++length) {
        const auto made = IpAddress::from_bytes(std::span(bytes).first(length));
        EXPECT_EQ(static_cast<bool>(made), length == 4 || length == 16) << length;
        if (!made) {
            EXPECT_NE(made.error().find(std::to_string(length) + " bytes"), std::string::npos);
        }
    }
}

TEST(IpAddress, KnowsWhatMayNameALink) {
    for (const auto* text : {"::", "::1", "fe80::1", "febf::1", "ff02::1", "0.0.0.0", "127.1.2.3",
                             "169.254.1.1", "224.0.0.1", "239.255.255.255"}) {
        EXPECT_FALSE(address(text).is_global()) << text;
    }
    for (const auto* text :
         {"2001:db8::1", "fd00::1", "fec0::1", "::2", "192.0.2.1", "10.0.0.1", "223.255.255.255"}) {
        EXPECT_TRUE(address(text).is_global()) << text;
    }
}

TEST(IpAddress, FamiliesAreNeverEqual) {
    EXPECT_NE(address("0.0.0.0"), address("::"));
    EXPECT_NE(address("1.2.3.4"), address("102:304::"));
}

TEST(Prefix, IsWrittenWithItsLength) {
    EXPECT_EQ(prefix("2001:DB8::/32").text(), "2001:db8::/32");
    EXPECT_EQ(prefix("2001:db8::1").text(), "2001:db8::1/128");
    EXPECT_EQ(prefix("192.0.2.0/24").text(), "192.0.2.0/24");
    EXPECT_EQ(prefix("192.0.2.1").text(), "192.0.2.1/32");
    EXPECT_EQ(prefix("::/0").text(), "::/0");
}

TEST(Prefix, BitsBehindTheLengthAndLengthsBeyondTheFamilyAreRefusedNamingBoth) {
    for (const auto* text : {"2001:db8::1/127", "2001:db8::/28", "192.0.2.1/31", "::/129",
                             "192.0.2.0/33", "::/-1", "::/", "::/x", "::/1 ", "::/0128", "/64"}) {
        EXPECT_FALSE(Prefix::parse(text)) << text;
    }
    const auto made = Prefix::make(address("2001:db8::1"), 64);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().find("2001:db8::1/64"), std::string::npos) << made.error();
    const auto longer = Prefix::make(address("192.0.2.0"), 33);
    ASSERT_FALSE(longer);
    EXPECT_NE(longer.error().find("192.0.2.0/33"), std::string::npos) << longer.error();
}

TEST(Prefix, AgreesWithItsDefinitionAtEveryLength) {
    const auto inner = address("2001:db8:5555:aaaa:5555:aaaa:5555:aaaa");
    for (unsigned length = 0; length <= 128; ++length) {
        std::array<std::uint8_t, 16> bytes{};
        std::copy(inner.bytes().begin(), inner.bytes().end(), bytes.begin());
        for (unsigned bit = length; bit < 128; ++bit) {
            bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
        }
        const auto made = Prefix::make(*IpAddress::from_bytes(bytes), length);
        ASSERT_TRUE(made) << length;
        EXPECT_TRUE(made->contains(inner)) << length;
        if (length == 0) continue;
        bytes[(length - 1) / 8] ^= static_cast<std::uint8_t>(0x80u >> ((length - 1) % 8));
        EXPECT_FALSE(made->contains(*IpAddress::from_bytes(bytes))) << length;
    }
}

TEST(Prefix, ContainsOnlyItsOwnFamilyAndLongerPrefixes) {
    EXPECT_FALSE(prefix("::/0").contains(address("192.0.2.1")));
    EXPECT_FALSE(prefix("0.0.0.0/0").contains(address("::1")));
    EXPECT_TRUE(prefix("2001:db8::/32").contains(prefix("2001:db8:1::/48")));
    EXPECT_TRUE(prefix("2001:db8::/32").contains(prefix("2001:db8::/32")));
    EXPECT_FALSE(prefix("2001:db8::/48").contains(prefix("2001:db8::/32")));
    EXPECT_TRUE(prefix("2001:db8::/48").overlaps(prefix("2001:db8::/32")));
    EXPECT_FALSE(prefix("2001:db8::/48").overlaps(prefix("2001:db8:1::/48")));
}

TEST(Prefix, SameAddressWithAnotherLengthIsAnotherKey) {
    const std::unordered_set<Prefix> keys{prefix("2001:db8::/32"), prefix("2001:db8::/48"),
                                          prefix("2001:db8::/128"), prefix("2001:db8::")};
    EXPECT_EQ(keys.size(), 3u);
    EXPECT_LT(prefix("2001:db8::/32"), prefix("2001:db8::/48"));
    EXPECT_LT(prefix("255.255.255.255/32"), prefix("::/0"));
}

}  // namespace
}  // namespace mobility
