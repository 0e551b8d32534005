// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An access link over frames in memory.
#include "dhcp-player/access_link.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>

#include "dhcp-player/mutation.h"
#include "dhcp-player/neighbour.h"
#include "dhcp-player/question.h"

namespace mobility::player {
namespace {

const IpAddress kAddress = *IpAddress::parse("2001:db8:d000::1");
const IpAddress kAr = *IpAddress::parse("fe80::200:5eff:fe00:5213");
const MacAddress kArMac = *MacAddress::parse("00:00:5e:00:52:13");
const Instant kNow{std::chrono::seconds(5)};

class MemoryDevice : public FrameDevice {
public:
    int fd() const override { return -1; }
    std::vector<std::uint8_t>& next_frame() override { return queued.emplace_back(); }
    Result<void> flush() override {
        if (broken) {
            queued.clear();
            return Error{"the cable is out"};
        }
        for (auto& frame : queued) {
            sent.push_back(std::move(frame));
        }
        queued.clear();
        return {};
    }
    std::size_t receive(const std::function<void(const ReceivedFrame&)>& take) override {
        const auto frames = std::exchange(arriving, {});
        for (const auto& frame : frames) {
            take({.bytes = frame, .checksum_is_set = true, .at = kNow});
        }
        return frames.size();
    }

    std::deque<std::vector<std::uint8_t>> queued;
    std::vector<std::vector<std::uint8_t>> sent;
    std::vector<std::vector<std::uint8_t>> arriving;
    bool broken = false;
};

/// MN 1 is here and holds kAddress.
class OneInhabitant : public Inhabitants {
public:
    bool heard(const Heard& heard) override {
        messages.emplace_back(heard.message.begin(), heard.message.end());
        to = heard.to;
        return wanted;
    }
    std::optional<MacAddress> resolve(const Link&, const IpAddress& address) const override {
        const bool mine = address == kAddress || address == identity_of(1).link_local;
        return mine ? std::optional(identity_of(1).mac) : std::nullopt;
    }
    bool packet_arrived(const Link&, const MacAddress& mac, const IpAddress& address,
                        Instant at) override {
        ++packets;
        arrived = at;
        return mac == identity_of(1).mac && address == kAddress;
    }

    std::vector<std::vector<std::uint8_t>> messages;
    std::optional<IpAddress> to;
    bool wanted = true;
    int packets = 0;
    Instant arrived;
};

class AccessLinkTest : public testing::Test {
protected:
    AccessLinkTest() {
        auto device = std::make_unique<MemoryDevice>();
        device_ = device.get();
        link_ = std::make_unique<AccessLink>("ar1", std::move(device));
    }

    void arrive(std::vector<std::uint8_t> frame) {
        device_->arriving.push_back(std::move(frame));
        EXPECT_EQ(link_->receive(inhabitant_), 1U);
        link_->flush();
    }

    Ends to_mn(const IpAddress& address) const {
        return {.from_mac = kArMac, .to_mac = identity_of(1).mac, .from = kAr, .to = address};
    }

    std::vector<std::uint8_t> udp(const IpAddress& to, std::uint16_t port) const {
        std::vector<std::uint8_t> frame;
        write_udp_frame(to_mn(to), 547, port, std::vector<std::uint8_t>{7, 0, 0, 1}, frame);
        return frame;
    }

    MemoryDevice* device_;
    std::unique_ptr<AccessLink> link_;
    OneInhabitant inhabitant_;
};

TEST_F(AccessLinkTest, AnMnSpeaksFromItsOwnMacAndLinkLocalAddressToAllRelayAgents) {
    const Identity mn = identity_of(1);
    const std::vector<std::uint8_t> message{4, 0, 0, 1};
    ASSERT_TRUE(link_->say({mn, message}));
    EXPECT_TRUE(device_->sent.empty());
    link_->flush();
    ASSERT_EQ(device_->sent.size(), 1U);
    const auto packet = parse_frame(device_->sent[0]);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->ends.from_mac, mn.mac);
    EXPECT_EQ(packet->ends.from, mn.link_local);
    EXPECT_EQ(packet->ends.to.text(), "ff02::1:2");
    EXPECT_EQ(packet->ends.to_mac.text(), "33:33:00:01:00:02");
    const auto datagram = parse_udp(*packet, true);
    ASSERT_TRUE(datagram);
    EXPECT_EQ(datagram->from_port, 546);
    EXPECT_EQ(datagram->to_port, 547);
}

TEST_F(AccessLinkTest, AReplyIsHeardWithTheAddressThatItWasSentTo) {
    arrive(udp(identity_of(1).link_local, 546));
    ASSERT_EQ(inhabitant_.messages.size(), 1U);
    EXPECT_EQ(inhabitant_.to, identity_of(1).link_local);
    EXPECT_EQ(link_->counters().heard, 1U);
    EXPECT_EQ(link_->counters().unmatched, 0U);
    inhabitant_.wanted = false;
    arrive(udp(identity_of(1).link_local, 546));
    EXPECT_EQ(link_->counters().unmatched, 1U);
}

TEST_F(AccessLinkTest, OtherPortsAndMulticastAreNotForClients) {
    arrive(udp(identity_of(1).link_local, 547));
    arrive(udp(*IpAddress::parse("ff02::1:2"), 546));
    EXPECT_TRUE(inhabitant_.messages.empty());
}

TEST_F(AccessLinkTest, ASpoiledReplyIsCountedWithItsReason) {
    auto frame = udp(identity_of(1).link_local, 546);
    frame.back() ^= 1;
    arrive(frame);
    EXPECT_TRUE(inhabitant_.messages.empty());
    EXPECT_EQ(link_->counters().malformed, 1U);
    EXPECT_EQ(link_->counters().latest_failure, "wrong UDP checksum");
}

TEST_F(AccessLinkTest, ANeighbourSolicitationIsAnsweredForWhoIsHereOnly) {
    for (const char* const target : {"2001:db8:d000::1", "2001:db8:d000::2"}) {
        std::vector<std::uint8_t> message{135, 0, 0, 0, 0, 0, 0, 0};
        const auto bytes = *IpAddress::parse(target);
        message.insert(message.end(), bytes.bytes().begin(), bytes.bytes().end());
        std::vector<std::uint8_t> frame;
        write_icmp6_frame(to_mn(*IpAddress::parse("ff02::1:ff00:1")), message, frame);
        arrive(frame);
    }
    ASSERT_EQ(device_->sent.size(), 1U);
    const auto packet = parse_frame(device_->sent[0]);
    EXPECT_EQ(packet->payload[0], 136);
    EXPECT_EQ(packet->ends.from, kAddress);
    EXPECT_EQ(link_->counters().resolved, 1U);
}

TEST_F(AccessLinkTest, PacketsForLeasedAddressesAreReportedAndEchoIsAnswered) {
    arrive(udp(kAddress, 5001));
    EXPECT_EQ(inhabitant_.packets, 1);
    EXPECT_EQ(inhabitant_.arrived, kNow);
    EXPECT_TRUE(device_->sent.empty());
    std::vector<std::uint8_t> echo;
    write_icmp6_frame(to_mn(kAddress), std::vector<std::uint8_t>{128, 0, 0, 0, 0, 1, 0, 1}, echo);
    arrive(echo);
    EXPECT_EQ(inhabitant_.packets, 2);
    ASSERT_EQ(device_->sent.size(), 1U);
    EXPECT_EQ(parse_frame(device_->sent[0])->payload[0], 129);
}

TEST_F(AccessLinkTest, AnEchoRequestForAnotherAddressIsNotAnswered) {
    std::vector<std::uint8_t> echo;
    write_icmp6_frame(to_mn(*IpAddress::parse("2001:db8:d000::2")),
                      std::vector<std::uint8_t>{128, 0, 0, 0, 0, 1, 0, 1}, echo);
    arrive(echo);
    EXPECT_TRUE(device_->sent.empty());
}

TEST_F(AccessLinkTest, SpoilsOnlyWhatAClientWrites) {
    const Identity mn = identity_of(1);
    const std::vector<std::uint8_t> message{4, 0, 0, 1, 0, 8, 0, 2, 0, 0};
    const auto refused = link_->say({mn, message, find_mutation("hop-count-8")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(),
              "mutation hop-count-8 spoils what a relay agent writes; expected a relay link");
    ASSERT_TRUE(link_->say({mn, message, find_mutation("client-header-only")}));
    link_->flush();
    ASSERT_EQ(device_->sent.size(), 1U);
    EXPECT_EQ(parse_udp(*parse_frame(device_->sent[0]), true)->data.size(), 4U);
}

TEST_F(AccessLinkTest, WhatTheKernelRefusesIsCountedWithItsReason) {
    device_->broken = true;
    const Identity mn = identity_of(1);
    const std::vector<std::uint8_t> message{4, 0, 0, 1};
    ASSERT_TRUE(link_->say({mn, message}));
    link_->flush();
    EXPECT_EQ(link_->counters().send_failures, 1U);
    EXPECT_EQ(link_->counters().latest_failure, "the cable is out");
}

}  // namespace
}  // namespace mobility::player
