// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Sockets stay in the namespace where they were opened, so one process plays every node.
#include "tests/bench/forwarder_traffic.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "route-agent/netlink_forwarder.h"
#include "tests/unit/forwarder/network_namespace.h"

namespace mobility {
namespace {

using Clock = std::chrono::steady_clock;

const auto kMn = Prefix::parse("2001:db8:9::1/128").value();
const Tunnel kTunnels[] = {{IpAddress::parse("2001:db8:5:2::1").value(), TunnelMode::kSeg6},
                           {IpAddress::parse("2001:db8:5:2::2").value(), TunnelMode::kSeg6}};
constexpr std::uint16_t kPort = 5001;

/// A UDP socket of the present namespace.
class UdpSocket {
public:
    UdpSocket() : descriptor_(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const int bytes = 64 * 1024 * 1024;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    }
    ~UdpSocket() { ::close(descriptor_); }
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    void bind() {
        const auto any = at(in6addr_any);
        if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
            throw std::system_error(errno, std::generic_category(), "bind");
        }
    }
    void connect(const IpAddress& to) {
        in6_addr address{};
        std::memcpy(&address, to.bytes().data(), sizeof address);
        const auto far = at(address);
        if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&far), sizeof far) != 0) {
            throw std::system_error(errno, std::generic_category(), "connect");
        }
    }
    void send(std::uint64_t sequence) { ::send(descriptor_, &sequence, sizeof sequence, 0); }
    /// False when nothing came in `limit`.
    bool receive(std::uint64_t& sequence, std::chrono::milliseconds limit) {
        pollfd ready{descriptor_, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(limit.count())) <= 0) return false;
        return ::recv(descriptor_, &sequence, sizeof sequence, 0) == sizeof sequence;
    }

private:
    static sockaddr_in6 at(const in6_addr& address) {
        sockaddr_in6 name{};
        name.sin6_family = AF_INET6;
        name.sin6_port = htons(kPort);
        name.sin6_addr = address;
        return name;
    }
    int descriptor_;
};

void forward_packets() { std::ofstream("/proc/sys/net/ipv6/conf/all/forwarding") << 1; }

/// A pair of devices between the present namespace and another, both up.
void connect_to(const NetworkNamespace& here, const NetworkNamespace& there,
                const std::string& name, const std::string& peer) {
    ip("link add " + name + " mtu 1600 type veth peer name " + peer + " mtu 1600 netns " +
       there.path());
    ip("link set " + name + " up");
    there.enter();
    ip("link set " + peer + " up");
    here.enter();
    wait_for_flag(name, "LOWER_UP");
}

class Topology {
public:
    Topology() {
        // Each constructor entered its own namespace; the last one, the MN's, is where we are.
        mn_.enter();
        connect_to(mn_, ar_, "access0", "access");
        ar_.enter();
        connect_to(ar_, anchor_, "core", "core");
        anchor_.enter();
        connect_to(anchor_, cn_, "outside", "cn0");
        mn_.enter();
        ip("addr add 2001:db8:9::1/128 dev access0 nodad");
        ip("-6 route add default dev access0");
        receiver_ = std::make_unique<UdpSocket>();
        receiver_->bind();
        ar_.enter();
        forward_packets();
        ip("addr add fe80::a/64 dev core nodad");
        ip("-6 route add 2001:db8:5:1::/64 via fe80::b dev core");
        for (const auto& end : kTunnels) {
            ip("-6 nexthop replace id 1 encap seg6local action End.DT6 table main dev lo");
            ip("-6 route add " + end.to.text() + " nhid 1");
        }
        ip("-6 route add 2001:db8:9::1/128 dev access");
        anchor_.enter();
        forward_packets();
        ip("addr add fe80::b/64 dev core nodad");
        ip("-6 route add 2001:db8:5:2::/64 via fe80::a dev core");
        ip("addr add 2001:db8:a::1/64 dev outside nodad");
        cn_.enter();
        ip("addr add 2001:db8:a::2/64 dev cn0 nodad");
        ip("-6 route add default via 2001:db8:a::1");
        sender_ = std::make_unique<UdpSocket>();
        sender_->connect(kMn.address());
        anchor_.enter();
        NetlinkSettings settings;
        settings.tunnel_source = IpAddress::parse("2001:db8:5:1::1").value();
        auto opened = NetlinkForwarder::open(settings);
        if (!opened) throw std::runtime_error(opened.error());
        forwarder_ = std::move(opened.value());
    }
    ~Topology() { cn_.enter(); }

    void move(const Tunnel& to) {
        const Operation operation = SetRoute{kMn, to};
        const auto outcome = forwarder_->apply({&operation, 1}).front();
        if (outcome.kind != Outcome::Kind::kDone) throw std::runtime_error(outcome.reason);
    }
    /// Until neighbours are resolved and carriers are up: at most ten seconds.
    void wait_for_first_packet() {
        const auto limit = Clock::now() + std::chrono::seconds(10);
        std::uint64_t sequence = 0;
        while (Clock::now() < limit) {
            sender_->send(0);
            if (receiver_->receive(sequence, std::chrono::milliseconds(50))) {
                while (receiver_->receive(sequence, std::chrono::milliseconds(200))) continue;
                return;
            }
        }
        throw std::runtime_error("no packet reaches the MN");
    }
    UdpSocket& sender() { return *sender_; }
    UdpSocket& receiver() { return *receiver_; }

private:
    NetworkNamespace cn_;
    NetworkNamespace anchor_;
    NetworkNamespace ar_;
    NetworkNamespace mn_;
    std::unique_ptr<UdpSocket> sender_;
    std::unique_ptr<UdpSocket> receiver_;
    std::unique_ptr<NetlinkForwarder> forwarder_;
};

/// Sequence numbers from 1, evenly spread; how many went.
std::uint64_t send_for(UdpSocket& socket, double seconds, double rate) {
    const auto begun = Clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(Clock::now() - begun).count();
    };
    std::uint64_t sent = 0;
    while (elapsed() < seconds) {
        const auto due = static_cast<std::uint64_t>(elapsed() * rate);
        while (sent < due) socket.send(++sent);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return sent;
}

}  // namespace

TrafficFigures moves_under_traffic(double seconds, double rate, bool moving) {
    Topology topology;
    topology.move(kTunnels[0]);
    topology.wait_for_first_packet();
    topology.move(kTunnels[1]);
    topology.wait_for_first_packet();

    std::atomic<bool> sending = true;
    TrafficFigures figures;
    std::uint64_t received = 0;
    std::thread sender([&] {
        figures.packets = send_for(topology.sender(), seconds, rate);
        sending = false;
    });
    std::thread receiver([&] {
        std::uint64_t sequence = 0, last = 0;
        for (;;) {
            if (!topology.receiver().receive(sequence, std::chrono::milliseconds(500))) {
                if (!sending) return;
                continue;
            }
            ++received;
            if (sequence < last) ++figures.reordered;
            last = sequence;
        }
    });
    while (moving && sending) topology.move(kTunnels[figures.moves++ % 2]);
    sender.join();
    receiver.join();
    figures.lost = figures.packets - received;
    figures.packets_per_second = static_cast<double>(figures.packets) / seconds;
    return figures;
}

}  // namespace mobility
