// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv4 messages as they are on the wire: header, options, overload, options in parts.
#include "dhcp-wire/dhcp4_message.h"

#include <gtest/gtest.h>

#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp4_hex.h"

namespace mobility {
namespace {

std::string hex(Bytes bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string found(const Dhcp4Message& message, unsigned code) {
    const auto contents = message.find(static_cast<Dhcp4OptionCode>(code));
    return contents ? hex(contents->data()) : "none";
}

TEST(Dhcp4Message, HasTheHeaderOfRfc2131) {
    const auto bytes = from_hex(
        "02010603 12345678 00078000 0a000001 0a000002 0a000003 c6336401"
        "0200000000050000ffffffffffffffff" +
        zeros(192) + kCookie4 + "350105 ff");
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    const Dhcp4Header& header = message->header;
    EXPECT_EQ(header.op, Dhcp4Op::kBootReply);
    EXPECT_EQ(header.hardware_type, kHardwareEthernet);
    EXPECT_EQ(header.hops, 3);
    EXPECT_EQ(header.xid, 0x12345678U);
    EXPECT_EQ(header.secs, 7);
    EXPECT_TRUE(header.broadcast);
    EXPECT_EQ(header.ciaddr.text(), "10.0.0.1");
    EXPECT_EQ(header.yiaddr.text(), "10.0.0.2");
    EXPECT_EQ(header.siaddr.text(), "10.0.0.3");
    EXPECT_EQ(header.giaddr.text(), "198.51.100.1");
    EXPECT_EQ(hex(header.chaddr), "020000000005");
    EXPECT_EQ(message->type, Dhcp4MessageType::kAck);
    EXPECT_EQ(message->fixed.size(), 236U);
}

TEST(Dhcp4Message, OnlyTheFirstOfTheFlagsIsTheBroadcastFlag) {
    auto bytes = from_hex(message4("350101 ff"));
    bytes[10] = 0x7f;
    bytes[11] = 0xff;
    EXPECT_FALSE(parse_dhcp4_message(bytes)->header.broadcast);
    bytes[10] = 0x80;
    bytes[11] = 0;
    EXPECT_TRUE(parse_dhcp4_message(bytes)->header.broadcast);
}

TEST(Dhcp4Message, PadsMayBeAnywhereAndNothingCountsBehindEnd) {
    const auto bytes = from_hex(message4("00 00 350101 00 3204 0a000009 00 ff 0c 01 41 33 ff"));
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(message->type, Dhcp4MessageType::kDiscover);
    EXPECT_EQ(found(*message, 50), "0a000009");
    EXPECT_EQ(found(*message, 12), "none");
    EXPECT_EQ(found(*message, 0), "none");
}

TEST(Dhcp4Message, OptionsMayEndWithoutEnd) {
    const auto bytes = from_hex(message4("350103 3204 0a000009"));
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(found(*message, 50), "0a000009");
}

TEST(Dhcp4Message, AnOptionWithoutContentsIsThere) {
    const auto bytes = from_hex(message4("350101 5000 ff"));
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(found(*message, 80), "");
}

TEST(Dhcp4Message, OverloadMakesFileAndSnameHoldOptions) {
    const std::string sname = filled("0c0173 ff 0c0178", 64);
    const std::string file = filled("0c0166 ff", 128);
    const std::pair<const char*, const char*> rows[] = {
        {"", "6f"}, {"340101", "6f66"}, {"340102", "6f73"}, {"340103", "6f6673"}};
    for (const auto& [overload, host_name] : rows) {
        const auto bytes =
            from_hex(message4("350101 0c016f" + std::string(overload) + "ff", sname, file));
        const auto message = parse_dhcp4_message(bytes);
        ASSERT_TRUE(message) << message.error();
        EXPECT_EQ(found(*message, 12), host_name) << overload;
    }
}

TEST(Dhcp4Message, TheMessageTypeMayBeInTheFileField) {
    const auto bytes = from_hex(message4("340101 ff", zeros(64), filled("350108 ff", 128)));
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(message->type, Dhcp4MessageType::kInform);
}

TEST(Dhcp4Message, AnOverloadedFieldThatIsNotOverloadedMayHoldAnything) {
    const auto bytes = from_hex(message4("350101 ff", zeros(63) + "0c", zeros(126) + "0cff"));
    EXPECT_TRUE(parse_dhcp4_message(bytes));
}

TEST(Dhcp4Message, Rfc3396PartsOfALongOptionAreJoinedInTheOrderOfTheFields) {
    const auto bytes = from_hex(message4("350101 3d020001 340103 3d020203 ff",
                                         filled("3d020607 ff", 64), filled("3d020405 ff", 128)));
    const auto message = parse_dhcp4_message(bytes);
    ASSERT_TRUE(message) << message.error();
    EXPECT_EQ(found(*message, 61), "0001020304050607");
    EXPECT_EQ(message->find(Dhcp4OptionCode::kClientId)->offset, 245U);
}

TEST(Dhcp4Message, JoinedContentsOutliveACopy) {
    const auto bytes = from_hex(message4("350101 3d020001 3d020203 ff"));
    std::optional<Dhcp4Contents> copy;
    {
        const auto contents = parse_dhcp4_message(bytes)->find(Dhcp4OptionCode::kClientId);
        copy = contents;
    }
    EXPECT_EQ(hex(copy->data()), "00010203");
}

Dhcp4Contents contents(unsigned code, const std::vector<std::uint8_t>& data) {
    return {static_cast<Dhcp4OptionCode>(code), 242, data, {}};
}

TEST(Dhcp4Contents, OfTheRelayAgentInformationAreReadAndOtherSubOptionsLeftAlone) {
    const auto data = from_hex("0503aabbcc 0103657468 0900 0202beef");
    const auto information = parse_dhcp4_relay_information(contents(82, data));
    ASSERT_TRUE(information) << information.error();
    EXPECT_EQ(hex(*information->circuit_id), "657468");
    EXPECT_EQ(hex(*information->remote_id), "beef");
    const auto none = parse_dhcp4_relay_information(contents(82, {}));
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->circuit_id);
    EXPECT_FALSE(none->remote_id);
}

}  // namespace
}  // namespace mobility
