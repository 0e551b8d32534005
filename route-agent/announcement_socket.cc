// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// UDP on Asio.
#include "route-agent/announcement_socket.h"

#include <net/if.h>

#include <array>
#include <boost/asio.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "core/wire.h"

namespace mobility {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

/// Routers of the core forward them as far as the group's scope allows.
constexpr int kMulticastHops = 32;
/// Heard before sessions have their turn: who floods us keeps nobody waiting.
constexpr int kAtOnce = 16;

asio::ip::address native(const IpAddress& address) {
    const auto bytes = address.bytes();
    if (address.family() == Family::kIpv6) {
        asio::ip::address_v6::bytes_type to;
        std::copy(bytes.begin(), bytes.end(), to.begin());
        return asio::ip::address_v6(to);
    }
    asio::ip::address_v4::bytes_type to;
    std::copy(bytes.begin(), bytes.end(), to.begin());
    return asio::ip::address_v4(to);
}

unsigned index_of(const std::string& interface) {
    const auto index = ::if_nametoindex(interface.c_str());
    if (index == 0) {
        throw std::runtime_error("interface " + interface +
                                 " of announcements: " + std::strerror(errno));
    }
    return index;
}

}  // namespace

class AnnouncementListener::Receiving {
public:
    Receiving(asio::io_context& io, Hear hear) : socket_(io), hear_(std::move(hear)) {}

    void open(const SocketAddress& address, const std::optional<MulticastGroup>& group) {
        try {
            const udp::endpoint at(native(address.address), address.port);
            socket_.open(at.protocol());
            socket_.set_option(udp::socket::reuse_address(true));
            if (at.protocol() == udp::v6()) socket_.set_option(asio::ip::v6_only(true));
            socket_.bind(at);
            if (group) {
                socket_.set_option(asio::ip::multicast::join_group(native(group->address).to_v6(),
                                                                   index_of(group->interface)));
            }
            socket_.non_blocking(true);
        } catch (const boost::system::system_error& error) {
            throw std::runtime_error("cannot listen for announcements at " + address.text() +
                                     (group ? " and " + group->address.text() : std::string()) +
                                     ": " + error.code().message());
        }
        wait();
    }

private:
    void wait() {
        socket_.async_wait(udp::socket::wait_read, [this](const auto& error) {
            if (error) return;
            for (int i = 0; i < kAtOnce && receive(); ++i) {
            }
            wait();
        });
    }
    bool receive() {
        boost::system::error_code error;
        const auto size = socket_.receive(asio::buffer(datagram_), 0, error);
        if (error == asio::error::would_block) return false;
        if (!error) hear_(std::string(datagram_.data(), size));
        return true;
    }

    udp::socket socket_;
    Hear hear_;
    std::array<char, kMaxAnnouncement + 1> datagram_{};  ///< a longer one is seen to be longer
};

AnnouncementListener::AnnouncementListener(asio::io_context& io, const SocketAddress& address,
                                           const std::optional<MulticastGroup>& group, Hear hear)
    : receiving_(std::make_unique<Receiving>(io, std::move(hear))) {
    receiving_->open(address, group);
}

AnnouncementListener::~AnnouncementListener() = default;

class Announcer::Sending {
public:
    Sending(asio::io_context& io, const std::optional<MulticastGroup>& group)
        : ipv6_(io), ipv4_(io) {
        boost::system::error_code none;  // a machine without the family: nothing is sent by it
        ipv6_.open(udp::v6(), none);
        ipv4_.open(udp::v4(), none);
        ipv6_.non_blocking(true, none);
        ipv4_.non_blocking(true, none);
        if (!group) return;
        const auto index = static_cast<int>(index_of(group->interface));
        ipv6_.set_option(asio::ip::multicast::outbound_interface(index), none);
        ipv6_.set_option(asio::ip::multicast::hops(kMulticastHops), none);
    }
    bool send(const std::string& datagram, const IpAddress& to, std::uint16_t port) {
        boost::system::error_code error;
        auto& socket = to.family() == Family::kIpv6 ? ipv6_ : ipv4_;
        socket.send_to(asio::buffer(datagram), {native(to), port}, 0, error);
        return !error;
    }

private:
    udp::socket ipv6_;
    udp::socket ipv4_;
};

Announcer::Announcer(asio::io_context& io, AnnouncerSettings settings)
    : settings_(std::move(settings)),
      datagram_(wire::encode(settings_.announcement)),
      rounds_(settings_.every),
      sending_(std::make_unique<Sending>(io, settings_.group)) {}

Announcer::~Announcer() = default;

void Announcer::work(Instant now, const std::function<std::vector<IpAddress>()>& without_session) {
    if (rounds_.due(now)) {
        auto addresses = without_session();
        if (settings_.group && !addresses.empty()) send(settings_.group->address);
        rounds_.begin(std::move(addresses));
    }
    for (const auto& to : rounds_.next()) send(to);
}

void Announcer::send(const IpAddress& to) {
    if (sending_->send(datagram_, to, settings_.port)) ++sent_;
}

}  // namespace mobility
