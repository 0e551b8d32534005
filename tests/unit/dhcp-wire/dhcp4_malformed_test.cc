// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Malformed DHCPv4, one row each: what is sent, and where the error says that it is wrong.
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp-wire/dhcp4_message.h"
#include "dhcp4_hex.h"

namespace mobility {
namespace {

struct Row {
    std::string hex;
    std::string error;
};

const std::string kShort = " bytes, its header and magic cookie alone have 240";

const std::vector<Row> kMessages = {
    {"", "offset 0: a DHCPv4 message of 0" + kShort},
    {"01", "offset 0: a DHCPv4 message of 1" + kShort},
    {zeros(239), "offset 0: a DHCPv4 message of 239" + kShort},
    {zeros(240), "offset 0: an op of 0, expected 1 (BOOTREQUEST) or 2 (BOOTREPLY)"},
    {"03" + zeros(239), "offset 0: an op of 3, expected 1 (BOOTREQUEST) or 2 (BOOTREPLY)"},
    {"01 01 11" + zeros(237), "offset 2: an hlen of 17, chaddr has 16 bytes"},
    {"01 01 ff" + zeros(237), "offset 2: an hlen of 255, chaddr has 16 bytes"},
    {"01 01 06" + zeros(237), "offset 236: no magic cookie: 0, expected 1669485411"},
    {kRequest4 + zeros(192) + "63825364 350101ff",
     "offset 236: no magic cookie: 1669485412, expected 1669485411"},
    {message4(""), "offset 240: no DHCP Msg Type (53)"},
    {message4("ff"), "offset 240: no DHCP Msg Type (53)"},
    {message4("ff 350101"), "offset 240: no DHCP Msg Type (53)"},
    {message4("000000"), "offset 240: no DHCP Msg Type (53)"},
    {message4("35"), "offset 240: DHCP Msg Type (53) has no length: its field ends"},
    {message4("3500 ff"), "offset 242: DHCP Msg Type (53) has 0 bytes, expected 1"},
    {message4("35020101 ff"), "offset 242: DHCP Msg Type (53) has 2 bytes, expected 1"},
    {message4("350101 350101 ff"), "offset 242: DHCP Msg Type (53) has 2 bytes, expected 1"},
    {message4("3501"), "offset 240: DHCP Msg Type (53) claims 1 bytes, 0 are left"},
    {message4("350101 3d"), "offset 243: Client Id (61) has no length: its field ends"},
    {message4("350101 3d03 0001"), "offset 243: Client Id (61) claims 3 bytes, 2 are left"},
    {message4("350101 e0ff 00"), "offset 243: option 224 claims 255 bytes, 1 are left"},
    {message4("350101 00 00 52ff ff"),
     "offset 245: Relay Agent Information (82) claims 255 bytes, 1 are left"},
    {message4("350101 3400 ff"), "offset 245: Overload (52) is not one byte of 1, 2 or 3"},
    {message4("350101 340100 ff"), "offset 245: Overload (52) is not one byte of 1, 2 or 3"},
    {message4("350101 340104 ff"), "offset 245: Overload (52) is not one byte of 1, 2 or 3"},
    {message4("350101 34020101 ff"), "offset 245: Overload (52) is not one byte of 1, 2 or 3"},
    {message4("350101 340101 340101 ff"), "offset 246: a second Overload (52)"},
    {message4("350101 340102 ff", zeros(63) + "0c"),
     "offset 107: Hostname (12) has no length: its field ends"},
    {message4("350101 340102 ff", zeros(62) + "0c01"),
     "offset 106: Hostname (12) claims 1 bytes, 0 are left"},
    {message4("350101 340103 ff", zeros(64), zeros(126) + "0c7f"),
     "offset 234: Hostname (12) claims 127 bytes, 0 are left"},
    {message4("350101 340101 ff", zeros(64), "0c7f" + zeros(126)),
     "offset 108: Hostname (12) claims 127 bytes, 126 are left"},
};

TEST(Dhcp4Malformed, MessagesAreRefusedWithWhereAndWhat) {
    for (const Row& row : kMessages) {
        const auto bytes = from_hex(row.hex);
        const auto message = parse_dhcp4_message(bytes);
        ASSERT_FALSE(message) << row.error;
        EXPECT_EQ(message.error(), row.error);
    }
}

TEST(Dhcp4Malformed, NoCutOfAMessageIsReadBeyondItsEnd) {
    const auto bytes = from_hex(message4("350101 3d07 01020000000005 5206 0104 65746830 ff"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::vector<std::uint8_t> cut(bytes.begin(),
                                            bytes.begin() + static_cast<std::ptrdiff_t>(size));
        const bool between_options = size == 243 || size == 252 || size == 260;
        EXPECT_EQ(bool(parse_dhcp4_message(cut)), between_options) << size;
    }
}

template <typename Read>
std::string refusal(Read read, unsigned code, const std::string& hex) {
    const auto data = from_hex(hex);
    const auto value = read(Dhcp4Contents{static_cast<Dhcp4OptionCode>(code), 242, data, {}});
    return value ? "nothing" : value.error();
}

const std::vector<Row> kRelayInformation = {
    {"01", "offset 242: Agent Circuit ID (82.1) has no length: its option ends"},
    {"0101", "offset 242: Agent Circuit ID (82.1) claims 1 bytes, 0 are left"},
    {"0101ff 02ff00", "offset 245: Agent Remote ID (82.2) claims 255 bytes, 1 are left"},
    {"0101ff 97", "offset 245: sub-option 82.151 has no length: its option ends"},
    {"0100", "offset 242: Agent Circuit ID (82.1) is empty"},
    {"0200", "offset 242: Agent Remote ID (82.2) is empty"},
    {"0500", "offset 242: Link Selection (82.5) is empty"},
    {"0a0080", "offset 242: Relay Agent Flags (82.10) is empty"},
    {"0b040a000001 0b00", "offset 248: a second Server Identifier Override (82.11)"},
    {"010141 010142", "offset 245: a second Agent Circuit ID (82.1)"},
    {"020141 010142 020141", "offset 248: a second Agent Remote ID (82.2)"},
};

TEST(Dhcp4Malformed, RelayAgentInformationIsRefusedWithWhereAndWhat) {
    for (const Row& row : kRelayInformation) {
        EXPECT_EQ(refusal(parse_dhcp4_relay_information, 82, row.hex), row.error);
    }
}

}  // namespace
}  // namespace mobility
