// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The option walker (RFC 9915 section 21.1).
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_options.h"
#include "hex.h"

namespace mobility {
namespace {

TEST(Dhcp6Options, AreWalkedInOrderWithTheirOffsets) {
    const auto bytes = from_hex("0001 0003 aabbcc  000e 0000  0008 0002 0001");
    const auto options = Dhcp6Options::check(bytes, 100);
    ASSERT_TRUE(options) << options.error();
    std::string seen;
    for (const Dhcp6Option option : *options) {
        seen += text(option.code) + "@" + std::to_string(option.offset) + "+" +
                std::to_string(option.data.size()) + " ";
    }
    EXPECT_EQ(seen, "CLIENTID (1)@104+3 RAPID_COMMIT (14)@111+0 ELAPSED_TIME (8)@115+2 ");
}

TEST(Dhcp6Options, MayBeNone) {
    const auto options = Dhcp6Options::check({}, 4);
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->empty());
    EXPECT_EQ(options->begin(), options->end());
    EXPECT_FALSE(options->find(Dhcp6OptionCode::kClientId));
}

TEST(Dhcp6Options, DefaultOnesAreEmptyToo) {
    const Dhcp6Options none;
    EXPECT_EQ(none.begin(), none.end());
}

TEST(Dhcp6Options, FindReturnsTheFirstOfACode) {
    const auto bytes = from_hex("0003 0001 01  0003 0001 02");
    const auto options = Dhcp6Options::check(bytes, 0);
    ASSERT_TRUE(options);
    const auto first = options->find(Dhcp6OptionCode::kIaNa);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->data[0], 1);
}

TEST(Dhcp6Options, FindSingleRefusesASecond) {
    const auto bytes = from_hex("0012 0001 01  0001 0000  0012 0001 02");
    const auto options = Dhcp6Options::check(bytes, 34);
    ASSERT_TRUE(options);
    const auto twice = options->find_single(Dhcp6OptionCode::kInterfaceId);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error(), "offset 43: a second INTERFACE_ID (18)");
    const auto once = options->find_single(Dhcp6OptionCode::kClientId);
    ASSERT_TRUE(once);
    EXPECT_TRUE(once->has_value());
    const auto never = options->find_single(Dhcp6OptionCode::kServerId);
    ASSERT_TRUE(never);
    EXPECT_FALSE(never->has_value());
}

TEST(Dhcp6Options, TakeTheLargestLengthThereIs) {
    std::vector<std::uint8_t> bytes = from_hex("0009 ffff");
    bytes.resize(4 + 0xffff);
    const auto fits = Dhcp6Options::check(bytes, 0);
    ASSERT_TRUE(fits);
    EXPECT_EQ((*fits->begin()).data.size(), 0xffffU);
    bytes.pop_back();
    EXPECT_FALSE(Dhcp6Options::check(bytes, 0));
}

}  // namespace
}  // namespace mobility
