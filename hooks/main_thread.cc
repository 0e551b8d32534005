// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An eventfd among the sockets of Kea's main loop.
#include "hooks/main_thread.h"

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/iface_mgr.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>
#include <utility>

#include "hooks/json_section.h"
#include "hooks/log.h"

namespace mobility {

MainThread::MainThread(std::function<void()> called)
    : called_(std::move(called)), descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) {
        throw ConfigurationError("no descriptor to wake the server with: " +
                                 std::generic_category().message(errno));
    }
    if (descriptor_ >= FD_SETSIZE) {
        ::close(descriptor_);
        throw ConfigurationError(
            "the server has so many files and connections open that its select() fails; restart it "
            "and look for what keeps them");
    }
    isc::dhcp::IfaceMgr::instance().addExternalSocket(descriptor_, [this](int) { on_ready(); });
}

MainThread::~MainThread() {
    isc::dhcp::IfaceMgr::instance().deleteExternalSocket(descriptor_);
    ::close(descriptor_);
}

void MainThread::wake() {
    const std::uint64_t one = 1;
    // Fails only when it is marked already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void MainThread::on_ready() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto length = ::read(descriptor_, &count, sizeof count);
    try {
        called_();
    } catch (const std::exception& error) {
        log_limited(kServiceFailed, [&] { return error.what(); });
    }
}

}  // namespace mobility
