// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An anchor node, and peers that say what the test tells them to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/nodes.h"
#include "core/wire.h"
#include "tests/sim/memory_connection.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/unit/core/examples.h"

namespace mobility::example {

class TestClock final : public Clock {
public:
    Moment now() const override { return {instant, 1'700'000'000'000}; }
    Instant instant{std::chrono::hours{9}};
};

/// The other end of a session, in the words of the protocol.
class Peer final : public SessionUser {
public:
    Peer(AnchorNode& node, const Clock& clock, const std::string& certificate,
         const std::string& address = "[2001:db8::1]:50000")
        : link({.names = {{{certificate}, {"anchor.example"}}},
                .addresses = {address, "[2001:db8::2]:4433"}}),
          session(link.end(0), *this, {}, clock.now().now) {
        link.attach(0, session);
        link.attach(1, node.accept(link.end(1)));
    }
    void message(Session&, const control::Message& message) override { heard.push_back(message); }
    void drained(Session&) override {}
    void closed(Session&, const std::string& why) override { reason = why; }

    std::size_t count(control::Message::BodyCase body) const {
        return static_cast<std::size_t>(
            std::count_if(heard.begin(), heard.end(),
                          [&](const auto& each) { return each.body_case() == body; }));
    }

    MemoryLink link;
    Session session;
    std::vector<control::Message> heard;
    std::optional<std::string> reason;
};

class Association : public ::testing::Test {
protected:
    Association() {
        fill(inventory);
        EXPECT_TRUE(node.start());
    }
    static AnchorSettings settings() {
        AnchorSettings made;
        made.prefixes = {prefix("2001:db8:a::/48")};
        return made;
    }
    static control::Associate as_ar(int ar) {
        control::Associate request;
        request.set_version(kControlVersion);
        request.set_identity(ar_name(ar));
        request.set_role(control::ROLE_ACCESS);
        request.set_tunnel_address(wire::bytes(ar_claim(ar).tunnel_address));
        request.add_modes(control::TRANSPORT_IP6TNL);
        request.add_modes(control::TRANSPORT_SEG6);
        return request;
    }
    static control::Associate as_source() {
        control::Associate request;
        request.set_version(kControlVersion);
        request.set_identity("kea1.example");
        request.set_role(control::ROLE_SOURCE);
        request.set_lease_domain(kDomain);
        wire::write(prefix("2001:db8:a::/64"), *request.add_prefixes());
        return request;
    }
    Peer& connect(const std::string& certificate) {
        peers.push_back(std::make_unique<Peer>(node, clock, certificate));
        return *peers.back();
    }
    void run() {
        for (int round = 0; round < 20; ++round) {
            for (auto& peer : peers) peer->link.run();
            while (node.work()) {
            }
        }
    }
    void say(Peer& peer, const control::Associate& request) {
        control::Message message;
        *message.mutable_associate() = request;
        peer.session.send(message);
        run();
    }
    Peer& associated(const control::Associate& request) {
        auto& peer = connect(request.identity());
        say(peer, request);
        EXPECT_FALSE(peer.reason) << *peer.reason;
        EXPECT_EQ(peer.heard.at(0).associate_reply().code(), control::CODE_INSTALLED);
        return peer;
    }
    void expect_refused(const control::Associate& request, std::vector<std::string> named,
                        const std::string& certificate = "",
                        control::Code code = control::CODE_NOT_AUTHORIZED) {
        auto& peer = connect(certificate.empty() ? request.identity() : certificate);
        const auto notices_before = notices.size();
        say(peer, request);
        ASSERT_EQ(peer.heard.size(), 1u) << "it is told why";
        const auto& reply = peer.heard[0].associate_reply();
        EXPECT_EQ(reply.code(), code);
        for (const auto& word : named) {
            EXPECT_NE(reply.text().find(word), std::string::npos) << reply.text();
            EXPECT_NE(notices.at(notices_before).text.find(word), std::string::npos)
                << "and the operator as well";
        }
        EXPECT_STREQ(notices.at(notices_before).id, "ANCHOR_ASSOCIATION_REFUSED");
        EXPECT_TRUE(peer.reason) << "and the session ends";
    }
    control::Message commit(int ar, std::uint64_t number) {
        Attached event;
        event.mn = mn(1);
        event.attachment = attachment(ar, 1);
        event.items = {{1, home(1), Seconds{60}}};
        event.order = {static_cast<std::uint32_t>(number), Milliseconds{0}, clock.instant};
        control::Message message;
        message.set_number(number);
        wire::write(event, clock.instant, *message.mutable_mn_address_setup());
        return message;
    }
    void acknowledge(Peer& ar, const control::Message& setup) {
        control::Message message;
        message.mutable_acknowledgement()->set_number(setup.number());
        for (int i = 0; i < setup.routing_setup().records_size(); ++i) {
            message.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
        }
        ar.session.send(message);
        run();
    }
    void list_nothing(Peer& source) {
        control::Message message;
        message.mutable_full_state_begin();
        source.session.send(message);
        message.mutable_full_state_end();
        source.session.send(message);
        run();
    }
    void report_nothing(Peer& ar) { list_nothing(ar); }

    TestClock clock;
    Inventory inventory;
    MemoryForwarder kernel;
    std::vector<Notice> notices;
    AnchorNode node{settings(),
                    {"anchor.example", address("2001:db8:f::1"), true, "test"},
                    inventory,
                    kernel,
                    clock,
                    {},
                    [this](const Notice& notice) { notices.push_back(notice); }};
    std::vector<std::unique_ptr<Peer>> peers;
};

}  // namespace mobility::example
