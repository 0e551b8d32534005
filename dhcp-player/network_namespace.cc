// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// setns(2), there and back.
#include "dhcp-player/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace mobility::player {

InNetworkNamespace::InNetworkNamespace(const std::string& name)
    : before_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    const int inside = open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
    const bool entered = before_ >= 0 && inside >= 0 && setns(inside, CLONE_NEWNET) == 0;
    const int reason = errno;
    if (inside >= 0) {
        close(inside);
    }
    if (!entered) {
        if (before_ >= 0) {
            close(before_);
        }
        throw std::runtime_error("network namespace \"" + name + "\": " + std::strerror(reason));
    }
}

InNetworkNamespace::~InNetworkNamespace() {
    if (setns(before_, CLONE_NEWNET) != 0) {
        std::abort();  // everything after it would happen in the wrong network
    }
    close(before_);
}

}  // namespace mobility::player
