// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A library that uses the transport as the hook does: on a thread of its own, joined at the end.
#include "tests/unit/transport/unloaded_library.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <string>
#include <thread>

#include "transport/dialer.h"
#include "transport/listener.h"

namespace {

using namespace mobility;

/// Both ends: each sends a greeting and counts what arrives.
class Ends final : public DialerUser, public ListenerUser, public ConnectionUser {
public:
    ConnectionUser* connected(Connection& connection) override { return greet(connection); }
    void dial_failed(const std::string&) override { ++failures; }
    ConnectionUser* accepted(Connection& connection) override { return greet(connection); }
    void refused(const std::string&, const std::string&) override { ++failures; }
    void received(std::span<const std::uint8_t> bytes) override { arrived += bytes.size(); }
    void drained() override {}
    void closed(const std::string&) override {}

    std::size_t arrived = 0;
    int failures = 0;

private:
    ConnectionUser* greet(Connection& connection) {
        connection.send("hello");
        return this;
    }
};

std::atomic<int> runs{0};

}  // namespace

int talk_over_loopback(const char* certificate, const char* key, const char* trust_anchor) {
    const auto identity =
        TlsIdentity::load({.certificate = certificate, .key = key, .trust_anchor = trust_anchor});
    if (!identity) return -1;
    boost::asio::io_context io(1);
    Ends ends;
    ListenerSettings listening;
    listening.address = {*IpAddress::parse("127.0.0.1"), 0};
    Listener listener(io, *identity, listening, ends);
    DialerSettings dialling;
    dialling.peer = listener.address();
    dialling.expected_name = "anchor.example";
    Dialer dialer(io, *identity, dialling, ends);
    dialer.start();
    std::thread thread([&] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (ends.arrived < 10 && std::chrono::steady_clock::now() < end) {
            io.run_one_for(Milliseconds(10));
        }
    });
    thread.join();
    return ends.arrived == 10 && ends.failures == 0 ? ++runs : -2;
}
