// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// MACs, and who an MN is by its number.
#include "dhcp-player/identity.h"

#include <gtest/gtest.h>

namespace mobility::player {
namespace {

TEST(MacAddress, IsReadAndWrittenAsText) {
    const auto mac = MacAddress::parse("02:6d:6E:00:0a:ff");
    ASSERT_TRUE(mac) << mac.error();
    EXPECT_EQ(mac->text(), "02:6d:6e:00:0a:ff");
}

TEST(MacAddress, ErrorsNameTheText) {
    for (const char* const text : {"", "02:6d:6e:00:0a", "02:6d:6e:00:0a:fg", "02-6d-6e-00-0a-ff",
                                   "02:6d:6e:00:0a:ff:00", "2:6d:6e:00:0a:0ff"}) {
        const auto mac = MacAddress::parse(text);
        ASSERT_FALSE(mac) << text;
        EXPECT_NE(mac.error().find(std::string("\"") + text + "\""), std::string::npos);
    }
}

TEST(MacAddress, GivesTheLinkLocalAddressOfRfc4291AppendixA) {
    EXPECT_EQ(link_local_address(*MacAddress::parse("34:56:78:9a:bc:de")).text(),
              "fe80::3656:78ff:fe9a:bcde");
}

TEST(MacAddress, OfAMulticastGroupFollowsRfc2464Section7) {
    EXPECT_EQ(multicast_mac(*IpAddress::parse("ff02::1:2")).text(), "33:33:00:01:00:02");
    EXPECT_EQ(multicast_mac(*IpAddress::parse("ff02::1:ff00:1234")).text(), "33:33:ff:00:12:34");
}

TEST(Identity, FollowsFromTheNumber) {
    const Identity mn = identity_of(0x010203);
    EXPECT_EQ(mn.mac.text(), "02:6d:6e:01:02:03");
    EXPECT_EQ(mn.link_local.text(), "fe80::6d:6eff:fe01:203");
    EXPECT_EQ(mn.duid, (std::vector<std::uint8_t>{0, 3, 0, 1, 0x02, 0x6d, 0x6e, 0x01, 0x02, 0x03}));
    EXPECT_EQ(mn.iaid, 1U);
}

}  // namespace
}  // namespace mobility::player
