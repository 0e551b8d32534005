// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dialer and Listener: where connections come from and who owns them.
//
// Each keeps its state in an object of its own (Dialling, Listening) that handlers under way hold
// on to; the public object's end empties it, and a handler that comes afterwards finds nothing.
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <random>
#include <stdexcept>
#include <unordered_map>

#include "transport/backoff.h"
#include "transport/dialer.h"
#include "transport/listener.h"
#include "transport/native_socket.h"
#include "transport/tls_connection.h"

namespace mobility {
namespace {

using boost::system::error_code;

constexpr Milliseconds kLongest{3'600'000};

void check_range(const char* setting, Milliseconds value, Milliseconds least) {
    if (value >= least && value <= kLongest) return;
    throw std::invalid_argument(std::string(setting) + ": " + std::to_string(value.count()) +
                                " ms, expected " + std::to_string(least.count()) + ".." +
                                std::to_string(kLongest.count()) + " ms");
}

void check_limits(const ConnectionLimits& limits) {
    check_range("limits.establish", limits.establish, Milliseconds(1));
    check_range("limits.close", limits.close, Milliseconds(0));
    check_range("limits.tcp_user", limits.tcp_user, Milliseconds(0));
    if (limits.high_water < 2) {
        throw std::invalid_argument("limits.high_water: expected 2 bytes or more");
    }
}

void check_settings(const DialerSettings& settings) {
    check_limits(settings.limits);
    check_range("backoff_first", settings.backoff_first, Milliseconds(1));
    check_range("backoff_last", settings.backoff_last, settings.backoff_first);
    check_range("lasting", settings.lasting, Milliseconds(0));
    if (settings.peer.port == 0) {
        throw std::invalid_argument("peer " + settings.peer.text() + ": port 0 cannot be dialled");
    }
    if (settings.expected_name.empty()) {
        throw std::invalid_argument("expected_name of " + settings.peer.text() + ": not given");
    }
    if (settings.source && settings.source->family() != settings.peer.address.family()) {
        throw std::invalid_argument("source " + settings.source->text() +
                                    ": not of the address family of " + settings.peer.text());
    }
}

}  // namespace

// ---- Dialer

class Dialer::Dialling final : public ConnectionOwner,
                               public std::enable_shared_from_this<Dialling> {
public:
    Dialling(boost::asio::io_context& io, TlsIdentity identity, DialerSettings settings,
             DialerUser& user)
        : io_(io),
          identity_(std::move(identity)),
          settings_(std::move(settings)),
          user_(&user),
          timer_(io),
          backoff_(settings_.backoff_first, settings_.backoff_last),
          random_(std::random_device{}()) {}

    void dial() {
        assert(!connection_);
        connection_ = std::make_shared<TlsConnection>(io_, identity_.context(), settings_.limits,
                                                      *this, std::uint64_t{0});
        connection_->dial(settings_.peer, settings_.source, settings_.expected_name);
    }
    void dial_now(const std::optional<SocketAddress>& peer) {
        if (peer) settings_.peer = *peer;
        if (connection_ && !connection_->unanswered()) return;
        if (connection_) std::exchange(connection_, nullptr)->abandon();
        timer_.cancel();
        dial();
    }
    void use(TlsIdentity identity) { identity_ = std::move(identity); }
    void stop() {
        user_ = nullptr;
        timer_.cancel();
        if (connection_) std::exchange(connection_, nullptr)->abandon();
    }

private:
    ConnectionUser* established(TlsConnection& connection) override {
        const auto alive = shared_from_this();
        established_ = std::chrono::steady_clock::now();
        return user_->connected(connection);
    }
    void failed(TlsConnection&, const std::string& reason) override {
        const auto alive = shared_from_this();
        pause();
        user_->dial_failed(settings_.peer.text() + ": " + reason);
    }
    void ended(TlsConnection& connection) override {
        const auto lasted = std::chrono::steady_clock::now() - established_;
        const bool good = connection.lost() || lasted >= settings_.lasting;
        if (connection.heard() && good) backoff_.restart();
        pause();
    }

    void pause() {
        connection_.reset();
        timer_.expires_after(backoff_.pause(std::uniform_real_distribution(0.0, 1.0)(random_)));
        timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
            if (!cancelled && self->user_ != nullptr && !self->connection_) self->dial();
        });
    }

    boost::asio::io_context& io_;
    TlsIdentity identity_;
    DialerSettings settings_;
    DialerUser* user_;  ///< nullptr: the Dialer is gone
    boost::asio::steady_timer timer_;
    Backoff backoff_;
    std::minstd_rand random_;
    std::shared_ptr<TlsConnection> connection_;
    Instant established_{};  ///< the last connection that was
};

Dialer::Dialer(boost::asio::io_context& io, TlsIdentity identity, DialerSettings settings,
               DialerUser& user) {
    check_settings(settings);
    dialling_ = std::make_shared<Dialling>(io, std::move(identity), std::move(settings), user);
}
Dialer::~Dialer() { dialling_->stop(); }
void Dialer::start() { dialling_->dial(); }
void Dialer::dial_now(const std::optional<SocketAddress>& peer) { dialling_->dial_now(peer); }
void Dialer::use(TlsIdentity identity) { dialling_->use(std::move(identity)); }

// ---- Listener

namespace {

/// Accepted at once before others have their turn.
constexpr int kAcceptsPerTurn = 16;
constexpr Milliseconds kShortagePause{100};

Descriptor listen_at(const SocketAddress& address) {
    const auto check = [&address](bool done, const char* what) {
        if (done) return;
        throw std::runtime_error("cannot listen at " + address.text() + ": " + what + ": " +
                                 error_text(errno));
    };
    Descriptor descriptor = open_tcp(address.address.family());
    check(descriptor.open(), "socket");
    const int on = 1;
    ::setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.address.family() == Family::kIpv6) {
        ::setsockopt(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    NativeAddress native(address);
    check(::bind(descriptor.get(), native.get(), native.length) == 0, "bind");
    check(::listen(descriptor.get(), SOMAXCONN) == 0, "listen");
    return descriptor;
}

}  // namespace

class Listener::Listening final : public ConnectionOwner,
                                  public std::enable_shared_from_this<Listening> {
public:
    Listening(boost::asio::io_context& io, TlsIdentity identity, const ListenerSettings& settings,
              ListenerUser& user)
        : io_(io),
          identity_(std::move(identity)),
          settings_(settings),
          user_(&user),
          socket_(io),
          timer_(io) {
        Descriptor descriptor = listen_at(settings_.address);
        NativeAddress bound;
        ::getsockname(descriptor.get(), bound.get(), &bound.length);
        settings_.address = bound.address();
        socket_.assign(descriptor.get());
        descriptor.release();
    }

    void use(TlsIdentity identity) { identity_ = std::move(identity); }
    const SocketAddress& address() const { return settings_.address; }
    Counters counters() const {
        Counters counters = counters_;
        counters.connections = connections_.size();
        counters.handshakes = handshakes_.size();
        return counters;
    }

    /// Waits for peers, or where there is no room for them, for the time to make some.
    void wait() {
        if (waiting_ || user_ == nullptr) return;
        if (handshakes_.size() >= settings_.max_handshakes) {
            return pause(std::chrono::steady_clock::now() + settings_.handshake_grace / 8);
        }
        waiting_ = true;
        socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const error_code& closed) {
                               self->waiting_ = false;
                               if (!closed && self->user_ != nullptr) self->accept();
                           });
    }

    void stop() {
        user_ = nullptr;
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
        for (auto& [id, connection] : std::exchange(handshakes_, {})) connection->abandon();
        for (auto& [id, connection] : std::exchange(connections_, {})) connection->abandon();
    }

private:
    using Connections = std::unordered_map<std::uint64_t, std::shared_ptr<TlsConnection>>;

    void accept() {
        for (int i = 0; i < kAcceptsPerTurn; ++i) {
            if (handshakes_.size() >= settings_.max_handshakes) break;
            NativeAddress peer;
            Descriptor descriptor(::accept4(socket_.native_handle(), peer.get(), &peer.length,
                                            SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (descriptor.open()) {
                begin(std::move(descriptor), peer.address());
            } else if (errno == EAGAIN) {
                break;
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                return short_of("cannot accept: " + error_text(errno));
            }  // else the error of one connection (accept(2)): it is gone
        }
        wait();
    }

    void begin(Descriptor descriptor, const SocketAddress& peer) {
        ++counters_.accepted;
        const std::uint64_t id = counters_.accepted;
        auto connection =
            std::make_shared<TlsConnection>(io_, identity_.context(), settings_.limits, *this, id);
        handshakes_.emplace(id, connection);
        connection->accept(std::move(descriptor), peer);
    }

    void short_of(const std::string& what) {
        const auto alive = shared_from_this();
        pause(std::chrono::steady_clock::now() + kShortagePause);
        user_->refused("", what);
    }

    /// Until a handshake may have to give way, or a shortage may be over.
    void pause(Instant until) {
        timer_.expires_at(until);
        timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
            if (!cancelled && self->user_ != nullptr) self->make_room();
        });
    }

    /// Of the handshakes where the peer lets us wait, not we the peer, the slowest gives way.
    void make_room() {
        if (handshakes_.size() < settings_.max_handshakes) return wait();
        std::shared_ptr<TlsConnection> slowest;
        for (const auto& [id, handshake] : handshakes_) {
            if (slowest && slowest->progress() <= handshake->progress()) continue;
            if (handshake->awaits_peer()) slowest = handshake;
        }
        const auto now = std::chrono::steady_clock::now();
        if (!slowest || slowest->progress() + settings_.handshake_grace > now) return wait();
        slowest->give_up("handshake too slow while others wait");
    }

    ConnectionUser* established(TlsConnection& connection) override {
        const auto alive = shared_from_this();
        const auto handshake = handshakes_.extract(connection.id());
        connections_.emplace(connection.id(), handshake.mapped());
        ++counters_.authenticated;
        wait();
        return user_->accepted(connection);
    }
    void failed(TlsConnection& connection, const std::string& reason) override {
        const auto alive = shared_from_this();
        handshakes_.erase(connection.id());
        ++counters_.refused;
        wait();
        user_->refused(connection.peer_address(), reason);
    }
    void ended(TlsConnection& connection) override { connections_.erase(connection.id()); }

    boost::asio::io_context& io_;
    TlsIdentity identity_;
    ListenerSettings settings_;
    ListenerUser* user_;  ///< nullptr: the Listener is gone
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer timer_;
    bool waiting_ = false;
    Counters counters_;
    Connections handshakes_;
    Connections connections_;
};

Listener::Listener(boost::asio::io_context& io, TlsIdentity identity, ListenerSettings settings,
                   ListenerUser& user) {
    check_limits(settings.limits);
    check_range("handshake_grace", settings.handshake_grace, Milliseconds(1));
    if (settings.max_handshakes == 0) {
        throw std::invalid_argument("max_handshakes: 0, expected 1 or more");
    }
    listening_ = std::make_shared<Listening>(io, std::move(identity), settings, user);
    listening_->wait();
}
Listener::~Listener() { listening_->stop(); }
void Listener::use(TlsIdentity identity) { listening_->use(std::move(identity)); }
SocketAddress Listener::address() const { return listening_->address(); }
Listener::Counters Listener::counters() const { return listening_->counters(); }

}  // namespace mobility
