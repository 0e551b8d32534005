// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dialers and Listeners that are destroyed at the worst moment: nobody is called afterwards, and
// (under the sanitizers) nothing is touched that is gone.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/hostile_peer.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

class LifetimeTest : public ::testing::Test {
protected:
    std::size_t calls_to_access() const {
        return static_cast<std::size_t>(pair.dialed.connections) + pair.dialed.failures.size() +
               pair.dialed.user.reasons.size() + pair.dialed.user.text.size() +
               static_cast<std::size_t>(pair.dialed.user.drains);
    }
    std::size_t calls_to_anchor() const {
        std::size_t calls = pair.accepted.users.size() + pair.accepted.refusals.size();
        for (const auto& user : pair.accepted.users) {
            calls +=
                user->reasons.size() + user->text.size() + static_cast<std::size_t>(user->drains);
        }
        return calls;
    }
    /// To be called from inside one of the Dialer's calls.
    void end_dialer() {
        if (!pair.dialer) return;
        // Still usable until the call returns, as it is when the peer has just gone.
        if (Connection* connection = pair.dialed.user.connection) {
            pair.dialer.reset();
            connection->send("too late");
            connection->close("too late");
        } else {
            pair.dialer.reset();
        }
        calls_at_end_ = calls_to_access();
    }
    void end_listener() {
        if (!pair.listener) return;
        pair.listener.reset();
        calls_at_end_ = calls_to_anchor();
    }
    void expect_dialer_silent() {
        ASSERT_TRUE(pair.run_until([this] { return pair.dialer == nullptr; }));
        pair.run_for(Milliseconds(60));
        EXPECT_EQ(calls_to_access(), calls_at_end_);
    }
    void expect_listener_silent() {
        ASSERT_TRUE(pair.run_until([this] { return pair.listener == nullptr; }));
        pair.run_for(Milliseconds(60));
        EXPECT_EQ(calls_to_anchor(), calls_at_end_);
    }

    Certificates certificates;
    TlsPair pair{certificates.identity("DNS:anchor.example"),
                 certificates.identity("DNS:ar1.example")};
    std::size_t calls_at_end_ = 0;
};

TEST_F(LifetimeTest, DialerEndsInConnected) {
    pair.dialed.on_connected = [this] { end_dialer(); };
    pair.dial();
    expect_dialer_silent();
}

TEST_F(LifetimeTest, DialerEndsInReceived) {
    ASSERT_TRUE(pair.connect());
    pair.access().on_received = [this] { end_dialer(); };
    pair.anchor().connection->send(std::string(1'000'000, 'x'));
    expect_dialer_silent();
}

TEST_F(LifetimeTest, DialerEndsInDrained) {
    ASSERT_TRUE(pair.connect());
    pair.access().on_drained = [this] { end_dialer(); };
    pair.access().connection->send(std::string(1'000'000, 'x'));
    expect_dialer_silent();
}

TEST_F(LifetimeTest, DialerEndsInClosed) {
    ASSERT_TRUE(pair.connect());
    pair.access().on_closed = [this] { end_dialer(); };
    pair.anchor().connection->close("enough");
    expect_dialer_silent();
}

TEST_F(LifetimeTest, DialerEndsInDialFailed) {
    DialerSettings settings = pair.to_listener();
    pair.listener.reset();
    pair.dialed.on_failed = [this] { end_dialer(); };
    pair.dial(settings);
    expect_dialer_silent();
}

TEST_F(LifetimeTest, DialerEndsAfterEveryNumberOfTurns) {
    for (int turns = 0; turns < 40; ++turns) {
        pair.dialed.connections = 0;
        pair.dialed.user.text.clear();
        pair.dialed.on_connected = [this] { pair.access().connection->send("hello"); };
        pair.accepted.on_accepted = [this] { pair.anchor().connection->send("welcome"); };
        pair.dial();
        for (int i = 0; i < turns; ++i) {
            pair.anchor_io.restart();
            pair.access_io.restart();
            pair.access_io.run_one_for(Milliseconds(1));
            pair.anchor_io.run_one_for(Milliseconds(1));
        }
        pair.dialer.reset();
        const std::size_t calls = calls_to_access();
        ASSERT_TRUE(pair.run_until([this] {
            const auto counters = pair.listener->counters();
            return counters.handshakes + counters.connections == 0;
        }));
        EXPECT_EQ(calls_to_access(), calls);
    }
}

TEST_F(LifetimeTest, ListenerEndsInAccepted) {
    pair.accepted.on_accepted = [this] { end_listener(); };
    pair.dial();
    expect_listener_silent();
}

TEST_F(LifetimeTest, ListenerEndsInReceived) {
    ASSERT_TRUE(pair.connect());
    pair.anchor().on_received = [this] { end_listener(); };
    pair.access().connection->send(std::string(1'000'000, 'x'));
    expect_listener_silent();
}

TEST_F(LifetimeTest, ListenerEndsInClosed) {
    ASSERT_TRUE(pair.connect());
    pair.anchor().on_closed = [this] { end_listener(); };
    pair.access().connection->close("enough");
    expect_listener_silent();
}

TEST_F(LifetimeTest, ListenerEndsInRefusedWithOthersInProgress) {
    std::vector<std::unique_ptr<BarePeer>> silent;
    for (int i = 0; i < 10; ++i) {
        silent.push_back(std::make_unique<BarePeer>(pair.listener->address()));
    }
    ASSERT_TRUE(pair.run_until([this] { return pair.listener->counters().handshakes == 10; }));
    pair.accepted.on_refused = [this] { end_listener(); };
    silent.front()->send("not TLS at all");
    expect_listener_silent();
    for (const auto& peer : silent) {
        peer->receive();
        EXPECT_TRUE(peer->over);
    }
}

TEST_F(LifetimeTest, ADialerHearsThatTheListenerIsGone) {
    ASSERT_TRUE(pair.connect());
    pair.listener.reset();
    ASSERT_TRUE(pair.run_until([this] { return !pair.access().reasons.empty(); }));
    EXPECT_EQ(pair.access().reasons.front(), "closed by the peer");
}

TEST_F(LifetimeTest, TheIoContextMayEndWithHandlersInside) {
    for (int turns = 0; turns < 30; ++turns) {
        auto io = std::make_unique<boost::asio::io_context>(1);
        ListenRecorder accepted;
        DialRecorder dialed;
        ListenerSettings settings;
        settings.address = any_port();
        auto listener = std::make_unique<Listener>(*io, certificates.identity("DNS:anchor.example"),
                                                   settings, accepted);
        DialerSettings to;
        to.peer = listener->address();
        to.expected_name = "anchor.example";
        auto dialer = std::make_unique<Dialer>(*io, pair.access_identity, to, dialed);
        dialer->start();
        dialed.on_connected = [&] { dialed.user.connection->send(std::string(100'000, 'x')); };
        for (int i = 0; i < turns; ++i) io->run_one_for(Milliseconds(1));
        dialer.reset();
        listener.reset();
        io.reset();
    }
}

TEST_F(LifetimeTest, AnIdentityMayEndBeforeItsConnections) {
    ASSERT_TRUE(pair.connect());
    pair.access_identity = certificates.identity("DNS:other.example");
    pair.listener->use(pair.access_identity);
    pair.dialer->use(pair.access_identity);
    pair.access().connection->send("hello");
    EXPECT_TRUE(pair.run_until([this] { return pair.anchor().text == "hello"; }));
}

TEST_F(LifetimeTest, MadeOnOneThreadAndRunByAnother) {
    pair.dialer = std::make_unique<Dialer>(pair.access_io, pair.access_identity, pair.to_listener(),
                                           pair.dialed);
    pair.dialer->start();
    pair.dialed.on_connected = [this] { pair.access().connection->send("hello"); };
    pair.accepted.on_accepted = [this] { pair.anchor().connection->send("welcome"); };
    std::atomic<bool> answered = false;
    std::atomic<bool> asked = false;
    const auto both = [&] { return answered && asked; };
    std::thread access([&] {
        run_until(pair.access_io, [&] {
            answered = pair.access().text == "welcome";
            return both();
        });
    });
    std::thread anchor([&] {
        run_until(pair.anchor_io, [&] {
            asked = !pair.accepted.users.empty() && pair.anchor().text == "hello";
            return both();
        });
    });
    access.join();
    anchor.join();
    EXPECT_TRUE(answered);
    EXPECT_TRUE(asked);
}

}  // namespace
}  // namespace mobility::testing
