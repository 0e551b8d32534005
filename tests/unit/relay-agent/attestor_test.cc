// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a relay tells its route agent must be what a source tells the anchor of the same message.
#include "relay-agent/attestor.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

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

class AttestorToAgent : public ::testing::Test {
protected:
    AttestorToAgent() {
        auto opened = Attestor::open(path_);
        if (opened) attestor = *opened;
    }
    ~AttestorToAgent() override { ::unlink(path_.c_str()); }

    /// A route agent that reads when it is asked to.
    void start_agent() {
        ::unlink(path_.c_str());
        agent_.emplace(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, path_.size());
        ASSERT_EQ(::bind(agent_->get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    void stop_agent() { agent_.reset(); }
    std::optional<RelayedExchange> next() {
        std::string datagram(4096, '\0');
        const auto size = ::recv(agent_->get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
        if (size <= 0) return std::nullopt;
        datagram.resize(static_cast<std::size_t>(size));
        const auto exchange = wire::decode_relayed_exchange(datagram);
        EXPECT_TRUE(exchange) << exchange.error();
        return *exchange;
    }
    /// All that it can be told now, by transaction.
    std::vector<std::uint32_t> read_all() {
        std::vector<std::uint32_t> transactions;
        for (bool more = true; more;) {
            more = false;
            while (const auto exchange = next()) {
                transactions.push_back(exchange->order.transaction);
                more = true;
            }
            attestor->tell(now);
        }
        return transactions;
    }
    static RelayedExchange exchange(std::uint32_t transaction) {
        RelayedExchange made;
        made.mn.bytes = kDuid;
        made.attachment.link_address = kLink1;
        made.order.transaction = transaction;
        return made;
    }

    std::shared_ptr<Attestor> attestor;
    Instant now{std::chrono::hours{1}};

private:
    const std::string path_ = "/tmp/attestor-test-" + std::to_string(::getpid()) + ".sock";
    std::optional<Descriptor> agent_;
};

TEST_F(AttestorToAgent, OneDatagramGoesToTheRouteAgent) {
    start_agent();
    EXPECT_TRUE(attestor->attest(relayed(client_message(Type::kConfirm)), now));
    const auto told = next();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->mn.bytes, kDuid);
    EXPECT_EQ(told->attachment.link_address, kLink1);
    EXPECT_EQ(attestor->waiting(), 0u);
}

TEST_F(AttestorToAgent, ABusyOneHearsAllInOrderOnceItReads) {
    start_agent();
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < 3'000; ++i) {
        EXPECT_TRUE(attestor->attest(exchange(i), now)) << "it is there, and nothing is lost";
        all.push_back(i);
    }
    EXPECT_GT(attestor->waiting(), 1'000u);
    EXPECT_TRUE(attestor->busy());
    EXPECT_EQ(read_all(), all);
    EXPECT_EQ(attestor->waiting(), 0u);
    EXPECT_FALSE(attestor->busy());
}

TEST_F(AttestorToAgent, WhileItIsBusyEpollSeesThatItReadsAgain) {
    start_agent();
    while (!attestor->busy()) attestor->attest(exchange(1), now);
    const Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{EPOLLOUT, {}};
    ASSERT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, attestor->descriptor(), &event), 0);
    EXPECT_EQ(::epoll_wait(epoll.get(), &event, 1, 0), 0);
    next();
    EXPECT_EQ(::epoll_wait(epoll.get(), &event, 1, 1'000), 1);
}

TEST_F(AttestorToAgent, OneThatComesLateOrIsRestartedHearsWhatWasRelayedMeanwhile) {
    EXPECT_FALSE(attestor->attest(exchange(1), now)) << "nobody is there, and nobody is waited for";
    EXPECT_FALSE(attestor->busy());
    start_agent();
    EXPECT_TRUE(attestor->tell(now));
    EXPECT_EQ(read_all(), std::vector<std::uint32_t>{1});
    stop_agent();
    EXPECT_FALSE(attestor->attest(exchange(2), now));
    start_agent();
    EXPECT_TRUE(attestor->attest(exchange(3), now));
    EXPECT_EQ(read_all(), (std::vector<std::uint32_t>{2, 3}));
}

TEST_F(AttestorToAgent, WhatIsTooOldIsGivenUp) {
    attestor->attest(exchange(1), now);
    now += Attestor::kLongest;
    attestor->attest(exchange(2), now);
    now += Milliseconds{1};
    start_agent();
    EXPECT_FALSE(attestor->tell(now));
    EXPECT_EQ(read_all(), std::vector<std::uint32_t>{2});
}

TEST_F(AttestorToAgent, OfTooManyTheOldestAreGivenUp) {
    for (std::uint32_t i = 0; i <= Attestor::kMost; ++i) attestor->attest(exchange(i), now);
    EXPECT_EQ(attestor->waiting(), Attestor::kMost);
    auto large = exchange(1);
    large.attachment.interface_id = std::string(Attestor::kMostOctets / 2, 'x');
    for (int i = 0; i < 2; ++i) attestor->attest(large, now);
    EXPECT_EQ(attestor->waiting(), 1u);
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
