// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Waits for packets, input and the next thing to do, on one thread.
#pragma once

#include <functional>
#include <vector>

#include "dhcp-player/link.h"
#include "dhcp-player/player.h"

namespace mobility::player {

class EventLoop {
public:
    explicit EventLoop(Player& player);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// The port must live as long as the loop.
    void add(Port& port);
    /// `readable` is called when there is something to read, also at the end of input.
    void watch_input(int fd, std::function<void(Instant now)> readable);
    void end_input();

    /// Until `over`, which is asked after each round.
    void run(const std::function<bool()>& over);

private:
    void flush();
    void wait();

    Player& player_;
    int epoll_;
    std::vector<Port*> ports_;
    int input_ = -1;
    /// A file has no readiness: it is always ready.
    bool input_is_file_ = false;
    std::function<void(Instant)> read_input_;
};

}  // namespace mobility::player
