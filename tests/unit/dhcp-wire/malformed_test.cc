// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Malformed input, one row each: what is sent, and where the error says that it is wrong.
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"
#include "hex.h"

namespace mobility {
namespace {

const std::string kAddresses = zeros(32);

struct MalformedMessage {
    std::string hex;
    std::string error;
};

const std::vector<MalformedMessage> kMessages = {
    {"", "offset 0: an empty message"},
    {"01", "offset 0: SOLICIT has 1 bytes, its header alone 4"},
    {"01 00", "offset 0: SOLICIT has 2 bytes, its header alone 4"},
    {"04 0000", "offset 0: CONFIRM has 3 bytes, its header alone 4"},
    {"ff 0000", "offset 0: type 255 has 3 bytes, its header alone 4"},
    {"01 000001 00", "offset 4: an option's header needs 4 bytes, 1 are left"},
    {"01 000001 0001", "offset 4: an option's header needs 4 bytes, 2 are left"},
    {"01 000001 000100", "offset 4: an option's header needs 4 bytes, 3 are left"},
    {"01 000001 0001 0001", "offset 4: CLIENTID (1) claims 1 bytes, 0 are left"},
    {"01 000001 0001 ffff", "offset 4: CLIENTID (1) claims 65535 bytes, 0 are left"},
    {"01 000001 0001 0003 0003", "offset 4: CLIENTID (1) claims 3 bytes, 2 are left"},
    {"01 000001 0000 0001", "offset 4: option 0 claims 1 bytes, 0 are left"},
    {"01 000001 000e 0000 00", "offset 8: an option's header needs 4 bytes, 1 are left"},
    {"01 000001 000e 0000 0003 0001", "offset 8: IA_NA (3) claims 1 bytes, 0 are left"},
    {"03 000001 0001 0001 00 0002 0002 00", "offset 9: SERVERID (2) claims 2 bytes, 1 are left"},
    {"0c 00" + kAddresses, "offset 0: RELAY-FORW where a client's or server's message is expected"},
    {"0d 00" + kAddresses, "offset 0: RELAY-REPL where a client's or server's message is expected"},
};

const std::vector<MalformedMessage> kRelayMessages = {
    {"", "offset 0: an empty message"},
    {"0c", "offset 0: RELAY-FORW has 1 bytes, its header alone 34"},
    {"0d", "offset 0: RELAY-REPL has 1 bytes, its header alone 34"},
    {"0c 00", "offset 0: RELAY-FORW has 2 bytes, its header alone 34"},
    {"0c 00" + zeros(31), "offset 0: RELAY-FORW has 33 bytes, its header alone 34"},
    {"01 000001", "offset 0: SOLICIT where RELAY-FORW or RELAY-REPL is expected"},
    {"00 00" + kAddresses, "offset 0: type 0 where RELAY-FORW or RELAY-REPL is expected"},
    {"0c 00" + kAddresses, "offset 0: RELAY-FORW has no RELAY_MSG (9)"},
    {"0d 00" + kAddresses, "offset 0: RELAY-REPL has no RELAY_MSG (9)"},
    {"0d 00" + kAddresses + "0012 0000", "offset 0: RELAY-REPL has no RELAY_MSG (9)"},
    {"0d 00" + kAddresses + "0009 0000", "offset 38: RELAY_MSG (9) is empty"},
    {"0d 00" + kAddresses + "0009 0001", "offset 34: RELAY_MSG (9) claims 1 bytes, 0 are left"},
    {"0d 00" + kAddresses + "0009 ffff 07",
     "offset 34: RELAY_MSG (9) claims 65535 bytes, 1 are left"},
    {"0d 00" + kAddresses + "00", "offset 34: an option's header needs 4 bytes, 1 are left"},
    {"0d 00" + kAddresses + "0009 00", "offset 34: an option's header needs 4 bytes, 3 are left"},
    {"0d 00" + kAddresses + "0009 0001 07 0009 0001 07", "offset 39: a second RELAY_MSG (9)"},
    {"0d 00" + kAddresses + "0009 0001 07 0009 0000", "offset 39: a second RELAY_MSG (9)"},
    {"0d 00" + kAddresses + "0012 0000 0012 0000 0009 0001 07",
     "offset 38: a second INTERFACE_ID (18)"},
    {"0d 00" + kAddresses + "0009 0001 07 0012 0004 657468",
     "offset 39: INTERFACE_ID (18) claims 4 bytes, 3 are left"},
    {"0d 00" + kAddresses + "0009 0001 07 ff",
     "offset 39: an option's header needs 4 bytes, 1 are left"},
};

struct MalformedOption {
    Dhcp6OptionCode code;
    std::string hex;
    std::string error;
};

using enum Dhcp6OptionCode;
const std::string kIaAddress = zeros(24);
const std::vector<MalformedOption> kOptions = {
    {kIaNa, "", "offset 8: IA_NA (3) has 0 bytes, expected at least 12"},
    {kIaNa, zeros(11), "offset 8: IA_NA (3) has 11 bytes, expected at least 12"},
    {kIaNa, zeros(12) + "00", "offset 20: an option's header needs 4 bytes, 1 are left"},
    {kIaNa, zeros(12) + "0005 0001", "offset 20: IAADDR (5) claims 1 bytes, 0 are left"},
    {kIaNa, zeros(12) + "0005 0018 " + zeros(23),
     "offset 20: IAADDR (5) claims 24 bytes, 23 are left"},
    {kIaPd, "", "offset 8: IA_PD (25) has 0 bytes, expected at least 12"},
    {kIaPd, zeros(11), "offset 8: IA_PD (25) has 11 bytes, expected at least 12"},
    {kIaPd, zeros(12) + "001a ffff", "offset 20: IAPREFIX (26) claims 65535 bytes, 0 are left"},
    {kIaPd, zeros(12) + "001a00", "offset 20: an option's header needs 4 bytes, 3 are left"},
    {kIaAddr, "", "offset 8: IAADDR (5) has 0 bytes, expected at least 24"},
    {kIaAddr, zeros(16), "offset 8: IAADDR (5) has 16 bytes, expected at least 24"},
    {kIaAddr, zeros(23), "offset 8: IAADDR (5) has 23 bytes, expected at least 24"},
    {kIaAddr, zeros(25), "offset 32: an option's header needs 4 bytes, 1 are left"},
    {kIaAddr, zeros(24) + "000d 0002 00", "offset 32: STATUS_CODE (13) claims 2 bytes, 1 are left"},
    {kIaPrefix, "", "offset 8: IAPREFIX (26) has 0 bytes, expected at least 25"},
    {kIaPrefix, zeros(24), "offset 8: IAPREFIX (26) has 24 bytes, expected at least 25"},
    {kIaPrefix, zeros(8) + "81" + zeros(16),
     "offset 16: IAPREFIX (26) has a prefix-length of 129, expected 0 to 128"},
    {kIaPrefix, zeros(8) + "ff" + zeros(16),
     "offset 16: IAPREFIX (26) has a prefix-length of 255, expected 0 to 128"},
    {kIaPrefix, zeros(27), "offset 33: an option's header needs 4 bytes, 2 are left"},
    {kStatusCode, "", "offset 8: STATUS_CODE (13) has 0 bytes, expected at least 2"},
    {kStatusCode, "00", "offset 8: STATUS_CODE (13) has 1 bytes, expected at least 2"},
    {kClientId, "", "offset 8: CLIENTID (1) has 0 bytes, expected a DUID of 3 to 130"},
    {kClientId, "0003", "offset 8: CLIENTID (1) has 2 bytes, expected a DUID of 3 to 130"},
    {kClientId, zeros(131), "offset 8: CLIENTID (1) has 131 bytes, expected a DUID of 3 to 130"},
    {kServerId, "00", "offset 8: SERVERID (2) has 1 bytes, expected a DUID of 3 to 130"},
    {kElapsedTime, "", "offset 8: ELAPSED_TIME (8) has 0 bytes, expected 2"},
    {kElapsedTime, "00", "offset 8: ELAPSED_TIME (8) has 1 bytes, expected 2"},
    {kElapsedTime, "000000", "offset 8: ELAPSED_TIME (8) has 3 bytes, expected 2"},
    {kClientLinkLayerAddress, "",
     "offset 8: CLIENT_LINKLAYER_ADDR (79) has 0 bytes, expected a hardware type and an address of "
     "1 to 32"},
    {kClientLinkLayerAddress, "0001",
     "offset 8: CLIENT_LINKLAYER_ADDR (79) has 2 bytes, expected a hardware type and an address of "
     "1 to 32"},
    {kClientLinkLayerAddress, zeros(35),
     "offset 8: CLIENT_LINKLAYER_ADDR (79) has 35 bytes, expected a hardware type and an address "
     "of 1 to 32"},
};

template <typename T>
std::string error_of(const Result<T>& result) {
    return result ? "no error" : result.error();
}

std::string read_contents(const Dhcp6Option& option) {
    switch (option.code) {
        case kIaNa:
        case kIaPd:
            return error_of(parse_dhcp6_ia(option));
        case kIaAddr:
            return error_of(parse_dhcp6_ia_address(option));
        case kIaPrefix:
            return error_of(parse_dhcp6_ia_prefix(option));
        case kStatusCode:
            return error_of(parse_dhcp6_status(option));
        case kClientId:
        case kServerId:
            return error_of(parse_dhcp6_duid(option));
        case kElapsedTime:
            return error_of(parse_dhcp6_elapsed_time(option));
        case kClientLinkLayerAddress:
            return error_of(parse_dhcp6_link_layer_address(option));
        default:
            return "no reader";
    }
}

TEST(Malformed, MessagesAreRefusedWithWhereAndWhat) {
    for (const auto& row : kMessages) {
        const auto bytes = from_hex(row.hex);
        EXPECT_EQ(error_of(parse_dhcp6_message(bytes)), row.error) << row.hex;
    }
}

TEST(Malformed, RelayMessagesAreRefusedWithWhereAndWhat) {
    for (const auto& row : kRelayMessages) {
        const auto bytes = from_hex(row.hex);
        EXPECT_EQ(error_of(parse_dhcp6_relay_message(bytes)), row.error) << row.hex;
    }
}

TEST(Malformed, OptionsAreRefusedWithWhereAndWhat) {
    for (const auto& row : kOptions) {
        const auto data = from_hex(row.hex);
        EXPECT_EQ(read_contents({row.code, data, 8}), row.error)
            << text(row.code) << " " << row.hex;
    }
}

TEST(Malformed, ARelayMessageCutAnywhereIsRefused) {
    const auto whole = from_hex("0d 00" + kAddresses + "0012 0002 6131 0009 0004 07000001");
    ASSERT_TRUE(parse_dhcp6_relay_message(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(parse_dhcp6_relay_message(Bytes(whole).first(size))) << size;
    }
}

}  // namespace
}  // namespace mobility
