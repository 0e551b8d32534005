// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The dialling end of a session: keeps one TLS connection to one named peer up, for ever.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/connection.h"
#include "core/ip_address.h"
#include "transport/connection_limits.h"
#include "transport/socket_address.h"
#include "transport/tls_identity.h"

namespace boost::asio {
class io_context;
}

namespace mobility {

/// Who is told by a Dialer. Any function may destroy the Dialer.
class DialerUser {
public:
    virtual ~DialerUser() = default;

    /// The peer has proven the expected name. Returns who listens to the connection from now on, or
    /// nullptr to have it closed; the user must live until its closed() or the Dialer's end.
    /// Sending at once is right.
    ///
    /// TLS 1.3 lets the dialling side begin before the peer has judged *our* certificate: where it
    /// refuses us, closed() follows with the peer's alert as the reason.
    virtual ConnectionUser* connected(Connection& connection) = 0;

    /// No connection came of one attempt; the next follows by itself. The reason is complete, e.g.
    /// "[2001:db8::1]:4433: certificate is for ar9.example, expected anchor.example". Comes as
    /// often as attempts are made: the owner limits what it logs.
    virtual void dial_failed(const std::string& reason) = 0;
};

struct DialerSettings {
    SocketAddress peer;
    /// Must be among the DNS or URI names in the subjectAltName of the peer's certificate: DNS
    /// names compared without regard to case, URIs exactly; no wildcards.
    std::string expected_name;
    /// Our end of the connection; none: the kernel chooses.
    std::optional<IpAddress> source;
    /// Pause before the next attempt: doubles from `backoff_first` to `backoff_last`, each time a
    /// random part of 50..100 % of it. 1 ms .. 1 h, first <= last.
    Milliseconds backoff_first{100};
    Milliseconds backoff_last{5'000};
    /// It begins again at `backoff_first` after a connection on which the peer has sent something,
    /// and which broke, or has lasted so long. A peer that says no and closes gains nothing; nor do
    /// two who dial with one identity and displace each other, if this is longer than
    /// `backoff_last`.
    Milliseconds lasting{10'000};
    ConnectionLimits limits;
};

/// Thread: constructed anywhere; start(), use() and destruction on the thread that runs `io`, or
/// while nobody runs it. All calls to the user, and to the ConnectionUser, come from inside
/// io.run(), never from a call to the Dialer or a Connection.
/// Invariant: at most one connection or attempt at a time.
///
/// Destruction (also from inside any of its own calls) closes the connection at once, without
/// ConnectionUser::closed(); afterwards nothing of it calls anybody. `io` must live until then;
/// what remains inside `io` is freed by its next turn or its destruction.
class Dialer {
public:
    /// Throws std::invalid_argument naming the setting that is out of range. Opens nothing.
    Dialer(boost::asio::io_context& io, TlsIdentity identity, DialerSettings settings,
           DialerUser& user);
    ~Dialer();
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;

    /// Begins to dial: once.
    void start();
    /// At once instead of after the pause, and from now on `peer`, if there is one. An attempt that
    /// nobody has answered yet begins again; a handshake and a connection go on.
    void dial_now(const std::optional<SocketAddress>& peer = std::nullopt);
    /// From the next attempt on; a connection that stands is left alone.
    void use(TlsIdentity identity);

private:
    class Dialling;
    std::shared_ptr<Dialling> dialling_;
};

}  // namespace mobility
