// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The listening end of sessions: accepts TLS connections, refuses whom the trust anchor does not
// vouch for, hands the others over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/connection.h"
#include "transport/connection_limits.h"
#include "transport/socket_address.h"
#include "transport/tls_identity.h"

namespace boost::asio {
class io_context;
}

namespace mobility {

/// Who is told by a Listener. Any function may destroy the Listener.
class ListenerUser {
public:
    virtual ~ListenerUser() = default;

    /// An authenticated peer: peer_names() says who. Returns who listens to the connection from now
    /// on, or nullptr to have it closed; the user must live until its closed() or the Listener's
    /// end. Sending at once is right.
    virtual ConnectionUser* accepted(Connection& connection) = 0;

    /// A connection that did not get that far: `peer` as "[2001:db8::9]:40312", and why, e.g.
    /// "certificate of ar9.example: certificate has expired". Anybody who reaches the port can
    /// cause it: the owner limits what it logs. With an empty `peer` the Listener itself is short
    /// of something (descriptors) and tries again by itself.
    virtual void refused(const std::string& peer, const std::string& reason) = 0;
};

struct ListenerSettings {
    SocketAddress address;  ///< an IPv6 address takes IPv6 connections only, also ::
    /// Connections that have not yet authenticated, at most; 1 or more. At the limit nobody is
    /// accepted until one has finished, or has let us wait for `handshake_grace`: then it gives
    /// way, so that those who connect and stay silent cannot shut out the others.
    std::size_t max_handshakes = 256;
    Milliseconds handshake_grace{1'000};
    ConnectionLimits limits;
};

/// Thread: constructed anywhere; use(), the getters and destruction on the thread that runs `io`,
/// or while nobody runs it. All calls to the user, and to the ConnectionUsers, come from inside
/// io.run(), never from a call to the Listener or a Connection.
/// Invariant: a connection is the Listener's until its closed() has returned.
///
/// Destruction (also from inside any of its own calls) closes every connection at once, without
/// ConnectionUser::closed(); afterwards nothing of it calls anybody. `io` must live until then;
/// what remains inside `io` is freed by its next turn or its destruction.
class Listener {
public:
    /// Binds and listens. Throws std::runtime_error that names the address and the kernel's reason,
    /// std::invalid_argument naming the setting that is out of range.
    Listener(boost::asio::io_context& io, TlsIdentity identity, ListenerSettings settings,
             ListenerUser& user);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// For connections accepted from now on; those that stand are left alone.
    void use(TlsIdentity identity);
    /// What is really bound: the port that the kernel chose where 0 was asked for.
    SocketAddress address() const;

    struct Counters {
        std::uint64_t accepted = 0;       ///< TCP connections
        std::uint64_t authenticated = 0;  ///< of these, handed to the user
        std::uint64_t refused = 0;        ///< of these, refused, timed out or given way
        std::size_t connections = 0;      ///< authenticated and not yet closed
        std::size_t handshakes = 0;       ///< in progress
    };
    Counters counters() const;

private:
    class Listening;
    std::shared_ptr<Listening> listening_;
};

}  // namespace mobility
