// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The writer, byte for byte, and read back by the parsers.
#include <gtest/gtest.h>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"
#include "hex.h"

namespace mobility {
namespace {

using namespace std::chrono_literals;

TEST(Dhcp6Writer, WritesASolicitByteForByte) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(Dhcp6MessageType::kSolicit, 0xff123456);
    writer.client_id(from_hex("00030001020000000001"));
    writer.ia(Dhcp6OptionCode::kIaNa, 1, 0, 0, [] {});
    writer.elapsed_time(1230ms);
    writer.rapid_commit();
    writer.option_request(std::vector{Dhcp6OptionCode::kSolMaxRt});
    ASSERT_TRUE(writer.finish());
    EXPECT_EQ(out, from_hex("01 123456"
                            "0001 000a 00030001020000000001"
                            "0003 000c 00000001 00000000 00000000"
                            "0008 0002 007b"
                            "000e 0000"
                            "0006 0002 0052"));
}

TEST(Dhcp6Writer, WritesARelayForwardByteForByte) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.relay_message_header(Dhcp6MessageType::kRelayForward, 1,
                                *IpAddress::parse("2001:db8::1"), *IpAddress::parse("fe80::2"));
    writer.interface_id("wlan0");
    writer.link_layer_address({1, from_hex("020000000005")});
    writer.relay_message(from_hex("01000001"));
    ASSERT_TRUE(writer.finish());
    EXPECT_EQ(out, from_hex("0c 01 20010db8000000000000000000000001"
                            "fe800000000000000000000000000002"
                            "0012 0005 776c616e30"
                            "004f 0008 0001 020000000005"
                            "0009 0004 01000001"));
}

TEST(Dhcp6Writer, WritesWhatTheParsersRead) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(Dhcp6MessageType::kReply, 7);
    writer.server_id(from_hex("000300010200000000ff"));
    writer.status(Dhcp6StatusCode::kNoBinding, "gone");
    writer.ia(Dhcp6OptionCode::kIaNa, 1, 10, 20,
              [&] { writer.ia_address(*IpAddress::parse("2001:db8::5"), 30, 40); });
    writer.ia(Dhcp6OptionCode::kIaPd, 2, 11, 21,
              [&] { writer.ia_prefix(*Prefix::parse("2001:db8:1::/48"), 31, 41); });
    ASSERT_TRUE(writer.finish());

    const auto message = parse_dhcp6_message(out);
    ASSERT_TRUE(message) << message.error();
    const auto& options = message->options;
    EXPECT_EQ(parse_dhcp6_status(*options.find(Dhcp6OptionCode::kStatusCode))->message, "gone");
    const auto na = parse_dhcp6_ia(*options.find(Dhcp6OptionCode::kIaNa));
    ASSERT_TRUE(na) << na.error();
    EXPECT_EQ(parse_dhcp6_ia_address(*na->options.begin())->address.text(), "2001:db8::5");
    const auto pd = parse_dhcp6_ia(*options.find(Dhcp6OptionCode::kIaPd));
    ASSERT_TRUE(pd) << pd.error();
    EXPECT_EQ(pd->iaid, 2U);
    EXPECT_EQ(parse_dhcp6_ia_prefix(*pd->options.begin())->prefix.text(), "2001:db8:1::/48");
}

TEST(Dhcp6Writer, Section21_9ElapsedTimeStopsAtItsLargestValue) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(Dhcp6MessageType::kRenew, 1);
    writer.elapsed_time(24h);
    EXPECT_EQ(out, from_hex("05 000001 0008 0002 ffff"));
}

TEST(Dhcp6Writer, ReusesTheBufferWithoutAllocating) {
    std::vector<std::uint8_t> out;
    out.reserve(512);
    const auto* const where = out.data();
    for (std::uint32_t transaction = 0; transaction < 3; ++transaction) {
        Dhcp6Writer writer(out);
        writer.message(Dhcp6MessageType::kSolicit, transaction);
        writer.client_id(from_hex("000300010200000000ff"));
        ASSERT_TRUE(writer.finish());
        EXPECT_EQ(out.size(), 4U + 4 + 10);
        EXPECT_EQ(out.data(), where);
    }
}

TEST(Dhcp6Writer, RefusesAnOptionThatItsLengthCannotTell) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(Dhcp6MessageType::kSolicit, 1);
    writer.option(Dhcp6OptionCode::kUserClass, std::vector<std::uint8_t>(0x10000));
    const auto finished = writer.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error(), "an option of more than 65535 bytes");
}

TEST(Dhcp6Writer, RefusesAMessageThatUdpCannotCarry) {
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    writer.message(Dhcp6MessageType::kSolicit, 1);
    writer.option(Dhcp6OptionCode::kUserClass, std::vector<std::uint8_t>(65527 - 8));
    EXPECT_TRUE(writer.finish());
    writer.rapid_commit();
    const auto finished = writer.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error(), "a message of 65531 bytes, UDP carries 65527");
}

}  // namespace
}  // namespace mobility
