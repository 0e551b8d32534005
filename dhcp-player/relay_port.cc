// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// UDP with the source address chosen for each datagram (RFC 3542), many to a system call.
#include "dhcp-player/relay_port.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace mobility::player {
namespace {

constexpr int kReceiveBuffer = 32 << 20;
constexpr std::size_t kControl = 128;

sockaddr_in6 socket_address(const IpAddress& address, std::uint16_t port) {
    sockaddr_in6 socket{};
    socket.sin6_family = AF_INET6;
    socket.sin6_port = htons(port);
    std::ranges::copy(address.bytes(), socket.sin6_addr.s6_addr);
    return socket;
}

void set_option(int fd, int level, int option, int value, const char* name) {
    if (setsockopt(fd, level, option, &value, sizeof value) != 0) {
        throw std::runtime_error(std::string("relay port: ") + name + ": " + std::strerror(errno));
    }
}

/// Puts the source address into the control part of a message (RFC 3542 section 6.2).
void name_source(msghdr& header, const IpAddress& source) {
    cmsghdr* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = IPPROTO_IPV6;
    part->cmsg_type = IPV6_PKTINFO;
    part->cmsg_len = CMSG_LEN(sizeof(in6_pktinfo));
    in6_pktinfo info{};
    std::ranges::copy(source.bytes(), info.ipi6_addr.s6_addr);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

IpAddress destination(msghdr& header) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(part), sizeof info);
            return *IpAddress::from_bytes(info.ipi6_addr.s6_addr);
        }
    }
    return {};
}

void configure(int fd, std::uint16_t port) {
    set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
    set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
    set_option(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1, "IPV6_TRANSPARENT (needs CAP_NET_ADMIN)");
    set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer, "SO_RCVBUFFORCE");
    if (const auto enabled = ReceiveClock::enable(fd); !enabled) {
        throw std::runtime_error("relay port: " + enabled.error());
    }
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
        throw std::runtime_error("relay port: UDP port " + std::to_string(port) +
                                 " of this network namespace: " + std::strerror(errno));
    }
}

}  // namespace

RelayPort::RelayPort(std::uint16_t port) : queue_(kBatch) {
    fd_ = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
        throw std::runtime_error(std::string("relay port: socket: ") + std::strerror(errno));
    }
    try {
        configure(fd_, port);
    } catch (...) {
        close(fd_);
        throw;
    }
}

RelayPort::~RelayPort() { close(fd_); }

std::vector<std::uint8_t>& RelayPort::next_datagram(const RelayPath& path, RelayEnd& sender) {
    if (queued_ == queue_.size()) {
        queue_.emplace_back();
    }
    Datagram& datagram = queue_[queued_++];
    datagram.source = path.source;
    datagram.server = socket_address(path.server, path.server_port);
    datagram.sender = &sender;
    return datagram.bytes;
}

void RelayPort::deliver(Bytes datagram, const IpAddress& sent_to, Instant at,
                        Inhabitants& inhabitants) {
    const auto found = ends_.find(sent_to);
    if (found == ends_.end()) {
        return;
    }
    const auto taken = [&](RelayEnd* end) { return end->take(datagram, at, inhabitants); };
    if (std::ranges::none_of(found->second, taken)) {
        found->second.front()->take_unknown(datagram, at, inhabitants);
    }
}

void RelayPort::flush() {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kBatch> control;
    for (std::size_t done = 0; done < queued_;) {
        const std::size_t count = std::min(kBatch, queued_ - done);
        for (std::size_t i = 0; i < count; ++i) {
            Datagram& datagram = queue_[done + i];
            parts[i] = {datagram.bytes.data(), datagram.bytes.size()};
            msghdr& header = headers[i].msg_hdr;
            header = {};
            header.msg_name = &datagram.server;
            header.msg_namelen = sizeof datagram.server;
            header.msg_iov = &parts[i];
            header.msg_iovlen = 1;
            header.msg_control = control[i].data();
            header.msg_controllen = CMSG_SPACE(sizeof(in6_pktinfo));
            control[i].fill(0);
            name_source(header, datagram.source);
        }
        const int sent = sendmmsg(fd_, headers.data(), static_cast<unsigned>(count), 0);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            queue_[done].sender->sending_failed(std::string("sendmmsg: ") + std::strerror(errno));
        }
        done += static_cast<std::size_t>(std::max(sent, 1));
    }
    queued_ = 0;
}

std::size_t RelayPort::receive(Inhabitants& inhabitants) {
    return received_.receive(fd_, clock_, [&](Bytes datagram, msghdr& header, Instant at) {
        deliver(datagram, destination(header), at, inhabitants);
    });
}

}  // namespace mobility::player
