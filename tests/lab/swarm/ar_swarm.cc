// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Many access routers in one process: real sessions over TLS to one anchor, kernels in memory. For
// showing what an anchor does with as many sessions as a city has.
//
//   mobility-ar-swarm FOLDER TRUST-ANCHOR ANCHOR-NAME ADDRESS PORT COUNT
//
// FOLDER has swarm-G.pem and swarm-G.key for each group G (from 0) of 100 ARs, with all their
// names. AR number N of COUNT calls itself swarmN.lab.example, has tunnel address 2001:db8:5::b:N
// and link-address 2001:db8:b000:N::1. Prints "associated K routes R" whenever that has changed.
#include <utility>
// Boost 1.74 forgets it.
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/nodes.h"
#include "tests/sim/memory_forwarder.h"
#include "transport/dialer.h"

namespace mobility {
namespace {

constexpr std::size_t kGroup = 100;

class SteadyClock final : public Clock {
public:
    Moment now() const override { return {std::chrono::steady_clock::now(), 0}; }
};

IpAddress numbered(const char* before, std::size_t number, const char* after) {
    char hex[8];
    std::snprintf(hex, sizeof(hex), "%zx", number);
    return *IpAddress::parse(std::string(before) + hex + after);
}

struct SwarmSettings {
    std::vector<TlsIdentity> tls;  ///< of each group
    std::string anchor_name;
    SocketAddress anchor;
};

/// One of them.
class SwarmRouter final : public DialerUser {
public:
    SwarmRouter(boost::asio::io_context& io, const SwarmSettings& settings, std::size_t number,
                const Clock& clock)
        : node_(access(settings, number), kernel_, clock, {Milliseconds{2000}, 4},
                [](const Notice&) {}) {
        (void)node_.start();
        DialerSettings dialer;
        dialer.peer = settings.anchor;
        dialer.expected_name = settings.anchor_name;
        dialer_ = std::make_unique<Dialer>(io, settings.tls[(number - 1) / kGroup], dialer, *this);
        dialer_->start();
    }

    ConnectionUser* connected(Connection& connection) override {
        return &node_.connected(0, connection);
    }
    void dial_failed(const std::string&) override {}

    void work(Instant now) {
        node_.tick(now);
        for (int slice = 0; slice < 64 && node_.work(); ++slice) {
        }
    }
    bool associated() const { return node_.session(0).associated(); }
    std::size_t routes() const { return node_.reconciler().installed().size(); }

private:
    static AccessSettings access(const SwarmSettings& settings, std::size_t number) {
        AccessSettings access;
        access.identity.identity = "swarm" + std::to_string(number) + ".lab.example";
        access.identity.tunnel_address = numbered("2001:db8:5::b:", number, "");
        access.identity.modes = {TunnelMode::kSeg6};
        access.identity.software = "mobility-ar-swarm";
        access.interfaces = {{"access", numbered("2001:db8:b000:", number, "::1"), "access"}};
        access.anchors = {settings.anchor_name};
        return access;
    }

    MemoryForwarder kernel_;
    AccessNode node_;
    std::unique_ptr<Dialer> dialer_;
};

std::size_t number_of(const char* text) {
    std::size_t number = 0;
    const auto read = std::from_chars(text, text + std::strlen(text), number);
    if (read.ec != std::errc{} || *read.ptr != '\0' || number > 65535) {
        throw std::runtime_error(std::string(text) + " is no number up to 65535");
    }
    return number;
}

int run(char** words) {
    const auto address = IpAddress::parse(words[4]);
    if (!address) throw std::runtime_error(address.error());
    const auto count = number_of(words[6]);
    SwarmSettings settings{
        {}, words[3], {*address, static_cast<std::uint16_t>(number_of(words[5]))}};
    for (std::size_t group = 0; group * kGroup < count; ++group) {
        const auto pair = std::string(words[1]) + "/swarm-" + std::to_string(group);
        auto tls = TlsIdentity::load({pair + ".pem", pair + ".key", words[2], ""});
        if (!tls) throw std::runtime_error(tls.error());
        settings.tls.push_back(*tls);
    }

    boost::asio::io_context io(1);
    SteadyClock clock;
    std::vector<std::unique_ptr<SwarmRouter>> routers;
    for (std::size_t number = 1; number <= count; ++number) {
        routers.push_back(std::make_unique<SwarmRouter>(io, settings, number, clock));
    }
    std::size_t told_associated = 0, told_routes = 0;
    for (;;) {
        io.run_for(std::chrono::milliseconds(20));
        const auto now = clock.now().now;
        std::size_t associated = 0, routes = 0;
        for (auto& router : routers) {
            router->work(now);
            associated += router->associated();
            routes += router->routes();
        }
        if (associated == told_associated && routes == told_routes) continue;
        told_associated = associated;
        told_routes = routes;
        std::cout << "associated " << associated << " routes " << routes << std::endl;
    }
}

}  // namespace
}  // namespace mobility

int main(int argc, char** argv) {
    try {
        if (argc == 7) return mobility::run(argv);
        std::cerr << "usage: mobility-ar-swarm FOLDER TRUST-ANCHOR ANCHOR-NAME ADDRESS PORT "
                     "COUNT\n";
    } catch (const std::exception& error) {
        std::cerr << "mobility-ar-swarm: " << error.what() << "\n";
    }
    return 1;
}
