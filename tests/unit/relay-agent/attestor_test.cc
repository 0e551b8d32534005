// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a relay tells its route agent must be what a source tells the anchor of the same message.
#include "relay-agent/attestor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/wire.h"
#include "scene.h"

namespace mobility {
namespace {

using Type = Dhcp6MessageType;

const std::string kDuid("\x00\x03\x00\x01\x02\x00\x00\x00\x00\x05", 10);

Message relayed(const Message& message) {
    Message out;
    const auto relay = make_relay();
    EXPECT_EQ(verdict(relay.relay_from_access(from_client(message), out)), "relayed");
    return out;
}

TEST(Attestor, ReadsWhatAServerReadsInItsOwnRelayForward) {
    const auto exchange = exchange_in(relayed(client_message(Type::kConfirm)));
    ASSERT_TRUE(exchange);
    EXPECT_EQ(exchange->mn.bytes, kDuid);
    EXPECT_EQ(exchange->attachment.link_address, kLink1);
    EXPECT_EQ(exchange->attachment.interface_id, "wlan0");
    EXPECT_EQ(exchange->attachment.link_layer.bytes, std::string(kMac.begin(), kMac.end()));
    EXPECT_EQ(exchange->attachment.link_local, kClient);
    EXPECT_EQ(exchange->order.transaction, 0xabcdefu);
    EXPECT_EQ(exchange->order.elapsed, Milliseconds{0}) << "no Elapsed Time counts as 0";
}

TEST(Attestor, TheElapsedTimeCountsAndIsCappedAtAMinute) {
    for (const auto& [said, expected] : {std::pair{1500, 1500}, {655'350, 60'000}}) {
        Message message;
        Dhcp6Writer writer(message);
        writer.message(Type::kRebind, 0xabcdef);
        writer.client_id(Message(kDuid.begin(), kDuid.end()));
        writer.elapsed_time(Milliseconds{said});
        const auto exchange = exchange_in(relayed(message));
        ASSERT_TRUE(exchange);
        EXPECT_EQ(exchange->order.elapsed, Milliseconds{expected});
    }
}

TEST(Attestor, OfSeveralRelaysTheInnermostWithAGlobalLinkAddressCounts) {
    const auto lower = relay_message(Type::kRelayForward, 0, ip("2001:db8:77::1"), ip("fe80::77"),
                                     client_message(Type::kSolicit),
                                     [](Dhcp6Writer& writer) { writer.interface_id("port 7"); });
    const auto whole = relay_message(Type::kRelayForward, 1, kLink1, ip("2001:db8:77::1"), lower,
                                     [](Dhcp6Writer& writer) { writer.interface_id("wlan0"); });
    auto exchange = exchange_in(whole);
    ASSERT_TRUE(exchange);
    EXPECT_EQ(exchange->attachment.link_address, ip("2001:db8:77::1"));
    EXPECT_EQ(exchange->attachment.interface_id, "port 7");
    EXPECT_EQ(exchange->attachment.link_local, ip("fe80::77"));

    const auto layer2 = relay_message(Type::kRelayForward, 0, IpAddress(), ip("fe80::77"),
                                      client_message(Type::kSolicit));
    exchange =
        exchange_in(relay_message(Type::kRelayForward, 1, kLink1, ip("fe80::78"), layer2,
                                  [](Dhcp6Writer& writer) { writer.interface_id("wlan0"); }));
    ASSERT_TRUE(exchange);
    EXPECT_EQ(exchange->attachment.link_address, kLink1);
    EXPECT_EQ(exchange->attachment.interface_id, "wlan0");
    EXPECT_EQ(exchange->attachment.link_local, ip("fe80::77"));
}

TEST(Attestor, WhatSaysNothingOfMobilityIsNotAttested) {
    Message anonymous;
    Dhcp6Writer(anonymous).message(Type::kInformationRequest, 1);
    EXPECT_FALSE(exchange_in(relayed(anonymous)));
    EXPECT_FALSE(exchange_in(relay_message(Type::kRelayForward, 0, IpAddress(), kClient,
                                           client_message(Type::kSolicit))));
    EXPECT_FALSE(exchange_in(Message{12}));
    EXPECT_FALSE(exchange_in(Message{}));
}

TEST(Attestor, OneDatagramGoesToTheRouteAgentAndAnAbsentOneIsNotWaitedFor) {
    const auto path = "/tmp/attestor-test-" + std::to_string(::getpid()) + ".sock";
    auto opened = Attestor::open(path);
    ASSERT_TRUE(opened) << opened.error();
    auto& attestor = *opened;
    const auto forward = relayed(client_message(Type::kConfirm));
    EXPECT_FALSE(attestor->attest(forward)) << "nobody is there";

    const Descriptor agent(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(::bind(agent.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(attestor->attest(forward));
    std::string datagram(4096, '\0');
    const auto size = ::recv(agent.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
    ASSERT_GT(size, 0);
    datagram.resize(static_cast<std::size_t>(size));
    const auto exchange = wire::decode_relayed_exchange(datagram);
    ASSERT_TRUE(exchange) << exchange.error();
    EXPECT_EQ(exchange->mn.bytes, kDuid);
    EXPECT_EQ(exchange->attachment.link_address, kLink1);
    bool full = false;
    for (int i = 0; i < 10'000 && !full; ++i) full = !attestor->attest(forward);
    EXPECT_TRUE(full) << "a full queue is no reason to wait";
    ::unlink(path.c_str());
}

TEST(Attestor, WithoutAPathThereIsNone) {
    const auto none = Attestor::open("");
    ASSERT_TRUE(none) << none.error();
    EXPECT_FALSE(*none);
}

TEST(Attestor, APathThatNoSocketCanHaveIsNamed) {
    const auto refused = Attestor::open("/" + std::string(200, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("attestation-socket"), std::string::npos);
}

TEST(RelayedExchangeOnTheWire, RubbishIsNamed) {
    EXPECT_FALSE(wire::decode_relayed_exchange("\xff\xff"));
    EXPECT_FALSE(wire::decode_relayed_exchange(""));
}

}  // namespace
}  // namespace mobility
