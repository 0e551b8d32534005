// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Dialer: whom it believes, what it says when there is no connection, when it tries again.
#include "transport/dialer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/loop.h"
#include "transport/backoff.h"

namespace mobility::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DialerTest : public ::testing::Test {
protected:
    /// Dials a listener that shows `anchor`; returns the first failure.
    std::string failure_with(const TlsIdentity& anchor) {
        TlsPair there(anchor, certificates.identity("DNS:ar1.example"));
        there.dial();
        EXPECT_TRUE(there.run_until([&] { return !there.dialed.failures.empty(); }));
        EXPECT_EQ(there.dialed.connections, 0);
        if (there.dialed.failures.empty()) return "none";
        const std::string text = there.dialed.failures.front();
        const std::string peer = there.listener->address().text() + ": ";
        EXPECT_THAT(text, StartsWith(peer));
        return text.substr(peer.size());
    }

    Certificates certificates;
    TlsPair pair{certificates.identity("DNS:anchor.example,URI:urn:example:anchor"),
                 certificates.identity("DNS:ar1.example")};
};

TEST_F(DialerTest, ConnectsAndBothSidesKnowWhoTheOtherIs) {
    ASSERT_TRUE(pair.connect());
    EXPECT_EQ(pair.access().connection->peer_names(),
              (std::vector<std::string>{"anchor.example", "urn:example:anchor"}));
    EXPECT_EQ(pair.anchor().connection->peer_names(), std::vector<std::string>{"ar1.example"});
    EXPECT_EQ(pair.access().connection->peer_address(), pair.listener->address().text());
}

TEST_F(DialerTest, ExpectsADnsNameInAnyCaseOrAUriExactly) {
    for (const char* name : {"ANCHOR.example", "urn:example:anchor"}) {
        DialerSettings settings = pair.to_listener();
        settings.expected_name = name;
        pair.dialed.connections = 0;
        pair.dial(settings);
        EXPECT_TRUE(pair.run_until([&] { return pair.dialed.connections == 1; })) << name;
    }
    DialerSettings settings = pair.to_listener();
    settings.expected_name = "URN:example:anchor";
    pair.dial(settings);
    EXPECT_TRUE(pair.run_until([&] { return !pair.dialed.failures.empty(); }));
}

TEST_F(DialerTest, SaysForWhomTheCertificateIsThatItDidNotExpect) {
    EXPECT_EQ(failure_with(certificates.identity("DNS:ar9.example,DNS:other.example")),
              "certificate is for ar9.example, other.example, expected anchor.example");
}

TEST_F(DialerTest, NeverLooksAtTheCommonNameAndTakesNoWildcard) {
    EXPECT_EQ(failure_with(
                  certificates.issued({.names = "DNS:*.example", .common_name = "anchor.example"})),
              "certificate is for *.example, expected anchor.example");
}

TEST_F(DialerTest, RefusesForeignExpiredAndFutureCertificates) {
    const auto foreign = certificates.foreign.issue({.names = "DNS:anchor.example"});
    EXPECT_THAT(failure_with(Certificates::load(certificates.files(foreign, certificates.domain))),
                StartsWith("certificate of anchor.example: unable to get local issuer"));
    EXPECT_THAT(failure_with(certificates.issued({.names = "DNS:anchor.example", .ends_in = -60})),
                StartsWith("certificate of anchor.example: expired on 20"));
    EXPECT_THAT(
        failure_with(certificates.issued({.names = "DNS:anchor.example", .starts_in = 600})),
        StartsWith("certificate of anchor.example: is not valid before 20"));
    EXPECT_EQ(
        failure_with(certificates.issued({.names = "DNS:anchor.example", .usages = "clientAuth"})),
        "certificate of anchor.example: unsuitable certificate purpose");
}

TEST_F(DialerTest, TellsTheUserWhenThePeerRefusesOurCertificate) {
    const auto foreign = certificates.foreign.issue({.names = "DNS:ar1.example"});
    pair.access_identity = Certificates::load(certificates.files(foreign, certificates.domain));
    // Also when something is on its way already, which the peer's kernel answers with a reset.
    pair.dialed.on_connected = [&] { pair.dialed.user.connection->send(std::string(100, 'x')); };
    pair.dial();
    ASSERT_TRUE(pair.run_until([&] { return pair.access().reasons.size() >= 3; }));
    for (const std::string& reason : pair.access().reasons) {
        EXPECT_EQ(reason, "the peer refuses us: unknown CA");
    }
    EXPECT_TRUE(pair.accepted.users.empty());
}

TEST_F(DialerTest, BacksOffFromAPeerThatAcceptsTcpButNotUs) {
    const auto foreign = certificates.foreign.issue({.names = "DNS:ar1.example"});
    pair.access_identity = Certificates::load(certificates.files(foreign, certificates.domain));
    DialerSettings settings = pair.to_listener();
    settings.backoff_first = Milliseconds(20);
    settings.backoff_last = Milliseconds(60'000);
    const auto start = std::chrono::steady_clock::now();
    pair.dial(settings);
    ASSERT_TRUE(pair.run_until([&] { return pair.access().reasons.size() == 6; }));
    // 10 + 20 + 40 + 80 + 160 ms at the least.
    EXPECT_GE(std::chrono::steady_clock::now() - start, Milliseconds(310));
}

/// It refuses us in its own words, or somebody else with our name displaces us.
TEST_F(DialerTest, BacksOffFromAPeerThatSpeaksAndHangsUp) {
    DialerSettings settings = pair.to_listener();
    settings.backoff_first = Milliseconds(20);
    settings.backoff_last = Milliseconds(60'000);
    pair.accepted.on_accepted = [&] {
        pair.anchor().connection->send("we do not know you");
        pair.anchor().connection->close("refused");
    };
    const auto start = std::chrono::steady_clock::now();
    pair.dial(settings);
    ASSERT_TRUE(pair.run_until([&] { return pair.access().reasons.size() == 6; }));
    // 10 + 20 + 40 + 80 + 160 ms at the least.
    EXPECT_GE(std::chrono::steady_clock::now() - start, Milliseconds(310));
    EXPECT_NE(pair.access().text.find("we do not know you"), std::string::npos);
}

/// The anchor was killed, or the network cut, again and again: its ARs are back at once.
TEST_F(DialerTest, StartsItsBackoffAgainAfterAConnectionThatBroke) {
    DialerSettings settings = pair.to_listener();
    settings.backoff_first = Milliseconds(10);
    settings.backoff_last = Milliseconds(60'000);
    ListenerSettings same;
    same.address = settings.peer;
    pair.accepted.on_accepted = [&] { pair.anchor().connection->send("welcome"); };
    const auto anchor = certificates.identity("DNS:anchor.example");
    pair.dial(settings);
    // 13 pauses that doubled would take 40 s at the least.
    for (int times = 1; times <= 14; ++times) {
        ASSERT_TRUE(pair.run_until([&] { return pair.access().text == "welcome"; }));
        pair.access().text.clear();
        pair.anchor().connection->send("unfinished");  // so that it does not say good-bye
        pair.listener.reset();
        pair.listener = std::make_unique<Listener>(pair.anchor_io, anchor, same, pair.accepted);
    }
    EXPECT_EQ(pair.access().reasons.front(), "cut off by the peer");
}

TEST_F(DialerTest, StartsItsBackoffAgainAfterAConnectionThatHasLasted) {
    DialerSettings settings = pair.to_listener();
    settings.backoff_first = Milliseconds(10);
    settings.backoff_last = Milliseconds(60'000);
    settings.lasting = Milliseconds(0);
    pair.accepted.on_accepted = [&] {
        pair.anchor().connection->send("welcome");
        pair.anchor().connection->close("and good-bye");
    };
    pair.dial(settings);
    // 13 pauses that doubled would take 40 s at the least.
    EXPECT_TRUE(pair.run_until([&] { return pair.access().reasons.size() == 14; },
                               std::chrono::seconds(15)));
}

/// A dialer that has failed, and pauses for longer than any test lasts.
class PausingDialer : public DialerTest {
protected:
    PausingDialer() {
        const DialerSettings there = pair.to_listener();
        DialerSettings settings = there;
        settings.peer.port = closed_port();
        settings.backoff_first = settings.backoff_last = Milliseconds(3'600'000);
        pair.dial(settings);
        EXPECT_TRUE(pair.run_until([&] { return !pair.dialed.failures.empty(); }));
        anchor = there.peer;
    }
    /// Nobody listens there.
    std::uint16_t closed_port() {
        ListenerSettings settings;
        settings.address = any_port();
        Listener gone(pair.anchor_io, pair.access_identity, settings, pair.accepted);
        return gone.address().port;
    }

    SocketAddress anchor;
};

TEST_F(PausingDialer, DialsAtOnceWhenToldTo) {
    pair.dialer->dial_now();
    EXPECT_TRUE(pair.run_until([&] { return pair.dialed.failures.size() == 2; }));
    pair.dialer->dial_now(anchor);
    EXPECT_TRUE(pair.run_until([&] { return pair.dialed.connections == 1; }));
}

TEST_F(PausingDialer, WhatItIsToldTwiceMakesOneConnection) {
    for (int i = 0; i < 5; ++i) pair.dialer->dial_now(anchor);
    ASSERT_TRUE(pair.run_until([&] { return pair.dialed.connections == 1; }));
    pair.dialer->dial_now(anchor);
    pair.run_for(Milliseconds(100));
    EXPECT_EQ(pair.dialed.connections, 1);
    EXPECT_TRUE(pair.access().reasons.empty()) << "a connection that stands is left alone";
}

TEST_F(PausingDialer, AnAttemptThatNobodyAnswersGivesWay) {
    auto silent = anchor;
    silent.address = *IpAddress::parse("240.0.0.1");  // reserved: no route, or no answer
    pair.dialer->dial_now(silent);
    pair.dialer->dial_now(anchor);
    EXPECT_TRUE(pair.run_until([&] { return pair.dialed.connections == 1; }));
}

TEST_F(DialerTest, NamesTheKernelsReasonWhenNobodyListens) {
    const DialerSettings settings = pair.to_listener();
    pair.listener.reset();
    pair.dial(settings);
    ASSERT_TRUE(pair.run_until([&] { return pair.dialed.failures.size() >= 3; }));
    EXPECT_EQ(pair.dialed.failures.front(), settings.peer.text() + ": Connection refused");
}

TEST_F(DialerTest, GivesUpOnAPeerThatNeverAnswersTheHandshake) {
    DialerSettings settings = pair.to_listener();
    settings.limits.establish = Milliseconds(50);
    const boost::asio::io_context::work work(pair.access_io);
    pair.dial(settings);
    // The kernel accepts for the listener, which is never run.
    ASSERT_TRUE(run_until(pair.access_io, [&] { return pair.dialed.failures.size() >= 2; }));
    EXPECT_EQ(pair.dialed.failures.front(),
              settings.peer.text() + ": no TLS handshake within 50 ms");
}

TEST_F(DialerTest, DialsAgainAfterEveryEnd) {
    ASSERT_TRUE(pair.connect());
    for (int i = 1; i <= 5; ++i) {
        ASSERT_TRUE(pair.run_until([&] {
            return pair.dialed.connections == i &&
                   pair.accepted.users.size() == static_cast<std::size_t>(i) &&
                   pair.access().connection != nullptr;
        }));
        i % 2 == 0 ? pair.access().connection->close("enough")
                   : pair.anchor().connection->close("enough");
        ASSERT_TRUE(pair.run_until(
            [&] { return pair.access().reasons.size() == static_cast<std::size_t>(i); }));
    }
}

TEST_F(DialerTest, ClosesAConnectionThatItsUserDoesNotWant) {
    pair.dialed.wanted = false;
    pair.dial();
    EXPECT_TRUE(pair.run_until([&] {
        return !pair.accepted.users.empty() && pair.accepted.users.front()->reasons ==
                                                   std::vector<std::string>{"closed by the peer"};
    }));
}

TEST_F(DialerTest, ANewIdentityServesTheNextConnection) {
    ASSERT_TRUE(pair.connect());
    pair.dialer->use(certificates.identity("DNS:ar1-new.example"));
    pair.listener->use(certificates.identity("DNS:anchor.example,DNS:new.example"));
    pair.run_for(Milliseconds(50));
    EXPECT_TRUE(pair.access().reasons.empty()) << "a connection that stands is left alone";
    pair.access().connection->close("again");
    ASSERT_TRUE(pair.run_until(
        [&] { return pair.accepted.names.size() == 2 && pair.dialed.connections == 2; }));
    EXPECT_EQ(pair.accepted.names.back(), std::vector<std::string>{"ar1-new.example"});
    EXPECT_EQ(pair.access().connection->peer_names(),
              (std::vector<std::string>{"anchor.example", "new.example"}));
}

TEST_F(DialerTest, UsesTheSourceAddressGiven) {
    DialerSettings settings = pair.to_listener();
    settings.source = *IpAddress::parse("127.0.0.2");
    pair.dial(settings);
    ASSERT_TRUE(pair.run_until([&] { return !pair.accepted.users.empty(); }));
    EXPECT_THAT(pair.anchor().connection->peer_address(), StartsWith("127.0.0.2:"));

    settings.source = *IpAddress::parse("192.0.2.77");
    pair.dial(settings);
    ASSERT_TRUE(pair.run_until([&] { return !pair.dialed.failures.empty(); }));
    EXPECT_EQ(pair.dialed.failures.front(),
              settings.peer.text() +
                  ": cannot use source address 192.0.2.77: Cannot assign requested address");
}

TEST_F(DialerTest, NamesTheSettingThatIsOutOfRange) {
    const auto text_for = [&](void (*spoil)(DialerSettings&)) -> std::string {
        DialerSettings settings = pair.to_listener();
        spoil(settings);
        try {
            Dialer dialer(pair.access_io, pair.access_identity, settings, pair.dialed);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "accepted";
    };
    EXPECT_EQ(text_for([](DialerSettings&) {}), "accepted");
    EXPECT_THAT(text_for([](DialerSettings& s) { s.expected_name = ""; }),
                HasSubstr("expected_name"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.peer.port = 0; }), HasSubstr("port 0"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.backoff_first = Milliseconds(0); }),
                StartsWith("backoff_first: 0 ms, expected 1..3600000 ms"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.backoff_last = Milliseconds(1); }),
                HasSubstr("backoff_last"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.lasting = Milliseconds(-1); }),
                HasSubstr("lasting"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.source = IpAddress(); }), HasSubstr("source"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.limits.establish = Milliseconds(0); }),
                HasSubstr("limits.establish"));
    EXPECT_THAT(text_for([](DialerSettings& s) { s.limits.high_water = 0; }),
                HasSubstr("limits.high_water"));
}

TEST(BackoffTest, DoublesUpToTheLastStepWithHalfOfItAsJitter) {
    Backoff backoff(Milliseconds(100), Milliseconds(5'000));
    for (const int step : {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
        EXPECT_EQ(backoff.pause(1.0), Milliseconds(step));
    }
    EXPECT_EQ(backoff.pause(0.0), Milliseconds(2'500));
    backoff.restart();
    EXPECT_EQ(backoff.pause(0.0), Milliseconds(50));
    EXPECT_EQ(backoff.pause(0.5), Milliseconds(150));
    EXPECT_EQ(Backoff(Milliseconds(1), Milliseconds(1)).pause(0.0), Milliseconds(1));
}

}  // namespace
}  // namespace mobility::testing
