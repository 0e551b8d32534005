// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What transport/ needs of the kernel's sockets: addresses in its form, descriptors that are never
// inherited by a child process (Kea forks), and its error texts.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/instant.h"
#include "transport/socket_address.h"

namespace mobility {

/// Thread-safe, unlike strerror().
inline std::string error_text(int error) { return std::generic_category().message(error); }

/// Closes what it holds.
class Descriptor {
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Descriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }
    bool open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

/// A sockaddr of either family with its length.
struct NativeAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    NativeAddress() = default;
    explicit NativeAddress(const SocketAddress& from) {
        const auto bytes = from.address.bytes();
        if (from.address.family() == Family::kIpv6) {
            auto* to = reinterpret_cast<sockaddr_in6*>(&storage);
            to->sin6_family = AF_INET6;
            to->sin6_port = htons(from.port);
            std::memcpy(&to->sin6_addr, bytes.data(), bytes.size());
            length = sizeof(sockaddr_in6);
        } else {
            auto* to = reinterpret_cast<sockaddr_in*>(&storage);
            to->sin_family = AF_INET;
            to->sin_port = htons(from.port);
            std::memcpy(&to->sin_addr, bytes.data(), bytes.size());
            length = sizeof(sockaddr_in);
        }
    }

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }

    SocketAddress address() const {
        if (storage.ss_family == AF_INET6) {
            const auto* from = reinterpret_cast<const sockaddr_in6*>(&storage);
            return make(&from->sin6_addr, 16, from->sin6_port);
        }
        const auto* from = reinterpret_cast<const sockaddr_in*>(&storage);
        return make(&from->sin_addr, 4, from->sin_port);
    }

private:
    static SocketAddress make(const void* bytes, std::size_t count, std::uint16_t port) {
        const std::span from(static_cast<const std::uint8_t*>(bytes), count);
        return SocketAddress{*IpAddress::from_bytes(from), ntohs(port)};
    }
};

/// Not connected, not blocking, closed on exec. Not open, with errno set, where the kernel refuses.
inline Descriptor open_tcp(Family family) {
    return Descriptor(::socket(family == Family::kIpv6 ? AF_INET6 : AF_INET,
                               SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
}

/// What every connection gets. Failure is not worth a connection: it works without.
inline void tune_tcp(int descriptor, Milliseconds tcp_user) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto limit = static_cast<unsigned>(tcp_user.count());
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

/// The peer has sent something that we have not read yet: it is not the peer who is slow.
inline bool has_unread(int descriptor) {
    int count = 0;
    return ::ioctl(descriptor, FIONREAD, &count) == 0 && count > 0;
}

/// The peer has ended the connection, whatever it sent before that.
inline bool hung_up(int descriptor) {
    tcp_info info{};
    socklen_t length = sizeof info;
    return ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
           info.tcpi_state != TCP_ESTABLISHED;
}

}  // namespace mobility
