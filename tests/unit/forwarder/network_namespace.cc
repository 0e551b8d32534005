// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// unshare() for the thread, ip(8) for the devices.
#include "tests/unit/forwarder/network_namespace.h"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace mobility {
namespace {

constexpr const char* kOwnNamespace = "/proc/thread-self/ns/net";

/// A descriptor that goes with the scope.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {
        if (number_ < 0) throw std::system_error(errno, std::generic_category(), "descriptor");
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

}  // namespace

std::string no_namespaces_reason() {
    if (::geteuid() != 0) return "network namespaces need root";
    if (std::system("ip -V >/dev/null 2>&1") != 0) return "ip(8) is not installed (iproute2)";
    return {};
}

NetworkNamespace::NetworkNamespace()
    : before_(::open(kOwnNamespace, O_RDONLY | O_CLOEXEC)), here_(-1) {
    if (before_ < 0 || ::unshare(CLONE_NEWNET) != 0) {
        throw std::system_error(errno, std::generic_category(), "a new network namespace");
    }
    here_ = ::open(kOwnNamespace, O_RDONLY | O_CLOEXEC);
    ip("link set lo up");
}

NetworkNamespace::~NetworkNamespace() {
    ::setns(before_, CLONE_NEWNET);
    ::close(before_);
    ::close(here_);
}

void NetworkNamespace::enter() const {
    if (::setns(here_, CLONE_NEWNET) != 0) {
        throw std::system_error(errno, std::generic_category(), "entering a network namespace");
    }
}

std::string NetworkNamespace::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(here_);
}

void NetworkNamespace::add_pair(const std::string& name, const std::string& peer) {
    ip("link add " + name + " type veth peer name " + peer);
    for (const auto& each : {name, peer}) {
        ip("link set " + each + " addrgenmode none");  // before it is up, or there is an address
        ip("link set " + each + " up");
    }
    wait_for_flag(name, "LOWER_UP");
    wait_for_flag(peer, "LOWER_UP");
}

void ip(const std::string& arguments) {
    const auto command = "ip " + arguments;
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::string ip_output(const std::string& arguments) {
    const auto command = "ip " + arguments;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               ::pclose);
    if (!pipe) throw std::runtime_error("failed: " + command);
    std::string output;
    std::array<char, 4096> part{};
    while (const auto got = std::fread(part.data(), 1, part.size(), pipe.get())) {
        output.append(part.data(), got);
    }
    return output;
}

void wait_for_flag(const std::string& device, const std::string& flag, bool present) {
    // Listening first, then looking: no change can fall between.
    const Descriptor events(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK;
    if (::bind(events.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        throw std::system_error(errno, std::generic_category(), "link events");
    }
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    for (;;) {
        const auto line = ip_output("-o link show dev " + device);
        const auto flags = line.substr(0, line.find('>'));
        if ((flags.find(flag) != std::string::npos) == present) return;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            limit - std::chrono::steady_clock::now());
        if (left.count() <= 0) throw std::runtime_error(device + " stays " + flags);
        pollfd ready{events.number(), POLLIN, 0};
        ::poll(&ready, 1, static_cast<int>(left.count()));
        std::array<char, 65536> event{};
        ::recv(events.number(), event.data(), event.size(), MSG_DONTWAIT);
    }
}

}  // namespace mobility
