// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contents of options, by the sections of RFC 9915 and RFC 6939 that define them.
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_contents.h"
#include "hex.h"

namespace mobility {
namespace {

Dhcp6Option option(Dhcp6OptionCode code, const std::vector<std::uint8_t>& data) {
    return {code, data, 38};
}

TEST(Dhcp6Contents, Section21_4IaNaHoldsAddresses) {
    const auto data = from_hex(
        "00000007 00000e10 00001518"
        "0005 0018 20010db80000000000000000000000ff 00000bb8 00000fa0");
    const auto ia = parse_dhcp6_ia(option(Dhcp6OptionCode::kIaNa, data));
    ASSERT_TRUE(ia) << ia.error();
    EXPECT_EQ(ia->iaid, 7U);
    EXPECT_EQ(ia->t1, 3600U);
    EXPECT_EQ(ia->t2, 5400U);
    const auto held = ia->options.find(Dhcp6OptionCode::kIaAddr);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->offset, 38U + 12 + 4);
    const auto address = parse_dhcp6_ia_address(*held);
    ASSERT_TRUE(address) << address.error();
    EXPECT_EQ(address->address.text(), "2001:db8::ff");
    EXPECT_EQ(address->preferred_lifetime, 3000U);
    EXPECT_EQ(address->valid_lifetime, 4000U);
    EXPECT_TRUE(address->options.empty());
}

TEST(Dhcp6Contents, Section21_22IaPrefixLosesTheBitsBehindItsLength) {
    const auto data = from_hex("00000bb8 ffffffff 34 20010db8ffffffffffffffffffffffff");
    const auto prefix = parse_dhcp6_ia_prefix(option(Dhcp6OptionCode::kIaPrefix, data));
    ASSERT_TRUE(prefix) << prefix.error();
    EXPECT_EQ(prefix->prefix.text(), "2001:db8:ffff:f000::/52");
    EXPECT_EQ(prefix->preferred_lifetime, 3000U);
    EXPECT_EQ(prefix->valid_lifetime, kDhcp6Infinity);
}

TEST(Dhcp6Contents, Section21_22IaPrefixMayBeAHintOfLengthZero) {
    const auto data = from_hex("00000000 00000000 00" + zeros(16));
    const auto prefix = parse_dhcp6_ia_prefix(option(Dhcp6OptionCode::kIaPrefix, data));
    ASSERT_TRUE(prefix) << prefix.error();
    EXPECT_EQ(prefix->prefix.text(), "::/0");
}

TEST(Dhcp6Contents, Section21_13StatusCodeHasAText) {
    const auto data = from_hex("0004 6e6f");
    const auto status = parse_dhcp6_status(option(Dhcp6OptionCode::kStatusCode, data));
    ASSERT_TRUE(status) << status.error();
    EXPECT_EQ(status->code, Dhcp6StatusCode::kNotOnLink);
    EXPECT_EQ(status->message, "no");
}

TEST(Dhcp6Contents, Section11_1DuidHas3To130Bytes) {
    for (const std::size_t size : {3, 130}) {
        const std::vector<std::uint8_t> duid(size);
        EXPECT_TRUE(parse_dhcp6_duid(option(Dhcp6OptionCode::kClientId, duid))) << size;
    }
    for (const std::size_t size : {0, 2, 131}) {
        const std::vector<std::uint8_t> duid(size);
        EXPECT_FALSE(parse_dhcp6_duid(option(Dhcp6OptionCode::kServerId, duid))) << size;
    }
}

TEST(Dhcp6Contents, Section21_9ElapsedTimeCountsHundredthsOfASecond) {
    const auto data = from_hex("0102");
    const auto elapsed = parse_dhcp6_elapsed_time(option(Dhcp6OptionCode::kElapsedTime, data));
    ASSERT_TRUE(elapsed) << elapsed.error();
    EXPECT_EQ(elapsed->count(), 2580);
}

TEST(Dhcp6Contents, Rfc6939LinkLayerAddressHasAHardwareType) {
    const auto data = from_hex("0001 020000000005");
    const auto address =
        parse_dhcp6_link_layer_address(option(Dhcp6OptionCode::kClientLinkLayerAddress, data));
    ASSERT_TRUE(address) << address.error();
    EXPECT_EQ(address->hardware_type, 1);
    EXPECT_EQ(address->address.size(), 6U);
    EXPECT_EQ(address->address[5], 5);
}

}  // namespace
}  // namespace mobility
