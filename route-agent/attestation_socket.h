// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Where the relay beside this agent says what it has relayed: one Unix datagram for each exchange.
// Who may write there is believed, so the file system says who that is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/mobility_event.h"
#include "daemon/privileges.h"

namespace boost::asio {
class io_context;
}

namespace mobility {

/// Thread: that of `io`.
class AttestationSocket {
public:
    using Hear = std::function<void(const RelayedExchange&)>;

    /// Replaces what a dead process left at `path`; `account` and root may write there, or root
    /// alone. Throws std::runtime_error naming the path.
    AttestationSocket(boost::asio::io_context& io, const std::string& path,
                      const std::optional<Account>& account, Hear hear);
    ~AttestationSocket();
    AttestationSocket(const AttestationSocket&) = delete;
    AttestationSocket& operator=(const AttestationSocket&) = delete;

private:
    class Receiving;
    std::unique_ptr<Receiving> receiving_;
};

}  // namespace mobility
