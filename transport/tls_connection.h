// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One TCP connection with TLS on it, from the first packet to closed(): what a Dialer and a
// Listener are made of. Seen by transport/ only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/connection.h"
#include "transport/connection_limits.h"
#include "transport/native_socket.h"
#include "transport/socket_address.h"
#include "transport/tls_context.h"

namespace mobility {

class TlsConnection;

/// The Dialer or Listener behind a connection. May abandon() it in any of these.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    /// The peer is authenticated. Returns the user, or nullptr to close.
    virtual ConnectionUser* established(TlsConnection& connection) = 0;
    /// The last call: it never was established.
    virtual void failed(TlsConnection& connection, const std::string& reason) = 0;
    /// The last call: it was established, and its user has heard closed().
    virtual void ended(TlsConnection& connection) = 0;
};

/// Every operation in progress holds a reference, so that the object outlives its own functions.
/// Invariant: `stage_` is kEnded if and only if socket and SSL are gone; it is looked at again
/// after every call to user or owner.
class TlsConnection final : public Connection, public std::enable_shared_from_this<TlsConnection> {
public:
    TlsConnection(boost::asio::io_context& io, std::shared_ptr<const TlsContext> context,
                  const ConnectionLimits& limits, ConnectionOwner& owner, std::uint64_t id);

    /// One of these two, once. Failures come later, through the owner.
    void dial(const SocketAddress& peer, const std::optional<IpAddress>& source,
              const std::string& expected_name);
    void accept(Descriptor descriptor, const SocketAddress& peer);
    /// Ends the attempt; the owner hears failed() before this returns.
    void give_up(const std::string& reason) { end(reason); }
    /// Closes at once and calls nobody, ever.
    void abandon();

    void send(std::string bytes) override;
    std::size_t unsent() const override { return unsent_; }
    void close(const std::string& reason) override;
    const std::vector<std::string>& peer_names() const override { return check_.names; }
    std::string peer_address() const override { return peer_.text(); }

    /// Given by the owner.
    std::uint64_t id() const { return id_; }
    /// In a handshake: it is the peer's turn, not ours.
    bool awaits_peer() const { return !has_unread(wire_.descriptor); }
    /// In a handshake: when it last made progress.
    Instant progress() const { return timer_.expiry() - limits_.establish; }
    /// Dialled, and not even the peer's kernel has said anything.
    bool unanswered() const { return stage_ == Stage::kConnecting; }
    /// The peer has sent something: it has accepted our certificate.
    bool heard() const { return heard_; }
    /// It broke: neither side has closed it.
    bool lost() const { return lost_; }

private:
    enum class Stage : std::uint8_t {
        kConnecting,
        kHandshake,
        kOpen,
        kFlushing,   ///< close() was called, queued bytes are still to be written
        kLingering,  ///< our close_notify and FIN are written, the peer's are awaited
        kEnded
    };
    enum class Way : std::uint8_t { kRead, kWrite };

    Result<Descriptor> connect(const std::optional<IpAddress>& source);
    bool start_tls(Descriptor descriptor, bool dials);
    void limit_time(Milliseconds limit);
    bool time_has_passed() const { return timer_.expiry() <= std::chrono::steady_clock::now(); }
    void time_is_up();
    void wait(Way way);
    void ready(Way way);
    void connected();
    void handshake();
    void read();
    void read_stopped(int ssl_error);
    void post_flush();
    void flush();
    void write_stopped(int ssl_error);
    void taken(std::size_t count);
    void linger();
    void end(std::string reason);
    void release();

    boost::asio::io_context& io_;
    std::shared_ptr<const TlsContext> context_;
    ConnectionLimits limits_;
    ConnectionOwner* owner_;
    ConnectionUser* user_ = nullptr;
    std::uint64_t id_;
    SocketAddress peer_;
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer timer_;
    Wire wire_;
    PeerCheck check_;
    OpenSslPointer<SSL> ssl_;

    /// What was sent and not yet taken, in pieces of which each but the last makes whole records.
    std::deque<std::string> queue_;
    std::size_t front_taken_ = 0;  ///< bytes of the first piece that are gone already
    std::size_t unsent_ = 0;

    std::string close_reason_;  ///< given to close()
    std::string write_failure_;
    Stage stage_ = Stage::kConnecting;
    OSSL_HANDSHAKE_STATE handshake_state_ = TLS_ST_BEFORE;
    bool established_ = false;
    bool heard_ = false;
    bool lost_ = false;
    bool tls_failed_ = false;
    bool above_high_water_ = false;
    bool flush_posted_ = false;
    bool waiting_to_read_ = false;
    bool waiting_to_write_ = false;
    bool read_wants_write_ = false;
    bool write_wants_read_ = false;
};

}  // namespace mobility
