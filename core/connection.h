// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The bytes under a session: the boundary between the pure session state machines and transport/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mobility {

/// One established and authenticated connection. Owned by the transport, used on its thread only.
/// Neither function calls back into the user before it returns.
class Connection {
public:
    virtual ~Connection() = default;

    /// Queues bytes; they arrive in order or the connection closes.
    virtual void send(std::string bytes) = 0;
    /// Bytes queued and not yet taken by the kernel: a sender of much waits for it to fall.
    virtual std::size_t unsent() const = 0;
    /// Ends the connection after what is queued has been written (or a second has passed). The user
    /// hears closed() later, once.
    virtual void close(const std::string& reason) = 0;
    /// DNS and URI names in the subjectAltName of the peer's certificate, as it stands there.
    virtual const std::vector<std::string>& peer_names() const = 0;
    /// The peer's address and port, for log messages.
    virtual std::string peer_address() const = 0;
};

/// Who listens to a Connection. All calls come on the transport's thread.
class ConnectionUser {
public:
    virtual ~ConnectionUser() = default;
    virtual void received(std::span<const std::uint8_t> bytes) = 0;
    /// unsent() has fallen below half of its high-water mark after having exceeded it.
    virtual void drained() = 0;
    /// The last call for this connection; it is invalid afterwards.
    virtual void closed(const std::string& reason) = 0;
};

}  // namespace mobility
