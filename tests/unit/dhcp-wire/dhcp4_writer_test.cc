// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is written, byte by byte, and that it is read as what was meant.
#include "dhcp-wire/dhcp4_writer.h"

#include <gtest/gtest.h>

#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp4_hex.h"

namespace mobility {
namespace {

using Message = std::vector<std::uint8_t>;

const Message kMac{2, 0, 0, 0, 0, 5};

Dhcp4Header header() {
    Dhcp4Header header;
    header.op = Dhcp4Op::kBootRequest;
    header.xid = 0x12345678;
    header.secs = 7;
    header.chaddr = kMac;
    return header;
}

TEST(Dhcp4Writer, WritesWhatTheFigureOfRfc2131Shows) {
    Message message;
    Dhcp4Writer writer(message);
    writer.message(header(), Dhcp4MessageType::kDiscover);
    writer.address(Dhcp4OptionCode::kRequestedAddress, *IpAddress::parse("10.0.0.9"));
    EXPECT_EQ(writer.size(), 250U);
    ASSERT_TRUE(writer.finish());
    EXPECT_EQ(message, from_hex(filled(message4("350101 3204 0a000009 ff"), 300)));
}

TEST(Dhcp4Writer, WhatItWritesIsReadAsTheSame) {
    Dhcp4Header reply = header();
    reply.op = Dhcp4Op::kBootReply;
    reply.hops = 4;
    reply.broadcast = true;
    reply.ciaddr = *IpAddress::parse("10.0.0.1");
    reply.yiaddr = *IpAddress::parse("10.0.0.2");
    reply.siaddr = *IpAddress::parse("10.0.0.3");
    reply.giaddr = *IpAddress::parse("198.51.100.1");
    Message bytes{1, 2, 3};
    Dhcp4Writer writer(bytes);
    writer.message(reply, Dhcp4MessageType::kAck);
    writer.seconds(Dhcp4OptionCode::kLeaseTime, 0xfffffffe);
    writer.client_id(kMac);
    writer.relay_information({"wlan0", "ar1", *IpAddress::parse("10.0.0.1"), kDhcp4UnicastFlag});
    ASSERT_TRUE(writer.finish());
    const auto read = parse_dhcp4_message(bytes);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->type, Dhcp4MessageType::kAck);
    EXPECT_EQ(read->header.op, reply.op);
    EXPECT_EQ(read->header.hops, reply.hops);
    EXPECT_TRUE(read->header.broadcast);
    EXPECT_EQ(read->header.ciaddr, reply.ciaddr);
    EXPECT_EQ(read->header.yiaddr, reply.yiaddr);
    EXPECT_EQ(read->header.siaddr, reply.siaddr);
    EXPECT_EQ(read->header.giaddr, reply.giaddr);
    const auto time = read->find(Dhcp4OptionCode::kLeaseTime)->data();
    EXPECT_EQ(Message(time.begin(), time.end()), from_hex("fffffffe"));
    const auto contents = read->find(Dhcp4OptionCode::kRelayAgentInformation);
    const auto information = parse_dhcp4_relay_information(*contents);
    ASSERT_TRUE(information) << information.error();
    EXPECT_EQ(std::string(information->circuit_id->begin(), information->circuit_id->end()),
              "wlan0");
    EXPECT_EQ(std::string(information->remote_id->begin(), information->remote_id->end()), "ar1");
    EXPECT_EQ(Message(information->flags->begin(), information->flags->end()), Message{0x80});
    EXPECT_EQ(IpAddress::from_bytes(*information->server_identifier_override)->text(), "10.0.0.1");
    EXPECT_FALSE(information->link_selection);
}

TEST(Dhcp4Writer, Rfc3396SplitsWhatIsLongerThan255Bytes) {
    for (const std::size_t size : {0U, 1U, 255U, 256U, 510U, 511U, 1000U}) {
        const Message data(size, 0x41);
        Message bytes;
        Dhcp4Writer writer(bytes);
        writer.message(header(), Dhcp4MessageType::kDiscover);
        writer.option(static_cast<Dhcp4OptionCode>(224), data);
        ASSERT_TRUE(writer.finish());
        const auto read = parse_dhcp4_message(bytes);
        ASSERT_TRUE(read) << read.error();
        const auto contents = read->find(static_cast<Dhcp4OptionCode>(224));
        ASSERT_TRUE(contents) << size;
        EXPECT_EQ(Message(contents->data().begin(), contents->data().end()), data);
        const auto parts = std::distance(read->options.begin(), read->options.end()) - 1;
        EXPECT_EQ(static_cast<std::size_t>(parts), std::max<std::size_t>(1, (size + 254) / 255));
    }
}

TEST(Dhcp4Writer, CopiesAHeaderUnchangedButForWhatIsSet) {
    auto original = from_hex(message4("350101 0c0141 00 ff"));
    for (std::size_t at = 34; at < 236; ++at) {
        original[at] = static_cast<std::uint8_t>(at);  // behind chaddr, sname, file
    }
    const auto read = parse_dhcp4_message(original);
    ASSERT_TRUE(read) << read.error();
    Message copy;
    Dhcp4Writer writer(copy);
    writer.header_of(*read);
    writer.set_hops(9);
    writer.set_giaddr(*IpAddress::parse("198.51.100.1"));
    writer.options(read->options);
    ASSERT_TRUE(writer.finish());
    original[3] = 9;
    original[24] = 198, original[25] = 51, original[26] = 100, original[27] = 1;
    original.resize(300, 0);
    EXPECT_EQ(copy, original);
}

TEST(Dhcp4Writer, RefusesWhatUdpCannotCarry) {
    Message bytes;
    Dhcp4Writer writer(bytes);
    writer.message(header(), Dhcp4MessageType::kDiscover);
    writer.option(static_cast<Dhcp4OptionCode>(224), Message(65'500, 0));
    const auto finished = writer.finish();
    ASSERT_FALSE(finished);
    EXPECT_NE(finished.error().find("UDP carries 65507"), std::string::npos) << finished.error();
}

}  // namespace
}  // namespace mobility
