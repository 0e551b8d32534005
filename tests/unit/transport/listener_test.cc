// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Listener: where it listens, how it counts, what it does when the process is short of
// descriptors; and the socket options of every connection.
#include "transport/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <list>
#include <set>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/hostile_peer.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::set<int> open_descriptors() {
    std::set<int> open;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        open.insert(std::stoi(entry.path().filename().string()));
    }
    std::erase_if(open, [](int descriptor) { return ::fcntl(descriptor, F_GETFD) < 0; });
    return open;
}

int option(int descriptor, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    ::getsockopt(descriptor, level, name, &value, &length);
    return value;
}

class ListenerTest : public ::testing::Test {
protected:
    Certificates certificates;
    TlsIdentity anchor = certificates.identity("DNS:anchor.example");
    TlsIdentity access = certificates.identity("DNS:ar1.example");
};

TEST_F(ListenerTest, NamesTheAddressThatItCannotHave) {
    TlsPair pair(anchor, access);
    ListenerSettings settings;
    settings.address = pair.listener->address();
    const auto text = [&]() -> std::string {
        try {
            Listener second(pair.anchor_io, anchor, settings, pair.accepted);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "listens";
    };
    EXPECT_EQ(text(),
              "cannot listen at " + settings.address.text() + ": bind: Address already in use");
    settings.address = {*IpAddress::parse("192.0.2.77"), 4433};
    EXPECT_EQ(text(), "cannot listen at 192.0.2.77:4433: bind: Cannot assign requested address");
    settings.address = {*IpAddress::parse("2001:db8::77"), 4433};
    EXPECT_THAT(text(), StartsWith("cannot listen at [2001:db8::77]:4433: "));
}

TEST_F(ListenerTest, NamesTheSettingThatIsOutOfRange) {
    boost::asio::io_context io;
    ListenRecorder user;
    ListenerSettings settings;
    settings.address = any_port();
    settings.max_handshakes = 0;
    EXPECT_THROW(Listener(io, anchor, settings, user), std::invalid_argument);
    settings.max_handshakes = 1;
    settings.limits.close = Milliseconds(-1);
    EXPECT_THROW(Listener(io, anchor, settings, user), std::invalid_argument);
}

TEST_F(ListenerTest, ServesIpv6) {
    boost::asio::io_context io;
    ListenRecorder accepted;
    DialRecorder dialed;
    ListenerSettings settings;
    settings.address = {*IpAddress::parse("::1"), 0};
    std::unique_ptr<Listener> listener;
    try {
        listener = std::make_unique<Listener>(io, anchor, settings, accepted);
    } catch (const std::runtime_error& error) {
        GTEST_SKIP() << "no IPv6 on this machine's loopback interface: " << error.what();
    }
    DialerSettings to;
    to.peer = listener->address();
    to.expected_name = "anchor.example";
    Dialer dialer(io, access, to, dialed);
    dialer.start();
    ASSERT_TRUE(
        run_until(io, [&] { return dialed.connections == 1 && accepted.users.size() == 1; }));
    EXPECT_THAT(accepted.users.front()->connection->peer_address(), StartsWith("[::1]:"));
}

TEST_F(ListenerTest, CountsWhatItHas) {
    TlsPair pair(anchor, access);
    ASSERT_TRUE(pair.connect());
    BarePeer silent(pair.listener->address());
    ASSERT_TRUE(pair.run_until([&] { return pair.listener->counters().handshakes == 1; }));
    auto counters = pair.listener->counters();
    EXPECT_EQ(counters.accepted, 2u);
    EXPECT_EQ(counters.authenticated, 1u);
    EXPECT_EQ(counters.connections, 1u);
    silent.send("nonsense, and more of it");
    pair.dialer.reset();
    ASSERT_TRUE(pair.run_until([&] {
        return pair.listener->counters().handshakes + pair.listener->counters().connections == 0;
    }));
    counters = pair.listener->counters();
    EXPECT_EQ(counters.accepted, 2u);
    EXPECT_EQ(counters.refused, 1u);
}

TEST_F(ListenerTest, ClosesAConnectionThatItsUserDoesNotWant) {
    TlsPair pair(anchor, access);
    pair.accepted.wanted = false;
    pair.dial();
    ASSERT_TRUE(pair.run_until([&] { return !pair.access().reasons.empty(); }));
    EXPECT_EQ(pair.access().reasons.front(), "closed by the peer");
}

TEST_F(ListenerTest, EveryDescriptorIsClosedOnExecAndTunedForSmallMessages) {
    const std::set<int> before = open_descriptors();
    {
        TlsPair pair(anchor, access);
        ASSERT_TRUE(pair.connect());
        int connections = 0;
        for (const int descriptor : open_descriptors()) {
            if (before.contains(descriptor)) continue;
            EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0) << "descriptor " << descriptor;
            NativeAddress peer;
            if (::getpeername(descriptor, peer.get(), &peer.length) != 0) continue;
            ++connections;
            EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_NODELAY), 1);
            EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT), 10'000);
        }
        EXPECT_EQ(connections, 2);
    }
    EXPECT_EQ(open_descriptors(), before) << "nothing is left open";
}

TEST_F(ListenerTest, WhatIsSentInOneTurnArrivesInFewPieces) {
    TlsPair pair(anchor, access);
    ASSERT_TRUE(pair.connect());
    int pieces = 0;
    pair.anchor().on_received = [&] { ++pieces; };
    for (int i = 0; i < 2'000; ++i) pair.access().connection->send(std::string(40, 'x'));
    ASSERT_TRUE(pair.run_until([&] { return pair.anchor().text.size() == 80'000; }));
    EXPECT_EQ(pieces, 5);  // 80,000 bytes in records of at most 16 KiB
}

TEST_F(ListenerTest, LastWordsReachAPeerThatIsBusyAndThenWritesFirst) {
    ListenerSettings settings;
    settings.limits.close = Milliseconds(10'000);
    TlsPair pair(anchor, access, settings);
    ASSERT_TRUE(pair.connect());
    pair.access_asleep = true;
    Recorder& here = pair.anchor();
    here.connection->send(std::string(600'000, 'x'));
    here.connection->close("shutting down");
    ASSERT_TRUE(pair.run_until(
        [&] { return here.connection == nullptr || here.connection->unsent() == 0; }));
    // A socket that were closed by now would answer this with a reset, and lose the rest.
    pair.access().connection->send("busy until now");
    pair.access_asleep = false;
    ASSERT_TRUE(pair.run_until([&] { return !pair.access().reasons.empty(); }));
    EXPECT_EQ(pair.access().text.size(), 600'000u);
    EXPECT_EQ(pair.access().reasons.front(), "closed by the peer");
}

TEST_F(ListenerTest, APeerThatStopsReadingIsLostAfterTheUserTimeout) {
    ListenerSettings settings;
    settings.limits.tcp_user = Milliseconds(300);
    TlsPair pair(anchor, access, settings);
    ASSERT_TRUE(pair.connect());
    pair.access_asleep = true;
    pair.anchor().connection->send(std::string(50'000'000, 'x'));
    ASSERT_TRUE(pair.run_until([&] { return !pair.anchor().reasons.empty(); }));
    EXPECT_EQ(pair.anchor().reasons.front(), "Connection timed out");
}

TEST_F(ListenerTest, WaitsOutAShortageOfDescriptorsAndSaysSo) {
    TlsPair pair(anchor, access);
    BarePeer waiting(pair.listener->address());
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(*open_descriptors().rbegin()) + 1;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    std::list<Descriptor> holes;
    do {
        holes.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    } while (holes.back().open());
    const bool said = pair.run_until([&] { return pair.accepted.refusals.size() >= 2; });
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(said);
    EXPECT_EQ(pair.accepted.refusals.front(), ": cannot accept: Too many open files");
    EXPECT_LE(pair.accepted.refusals.size(), 3u) << "it does not spin";
    EXPECT_TRUE(pair.connect());
}

}  // namespace
}  // namespace mobility::testing
