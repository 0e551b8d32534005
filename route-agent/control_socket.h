// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The operator's door: one line in, one line of JSON out, over a Unix socket that root may reach.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.h"

namespace boost::asio {
class io_context;
}

namespace mobility {

/// Thread: that of `io`. A few askers at a time, each for a bounded time.
class ControlSocket {
public:
    using Answer = std::function<std::string(const std::string& question)>;

    /// Replaces a socket that a dead process left at `path`. Throws std::runtime_error naming it.
    ControlSocket(boost::asio::io_context& io, const std::string& path, Answer answer);
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

private:
    class Listening;
    std::shared_ptr<Listening> listening_;
};

/// Asks a running agent; waits at most ten seconds.
Result<std::string> ask(const std::string& path, const std::string& question);

}  // namespace mobility
