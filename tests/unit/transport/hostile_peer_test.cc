// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What reaches a Listener's port from those who have no business there: each is refused with a
// reason, costs nobody else anything, and leaves nothing behind.
#include "tests/unit/transport/hostile_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <list>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ListenerSettings patient() {
    ListenerSettings settings;
    settings.limits.establish = Milliseconds(10'000);
    return settings;
}

class HostilePeerTest : public ::testing::Test {
protected:
    /// Dials with these files and returns the reason that the Listener reports.
    std::string reason_for(const IssuedCertificate& shown) {
        pair.accepted.reasons.clear();
        pair.access_identity = Certificates::load(certificates.files(shown, certificates.domain));
        pair.dial();
        EXPECT_TRUE(pair.run_until([this] { return !pair.accepted.reasons.empty(); }));
        pair.dialer.reset();
        EXPECT_EQ(pair.listener->counters().authenticated, 0u);
        return pair.accepted.reasons.empty() ? "none" : pair.accepted.reasons.front();
    }

    /// The same for a hand-made client.
    std::string reason_for(const HandMade& settings) {
        pair.accepted.reasons.clear();
        HandMadeClient client(pair.listener->address(), settings);
        EXPECT_TRUE(pair.run_until([&] {
            std::size_t budget = 1 << 20;
            client.advance(budget);
            return !pair.accepted.reasons.empty();
        }));
        return pair.accepted.reasons.empty() ? "none" : pair.accepted.reasons.front();
    }

    /// A hand-made client with which the Listener is content.
    std::unique_ptr<HandMadeClient> accepted_client() {
        const TlsFiles files = certificates.files("DNS:ar1.example");
        auto client =
            std::make_unique<HandMadeClient>(pair.listener->address(), HandMade{.files = files});
        std::size_t budget = 1 << 20;
        EXPECT_TRUE(pair.run_until([&] {
            client->advance(budget);
            return !pair.accepted.users.empty();
        }));
        return client;
    }

    /// Whatever happened before: a good peer is served.
    void expect_good_peer_served() {
        TlsPair good(certificates.identity("DNS:unused.example"),
                     certificates.identity("DNS:ar1.example"));
        DialRecorder user;
        DialerSettings settings = pair.to_listener();
        const auto before = pair.listener->counters().authenticated;
        Dialer dialer(pair.access_io, certificates.identity("DNS:good.example"), settings, user);
        dialer.start();
        EXPECT_TRUE(pair.run_until([&] {
            return user.connections == 1 && pair.listener->counters().authenticated == before + 1;
        }));
    }

    Certificates certificates;
    TlsPair pair{certificates.identity("DNS:anchor.example"),
                 certificates.identity("DNS:ar1.example"), patient()};
};

TEST_F(HostilePeerTest, CertificatesThatTheTrustAnchorDoesNotVouchFor) {
    EXPECT_THAT(reason_for(certificates.foreign.issue({.names = "DNS:ar1.example"})),
                StartsWith("certificate of ar1.example: unable to get local issuer"));
    EXPECT_THAT(pair.accepted.refusals.front(), StartsWith("127.0.0.1:"));
    EXPECT_THAT(reason_for(certificates.domain.issue({.names = "DNS:ar1.example", .ends_in = -60})),
                StartsWith("certificate of ar1.example: expired on 20"));
    EXPECT_THAT(
        reason_for(certificates.domain.issue({.names = "DNS:ar1.example", .starts_in = 600})),
        StartsWith("certificate of ar1.example: is not valid before 20"));
    EXPECT_EQ(
        reason_for(certificates.domain.issue({.names = "DNS:ar1.example", .usages = "serverAuth"})),
        "certificate of ar1.example: unsuitable certificate purpose");
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, ACertificateOfOurAuthorityThatNamesNobody) {
    const auto issued = certificates.domain.issue({.common_name = "ar1.example"});
    const TlsFiles files = certificates.files(issued, certificates.domain);
    EXPECT_EQ(reason_for(HandMade{.files = files}),
              "certificate of subject CN = ar1.example: no DNS or URI name in its subjectAltName");
    const auto address = certificates.domain.issue({.names = "IP:192.0.2.1"});
    EXPECT_THAT(reason_for(HandMade{.files = certificates.files(address, certificates.domain)}),
                HasSubstr("no DNS or URI name"));
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, NoCertificate) {
    EXPECT_EQ(reason_for(HandMade{}), "the peer shows no certificate");
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, AnOlderVersionOfTls) {
    EXPECT_EQ(reason_for(HandMade{.files = certificates.files("DNS:ar1.example"),
                                  .highest = TLS1_2_VERSION}),
              "the peer does not speak TLS 1.3 as we do: unsupported protocol");
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, SomethingThatIsNotTls) {
    for (const std::string& garbage :
         {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(5000, '\0'),
          std::string("\x16\x03\x01\xff\xff") + std::string(70'000, 'x'),
          std::string("SSH-2.0-x\n"), std::string("\x15\x03\x03\x00\x02\x02\x28", 7)}) {
        pair.accepted.reasons.clear();
        BarePeer peer(pair.listener->address());
        peer.send(garbage);
        ASSERT_TRUE(pair.run_until([&] { return !pair.accepted.reasons.empty(); }));
        EXPECT_THAT(pair.accepted.reasons.front(),
                    AnyOf(StartsWith("the peer does not speak TLS 1.3"),
                          StartsWith("the peer refuses us: ")));
    }
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, AHandshakeCutAfterAnyNumberOfBytes) {
    const TlsFiles files = certificates.files("DNS:ar1.example");
    std::size_t cuts = 0;
    for (std::size_t bytes = 0; bytes < 10'000; bytes += 23) {
        pair.accepted.reasons.clear();
        auto client =
            std::make_unique<HandMadeClient>(pair.listener->address(), HandMade{.files = files});
        std::size_t budget = bytes;
        const auto before = pair.listener->counters();
        ASSERT_TRUE(pair.run_until([&] {
            client->advance(budget);
            const auto now = pair.listener->counters();
            return now.authenticated > before.authenticated ||
                   (budget == 0 && now.accepted > before.accepted);
        }));
        client.reset();
        ASSERT_TRUE(pair.run_until([&] {
            return pair.listener->counters().authenticated > before.authenticated ||
                   !pair.accepted.reasons.empty();
        })) << bytes;
        if (pair.listener->counters().authenticated > before.authenticated) break;
        EXPECT_THAT(pair.accepted.reasons,
                    Each(AnyOf("cut off by the peer", "Connection reset by peer")))
            << bytes;
        ++cuts;
    }
    EXPECT_GT(cuts, 30u) << "a handshake has more bytes than that";
    EXPECT_EQ(pair.listener->counters().authenticated, 1u) << "the last one was not cut";
    EXPECT_EQ(pair.listener->counters().refused, cuts);
    EXPECT_EQ(pair.listener->counters().handshakes, 0u);
    expect_good_peer_served();
}

TEST_F(HostilePeerTest, BytesThatAreFlippedInAnEstablishedConnection) {
    const auto client = accepted_client();
    client->wire().send(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    ASSERT_TRUE(pair.run_until([&] { return !pair.anchor().reasons.empty(); }));
    EXPECT_THAT(pair.anchor().reasons.front(), HasSubstr("bad record mac"));
    EXPECT_EQ(pair.anchor().text, "");
    pair.run_for(Milliseconds(20));
    EXPECT_EQ(pair.anchor().reasons.size(), 1u);
    EXPECT_EQ(pair.listener->counters().connections, 0u);
}

TEST_F(HostilePeerTest, AnEstablishedConnectionThatIsCutWithoutNotice) {
    auto client = accepted_client();
    client->write("last words");
    client.reset();
    ASSERT_TRUE(pair.run_until([&] { return !pair.anchor().reasons.empty(); }));
    EXPECT_EQ(pair.anchor().text, "last words");
    EXPECT_EQ(pair.anchor().reasons.front(), "cut off by the peer");
}

TEST_F(HostilePeerTest, WhatAPeerSaidBeforeItsResetIsHeardAlsoWhenWritingFailsFirst) {
    auto client = accepted_client();
    Connection& connection = *pair.anchor().connection;
    connection.send("never read, so that the peer's kernel resets the connection");
    ASSERT_TRUE(pair.run_until([&] { return connection.unsent() == 0; }));
    client->write("last words");
    client.reset();
    connection.send("into the void");
    ASSERT_TRUE(pair.run_until([&] { return !pair.anchor().reasons.empty(); }));
    EXPECT_EQ(pair.anchor().text, "last words");
    EXPECT_THAT(pair.anchor().reasons.front(), AnyOf("Connection reset by peer", "Broken pipe"));
}

TEST_F(HostilePeerTest, SilentConnectionsEndAtTheTimeLimit) {
    ListenerSettings settings;
    settings.limits.establish = Milliseconds(80);
    TlsPair hasty(certificates.identity("DNS:anchor.example"),
                  certificates.identity("DNS:ar1.example"), settings);
    BarePeer silent(hasty.listener->address());
    BarePeer slow(hasty.listener->address());
    std::size_t sent = 0;
    ASSERT_TRUE(hasty.run_until([&] {
        if (sent < 60) slow.send(sent == 0 ? "\x16\x03\x01\x02" : "x");  // a drop at a time
        ++sent;
        return hasty.accepted.reasons.size() == 2;
    }));
    EXPECT_EQ(hasty.accepted.reasons.front(), "no TLS handshake within 80 ms");
    silent.receive();
    EXPECT_TRUE(silent.over);
}

TEST_F(HostilePeerTest, APeerIsNotBlamedForTheTimeThatTheListenerWasBusy) {
    ListenerSettings settings;
    settings.limits.establish = Milliseconds(100);
    TlsPair busy(certificates.identity("DNS:anchor.example"),
                 certificates.identity("DNS:ar1.example"), settings);
    busy.dial();
    ASSERT_TRUE(
        run_until(busy.anchor_io, [&] { return busy.listener->counters().handshakes == 1; }));
    const auto limit = std::chrono::steady_clock::now() + Milliseconds(120);
    run_until(busy.access_io, [&] { return std::chrono::steady_clock::now() > limit; });
    busy.anchor_io.restart();
    busy.anchor_io.poll();  // finds the peer's first step and the end of its time together
    ASSERT_TRUE(busy.run_until(
        [&] { return !busy.accepted.users.empty() || !busy.accepted.refusals.empty(); }));
    EXPECT_TRUE(busy.accepted.refusals.empty());
}

TEST_F(HostilePeerTest, APeerThatGaveUpWaitingCostsNoSignature) {
    TlsFiles files = certificates.files("DNS:anchor.example");
    files.key_log = certificates.folder.path("keys");
    pair.listener->use(Certificates::load(files));
    auto client = std::make_unique<HandMadeClient>(
        pair.listener->address(), HandMade{.files = certificates.files("DNS:ar1.example")});
    std::size_t budget = 1 << 20;
    client->advance(budget);
    client.reset();
    ASSERT_TRUE(pair.run_until([&] { return !pair.accepted.reasons.empty(); }));
    EXPECT_EQ(pair.accepted.reasons.front(), "cut off by the peer");
    EXPECT_EQ(std::filesystem::file_size(files.key_log), 0u) << "the handshake went on";
}

TEST_F(HostilePeerTest, ManySilentConnectionsHoldUpAGoodOneForAFewGracesOnly) {
    ListenerSettings settings = patient();
    settings.max_handshakes = 4;
    settings.handshake_grace = Milliseconds(30);
    TlsPair crowded(certificates.identity("DNS:anchor.example"),
                    certificates.identity("DNS:ar1.example"), settings);
    std::list<BarePeer> silent;
    for (int i = 0; i < 40; ++i) silent.emplace_back(crowded.listener->address());
    std::size_t most = 0;
    crowded.dial();
    ASSERT_TRUE(crowded.run_until([&] {
        most = std::max(most, crowded.listener->counters().handshakes);
        return !crowded.accepted.users.empty();
    }));
    EXPECT_EQ(most, 4u);
    EXPECT_GE(crowded.accepted.reasons.size(), 36u);
    EXPECT_THAT(crowded.accepted.reasons, Each("handshake too slow while others wait"));
}

}  // namespace
}  // namespace mobility::testing
