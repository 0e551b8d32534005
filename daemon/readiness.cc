// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Readiness by a line and by sd_notify's datagram.
#include "daemon/readiness.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mobility {
namespace {

/// Whether it arrives is the service manager's affair: it has its own timeout.
void notify(const char* path) {
    sockaddr_un address{};
    const std::size_t length = std::strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        return;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') {
        address.sun_path[0] = '\0';
    }
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    static constexpr char kReady[] = "READY=1";
    sendto(fd, kReady, sizeof kReady - 1, MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
    close(fd);
}

}  // namespace

void announce_ready(const char* program) {
    std::printf("%s ready\n", program);
    std::fflush(stdout);
    if (const char* const path = std::getenv("NOTIFY_SOCKET")) {
        notify(path);
    }
}

}  // namespace mobility
