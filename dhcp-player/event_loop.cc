// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// epoll with nanosecond timeouts: a pace of 10,000 a second has to be kept.
#include "dhcp-player/event_loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace mobility::player {
namespace {

using Clock = Instant::clock;

/// How much is done before what was queued is sent.
constexpr std::size_t kActions = 32;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

timespec time_until(Instant when) {
    const auto left =
        std::max(std::chrono::nanoseconds(when - Clock::now()), std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    return {.tv_sec = static_cast<time_t>(seconds.count()),
            .tv_nsec = static_cast<long>((left - seconds).count())};
}

}  // namespace

EventLoop::EventLoop(Player& player) : player_(player), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) {
        fail("epoll_create1");
    }
    prctl(PR_SET_TIMERSLACK, 1UL);
}

EventLoop::~EventLoop() { close(epoll_); }

void EventLoop::add(Port& port) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &port;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, port.fd(), &event) != 0) {
        fail("epoll_ctl");
    }
    ports_.push_back(&port);
}

void EventLoop::watch_input(int fd, std::function<void(Instant)> readable) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    input_ = fd;
    read_input_ = std::move(readable);
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
        if (errno != EPERM) {
            fail("epoll_ctl on the input");
        }
        input_is_file_ = true;
    }
}

void EventLoop::end_input() {
    if (!input_is_file_ && input_ >= 0) {
        epoll_ctl(epoll_, EPOLL_CTL_DEL, input_, nullptr);
    }
    input_ = -1;
    input_is_file_ = false;
}

void EventLoop::run(const std::function<bool()>& over) {
    while (!over()) {
        player_.agenda().run(Clock::now(), kActions);
        flush();
        if (over()) {
            return;
        }
        wait();
        if (input_is_file_) {
            read_input_(Clock::now());
        }
        flush();
    }
}

void EventLoop::flush() {
    for (Port* const port : ports_) {
        port->flush();
    }
}

void EventLoop::wait() {
    std::array<epoll_event, 32> events;
    const auto next = player_.agenda().next();
    const timespec timeout =
        input_is_file_ ? timespec{} : time_until(next.value_or(Instant::max()));
    const bool forever = !next && !input_is_file_;
    const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                                   forever ? nullptr : &timeout, nullptr);
    if (count < 0 && errno != EINTR) {
        fail("epoll_pwait2");
    }
    for (int i = 0; i < count; ++i) {
        if (auto* const port = static_cast<Port*>(events[static_cast<std::size_t>(i)].data.ptr)) {
            port->receive(player_);
        } else {
            read_input_(Clock::now());
        }
    }
}

}  // namespace mobility::player
