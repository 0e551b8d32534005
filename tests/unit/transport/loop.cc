// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Dialer joined to a Listener over the loopback address, and waiting with a limit.
#include "tests/unit/transport/loop.h"

namespace mobility::testing {

bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        io.restart();
        io.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
}

SocketAddress any_port() { return {*IpAddress::parse("127.0.0.1"), 0}; }

namespace {

ListenerSettings at_any_port(ListenerSettings settings) {
    settings.address = any_port();
    return settings;
}

}  // namespace

TlsPair::TlsPair(TlsIdentity anchor_id, TlsIdentity access_id, ListenerSettings settings)
    : access_identity(std::move(access_id)),
      listener(std::make_unique<Listener>(anchor_io, std::move(anchor_id), at_any_port(settings),
                                          accepted)) {}

DialerSettings TlsPair::to_listener() const {
    DialerSettings settings;
    settings.peer = listener->address();
    settings.expected_name = "anchor.example";
    settings.backoff_first = Milliseconds(5);
    settings.backoff_last = Milliseconds(20);
    return settings;
}

void TlsPair::dial() { dial(to_listener()); }

void TlsPair::dial(const DialerSettings& settings) {
    dialer = std::make_unique<Dialer>(access_io, access_identity, settings, dialed);
    dialer->start();
}

bool TlsPair::connect() {
    const std::size_t before = accepted.users.size();
    dial();
    return run_until([&] { return dialed.connections > 0 && accepted.users.size() > before; });
}

bool TlsPair::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        anchor_io.restart();
        access_io.restart();
        const std::size_t did =
            anchor_io.poll_one() + (access_asleep ? std::size_t{0} : access_io.poll_one());
        if (did == 0) anchor_io.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
}

void TlsPair::run_for(std::chrono::milliseconds time) {
    run_until([] { return false; }, time);
}

}  // namespace mobility::testing
