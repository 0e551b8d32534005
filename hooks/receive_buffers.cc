// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// socket(7): SO_RCVBUFFORCE, else SO_RCVBUF.
#include "hooks/receive_buffers.h"

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/iface_mgr.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>

namespace mobility {
namespace {

std::size_t enlarge(int fd) {
    // The kernel doubles what it is told, for its own bookkeeping.
    const int wanted = kReceiveBuffer / 2;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    }
    int size = 0;
    socklen_t length = sizeof size;
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length);
    return static_cast<std::size_t>(size);
}

}  // namespace

std::size_t enlarge_receive_buffers() {
    std::size_t smallest = std::numeric_limits<std::size_t>::max();
    for (const auto& interface : isc::dhcp::IfaceMgr::instance().getIfaces()) {
        for (const auto& socket : interface->getSockets()) {
            smallest = std::min(smallest, enlarge(socket.sockfd_));
        }
    }
    return smallest == std::numeric_limits<std::size_t>::max() ? 0 : smallest;
}

}  // namespace mobility
