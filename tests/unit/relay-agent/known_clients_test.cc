// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// KnownClients, and the packets that are written for them.
#include "relay-agent/known_clients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "relay-agent/udp6_packet.h"

namespace mobility {
namespace {

const IpAddress kClient = *IpAddress::parse("fe80::17");
const std::array<std::uint8_t, 6> kMac{2, 0, 0, 0, 0, 0x17};
const std::array<std::uint8_t, 6> kOtherMac{2, 0, 0, 0, 0, 0x18};
constexpr Instant kStart{std::chrono::hours(1)};

std::string text(const std::array<std::uint8_t, 6>& mac) { return {mac.begin(), mac.end()}; }

TEST(KnownClients, remember_the_newest_link_layer_address_on_each_link) {
    KnownClients clients;
    clients.learn(0, kClient, kMac, kStart);
    clients.learn(1, kClient, kOtherMac, kStart);
    ASSERT_NE(clients.find(0, kClient), nullptr);
    EXPECT_EQ(*clients.find(0, kClient), text(kMac));
    EXPECT_EQ(*clients.find(1, kClient), text(kOtherMac));
    clients.learn(0, kClient, kOtherMac, kStart);
    EXPECT_EQ(*clients.find(0, kClient), text(kOtherMac));
    EXPECT_EQ(clients.find(2, kClient), nullptr);
}

TEST(KnownClients, are_remembered_for_one_lifetime_and_forgotten_after_two) {
    KnownClients clients;
    const auto other = *IpAddress::parse("fe80::1");
    clients.learn(0, kClient, kMac, kStart);
    clients.learn(0, other, kMac, kStart + KnownClients::kLifetime);
    EXPECT_NE(clients.find(0, kClient), nullptr);
    clients.learn(0, other, kMac, kStart + 2 * KnownClients::kLifetime);
    EXPECT_EQ(clients.find(0, kClient), nullptr);
    EXPECT_NE(clients.find(0, other), nullptr);
}

TEST(KnownClients, take_no_more_room_than_two_generations) {
    KnownClients clients;
    std::array<std::uint8_t, 16> bytes{0xfe, 0x80};
    std::size_t known = 0;
    constexpr std::size_t kFlood = 3 * KnownClients::kMost;
    const auto client = [&](std::size_t number) {
        bytes[13] = static_cast<std::uint8_t>(number >> 16);
        bytes[14] = static_cast<std::uint8_t>(number >> 8);
        bytes[15] = static_cast<std::uint8_t>(number);
        return *IpAddress::from_bytes(bytes);
    };
    for (std::size_t i = 0; i < kFlood; ++i) clients.learn(0, client(i), kMac, kStart);
    for (std::size_t i = 0; i < kFlood; ++i) known += clients.find(0, client(i)) != nullptr;
    EXPECT_EQ(known, 2 * KnownClients::kMost);
    EXPECT_NE(clients.find(0, client(kFlood - 1)), nullptr);
}

TEST(KnownClients, get_packets_that_our_own_checks_accept) {
    const auto source = *IpAddress::parse("fe80::200:5eff:fe00:5213");
    for (const std::size_t size : {0u, 1u, 2u, 333u, 1232u}) {
        std::vector<std::uint8_t> payload(size, 0xa5), packet{1, 2, 3};
        write_udp6_packet(source, 547, kClient, 546, payload, packet);
        const auto parsed = parse_udp6_packet(packet);
        ASSERT_TRUE(parsed) << parsed.error();
        EXPECT_TRUE(udp6_checksum_is_right(*parsed)) << size;
        EXPECT_EQ(parsed->source, source);
        EXPECT_EQ(parsed->destination, kClient);
        EXPECT_EQ(parsed->source_port, 547);
        EXPECT_EQ(parsed->destination_port, 546);
        EXPECT_TRUE(std::ranges::equal(parsed->payload, payload));
    }
}

}  // namespace
}  // namespace mobility
