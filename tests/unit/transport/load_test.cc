// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A metro domain's worth: 1,500 access routers at one Listener, what an idle connection costs, and
// 100 MB through one connection.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <iostream>
#include <list>
#include <numeric>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

constexpr std::size_t kRouters = 1'500;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Bytes in use on the heap; 0 where a sanitizer has replaced it.
std::size_t heap() {
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// Whether so many descriptors may be open.
bool allow_descriptors(rlim_t count) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= count) return true;
    limit.rlim_cur = std::min(count, limit.rlim_max);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= count;
}

struct Router {
    DialRecorder user;
    std::unique_ptr<Dialer> dialer;
};

class LoadTest : public ::testing::Test {
protected:
    void dial_all(Listener& listener) {
        DialerSettings settings;
        settings.peer = listener.address();
        settings.expected_name = "anchor.example";
        for (Router& router : routers) {
            router.dialer = std::make_unique<Dialer>(io, access, settings, router.user);
            router.dialer->start();
        }
    }
    std::size_t connected() const {
        return static_cast<std::size_t>(std::count_if(
            routers.begin(), routers.end(),
            [](const Router& router) { return router.user.user.connection != nullptr; }));
    }

    Certificates certificates;
    TlsIdentity anchor = certificates.identity("DNS:anchor.example");
    TlsIdentity access = certificates.identity("DNS:ar1.example");
    boost::asio::io_context io{1};
    std::list<Router> routers{kRouters};
};

TEST_F(LoadTest, FifteenHundredAccessRoutersAtOneListener) {
    if (!allow_descriptors(2 * kRouters + 100)) {
        GTEST_SKIP() << "needs " << 2 * kRouters + 100 << " descriptors (ulimit -n)";
    }
    ListenRecorder accepted;
    ListenerSettings settings;
    settings.address = any_port();
    auto listener = std::make_unique<Listener>(io, anchor, settings, accepted);

    const std::size_t heap_before = heap();
    auto start = std::chrono::steady_clock::now();
    dial_all(*listener);
    ASSERT_TRUE(run_until(
        io, [&] { return listener->counters().connections == kRouters && connected() == kRouters; },
        std::chrono::seconds(120)));
    const double establishing = seconds_since(start);

    start = std::chrono::steady_clock::now();
    for (const auto& user : accepted.users) user->connection->send(std::string(100, 'x'));
    ASSERT_TRUE(run_until(
        io,
        [&] {
            return std::all_of(routers.begin(), routers.end(), [](const Router& router) {
                return router.user.user.text.size() == 100;
            });
        },
        std::chrono::seconds(60)));
    const double telling = seconds_since(start);
    const std::size_t each = (heap() - heap_before) / (2 * kRouters);

    start = std::chrono::steady_clock::now();
    listener.reset();
    ASSERT_TRUE(run_until(
        io, [&] { return connected() == 0; }, std::chrono::seconds(60)));
    const double losing = seconds_since(start);
    for (const Router& router : routers) {
        ASSERT_EQ(router.user.user.reasons.size(), 1u);
    }
    std::cout << kRouters << " connections: established in " << establishing
              << " s (both ends, one thread), 100 bytes to each in " << telling
              << " s, all lost in " << losing << " s; heap per end of an idle connection "
              << (each == 0 ? "not known under a sanitizer" : std::to_string(each) + " bytes")
              << "\n";
    EXPECT_LT(each, 40'000u);
}

TEST_F(LoadTest, AHundredMegabytesWithBackPressure) {
    constexpr std::size_t kPiece = 50'000;
    constexpr std::size_t kTotal = 100'000'000;
    constexpr std::size_t kHighWater = 256 * 1024;
    TlsPair pair(anchor, access);
    ASSERT_TRUE(pair.connect());
    std::string piece(kPiece, '\0');
    std::iota(piece.begin(), piece.end(), '\0');

    std::size_t sent = 0;
    std::size_t most = 0;
    const auto more = [&] {
        Connection& connection = *pair.access().connection;
        while (sent < kTotal && connection.unsent() <= kHighWater) {
            connection.send(piece);
            sent += kPiece;
            most = std::max(most, connection.unsent());
        }
    };
    std::size_t arrived = 0;
    bool right = true;
    pair.anchor().on_received = [&] {
        std::string& text = pair.anchor().text;
        for (std::size_t i = 0; i < text.size(); i += 997) {
            right = right && text[i] == piece[(arrived + i) % kPiece];
        }
        arrived += text.size();
        text.clear();
    };
    pair.access().on_drained = more;
    const auto start = std::chrono::steady_clock::now();
    more();
    ASSERT_TRUE(pair.run_until([&] { return arrived == kTotal; }, std::chrono::seconds(120)));
    std::cout << "100 MB in " << seconds_since(start) << " s (both ends, one thread), at most "
              << most << " bytes queued, drained " << pair.access().drains << " times\n";
    EXPECT_TRUE(right);
    EXPECT_LE(most, kHighWater + kPiece);
}

}  // namespace
}  // namespace mobility::testing
