// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One TCP connection with TLS on it, from the first packet to closed().
//
// Asio tells when the socket is ready, OpenSSL reads and writes it. (Asio's own ssl::stream copies
// through a BIO pair and keeps some 70 KiB of buffers for every idle connection.) Bytes to send are
// queued and written at the end of the present turn of the io_context, so that what is sent within
// one turn shares TLS records.
#include "transport/tls_connection.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

namespace mobility {
namespace {

using boost::asio::posix::descriptor_base;

constexpr std::size_t kRecord = 16 * 1024;  ///< largest TLS record (RFC 8446 section 5.1)
/// Records read or written before other connections have their turn.
constexpr int kRecordsPerTurn = 16;

/// OpenSSL's own socket BIO would raise SIGPIPE, which is not ours to ignore inside Kea.
int write_wire(BIO* bio, const char* bytes, int count) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    ssize_t done = 0;
    do {
        done = ::send(wire.descriptor, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
    } while (done < 0 && errno == EINTR);
    if (done < 0) {
        wire.error = errno;
        if (wire.error == EAGAIN) BIO_set_retry_write(bio);
    }
    return static_cast<int>(done);
}

int read_wire(BIO* bio, char* bytes, int count) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    ssize_t done = 0;
    do {
        done = ::recv(wire.descriptor, bytes, static_cast<std::size_t>(count), 0);
    } while (done < 0 && errno == EINTR);
    wire.error = done < 0 ? errno : 0;
    if (done < 0 && wire.error == EAGAIN) BIO_set_retry_read(bio);
    wire.over = done == 0;
    return static_cast<int>(done);
}

long control_wire(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return static_cast<const Wire*>(BIO_get_data(bio))->over ? 1 : 0;
    return 0;
}

int create_wire(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

}  // namespace

OpenSslPointer<BIO_METHOD> make_wire_method() {
    OpenSslPointer<BIO_METHOD> method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "mobility wire"));
    if (!method) return nullptr;
    BIO_meth_set_write(method.get(), write_wire);
    BIO_meth_set_read(method.get(), read_wire);
    BIO_meth_set_ctrl(method.get(), control_wire);
    BIO_meth_set_create(method.get(), create_wire);
    return method;
}

OpenSslPointer<SSL> TlsContext::open(Wire& wire, PeerCheck& check, bool dials) const {
    OpenSslPointer<SSL> ssl(SSL_new(context_.get()));
    BIO* const bio = ssl ? BIO_new(wire_method_.get()) : nullptr;
    if (bio == nullptr) {
        ERR_clear_error();
        return nullptr;
    }
    BIO_set_data(bio, &wire);
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_app_data(ssl.get(), &check);
    dials ? SSL_set_connect_state(ssl.get()) : SSL_set_accept_state(ssl.get());
    return ssl;
}

TlsConnection::TlsConnection(boost::asio::io_context& io, std::shared_ptr<const TlsContext> context,
                             const ConnectionLimits& limits, ConnectionOwner& owner,
                             std::uint64_t id)
    : io_(io),
      context_(std::move(context)),
      limits_(limits),
      owner_(&owner),
      id_(id),
      socket_(io),
      timer_(io) {}

void TlsConnection::dial(const SocketAddress& peer, const std::optional<IpAddress>& source,
                         const std::string& expected_name) {
    peer_ = peer;
    check_.expected_name = expected_name;
    limit_time(limits_.establish);
    Result<Descriptor> descriptor = connect(source);
    if (descriptor && start_tls(std::move(*descriptor), true)) return wait(Way::kWrite);
    const std::string reason = descriptor ? "out of memory" : descriptor.error();
    boost::asio::post(io_, [self = shared_from_this(), reason] { self->end(reason); });
}

Result<Descriptor> TlsConnection::connect(const std::optional<IpAddress>& source) {
    Descriptor descriptor = open_tcp(peer_.address.family());
    if (!descriptor.open()) return Error{"cannot open a socket: " + error_text(errno)};
    tune_tcp(descriptor.get(), limits_.tcp_user);
    if (source) {
        NativeAddress from(SocketAddress{*source, 0});
        if (::bind(descriptor.get(), from.get(), from.length) != 0) {
            return Error{"cannot use source address " + source->text() + ": " + error_text(errno)};
        }
    }
    NativeAddress to(peer_);
    if (::connect(descriptor.get(), to.get(), to.length) != 0 && errno != EINPROGRESS) {
        return Error{error_text(errno)};
    }
    return descriptor;
}

void TlsConnection::accept(Descriptor descriptor, const SocketAddress& peer) {
    peer_ = peer;
    limit_time(limits_.establish);
    tune_tcp(descriptor.get(), limits_.tcp_user);
    stage_ = Stage::kHandshake;
    if (start_tls(std::move(descriptor), false)) return wait(Way::kRead);
    boost::asio::post(io_, [self = shared_from_this()] { self->end("out of memory"); });
}

bool TlsConnection::start_tls(Descriptor descriptor, bool dials) {
    wire_.descriptor = descriptor.get();
    boost::system::error_code refused;
    socket_.assign(descriptor.get(), refused);
    if (refused) return false;
    descriptor.release();
    ssl_ = context_->open(wire_, check_, dials);
    return ssl_ != nullptr;
}

void TlsConnection::limit_time(Milliseconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
        // The handler of an earlier limit may have been on its way when the limit was changed.
        if (!cancelled && self->time_has_passed()) self->time_is_up();
    });
}

void TlsConnection::time_is_up() {
    const std::string limit = " within " + std::to_string(limits_.establish.count()) + " ms";
    switch (stage_) {
        case Stage::kConnecting:
            return end("no answer" + limit);
        case Stage::kHandshake:
            // When a thousand come at once it is we who are slow: what waits for us counts.
            if (!awaits_peer()) handshake();
            if (stage_ != Stage::kHandshake || !time_has_passed()) return;
            return end("no TLS handshake" + limit);
        case Stage::kFlushing:
        case Stage::kLingering:
            return end(close_reason_);
        case Stage::kOpen:
        case Stage::kEnded:
            return;
    }
}

void TlsConnection::wait(Way way) {
    bool& waiting = way == Way::kRead ? waiting_to_read_ : waiting_to_write_;
    if (waiting || stage_ == Stage::kEnded) return;
    waiting = true;
    socket_.async_wait(way == Way::kRead ? descriptor_base::wait_read : descriptor_base::wait_write,
                       [self = shared_from_this(), way](const boost::system::error_code& closed) {
                           if (!closed) self->ready(way);
                       });
}

void TlsConnection::ready(Way way) {
    (way == Way::kRead ? waiting_to_read_ : waiting_to_write_) = false;
    switch (stage_) {
        case Stage::kConnecting:
            return connected();
        case Stage::kHandshake:
            return handshake();
        case Stage::kEnded:
            return;
        case Stage::kOpen:
        case Stage::kFlushing:
        case Stage::kLingering:
            break;
    }
    if (way == Way::kWrite || write_wants_read_) flush();
    if (stage_ != Stage::kEnded && (way == Way::kRead || read_wants_write_)) read();
}

void TlsConnection::connected() {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(wire_.descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return end(error_text(error));
    stage_ = Stage::kHandshake;
    handshake();
}

void TlsConnection::handshake() {
    // It may have given up while it waited for its turn: no signature for the dead.
    if (SSL_in_before(ssl_.get()) == 1 && hung_up(wire_.descriptor)) {
        return end("cut off by the peer");
    }
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done != 1) {
        const int error = SSL_get_error(ssl_.get(), done);
        const OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl_.get());
        if (std::exchange(handshake_state_, state) != state) limit_time(limits_.establish);
        if (error == SSL_ERROR_WANT_READ) return wait(Way::kRead);
        if (error == SSL_ERROR_WANT_WRITE) return wait(Way::kWrite);
        return end(failure_text(error, wire_, check_));
    }
    stage_ = Stage::kOpen;
    established_ = true;
    timer_.cancel();
    ConnectionUser* const user = owner_->established(*this);
    if (stage_ == Stage::kEnded) return;
    user_ = user;
    if (user_ == nullptr) close("not wanted");
    read();
}

void TlsConnection::read() {
    // On the stack: shared by all connections, and still there if a user ends everything.
    std::array<std::uint8_t, kRecord> bytes;
    read_wants_write_ = false;
    for (int i = 0; i < kRecordsPerTurn; ++i) {
        ERR_clear_error();
        const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (count <= 0) return read_stopped(SSL_get_error(ssl_.get(), count));
        heard_ = true;
        if (stage_ == Stage::kOpen) {
            user_->received(std::span(bytes.data(), static_cast<std::size_t>(count)));
        }
        if (stage_ == Stage::kEnded) return;
    }
    if (waiting_to_read_) return;
    waiting_to_read_ = true;
    boost::asio::post(io_, [self = shared_from_this()] { self->ready(Way::kRead); });
}

void TlsConnection::read_stopped(int ssl_error) {
    const bool wanting = ssl_error == SSL_ERROR_WANT_READ || ssl_error == SSL_ERROR_WANT_WRITE;
    if (wanting && !write_failure_.empty()) return end(write_failure_);
    if (ssl_error == SSL_ERROR_WANT_READ) return wait(Way::kRead);
    if (ssl_error == SSL_ERROR_WANT_WRITE) {
        read_wants_write_ = true;
        return wait(Way::kWrite);
    }
    tls_failed_ = tls_failed_ || ssl_error != SSL_ERROR_ZERO_RETURN;
    const bool peer_said_why = !wire_.over && wire_.error == 0;
    const std::string reason = failure_text(ssl_error, wire_, check_);
    end(write_failure_.empty() || peer_said_why ? reason : write_failure_);
}

void TlsConnection::send(std::string bytes) {
    if (stage_ != Stage::kOpen || !write_failure_.empty() || bytes.empty()) return;
    unsent_ += bytes.size();
    if (unsent_ > limits_.high_water) above_high_water_ = true;
    if (!queue_.empty() && queue_.back().size() + bytes.size() <= kRecord) {
        queue_.back() += bytes;
    } else {
        queue_.push_back(std::move(bytes));
    }
    post_flush();
}

void TlsConnection::close(const std::string& reason) {
    if (stage_ != Stage::kOpen) return;
    stage_ = Stage::kFlushing;
    close_reason_ = reason;
    limit_time(limits_.close);
    post_flush();
}

void TlsConnection::post_flush() {
    if (flush_posted_ || waiting_to_write_ || write_wants_read_) return;
    flush_posted_ = true;
    boost::asio::post(io_, [self = shared_from_this()] {
        self->flush_posted_ = false;
        if (self->stage_ != Stage::kEnded) self->flush();
    });
}

void TlsConnection::flush() {
    write_wants_read_ = false;
    for (int i = 0; i < kRecordsPerTurn && !queue_.empty(); ++i) {
        const std::string& front = queue_.front();
        const std::size_t count = std::min(kRecord, front.size() - front_taken_);
        ERR_clear_error();
        const int done =
            SSL_write(ssl_.get(), front.data() + front_taken_, static_cast<int>(count));
        if (done <= 0) {
            write_stopped(SSL_get_error(ssl_.get(), done));
            break;
        }
        taken(static_cast<std::size_t>(done));
    }
    if (stage_ == Stage::kEnded) return;
    if (!queue_.empty()) {
        post_flush();
    } else if (stage_ == Stage::kFlushing) {
        return linger();
    }
    if (above_high_water_ && unsent_ < limits_.high_water / 2) {
        above_high_water_ = false;
        if (stage_ == Stage::kOpen && user_ != nullptr && write_failure_.empty()) user_->drained();
    }
}

void TlsConnection::taken(std::size_t count) {
    unsent_ -= count;
    front_taken_ += count;
    if (front_taken_ < queue_.front().size()) return;
    queue_.pop_front();
    front_taken_ = 0;
}

void TlsConnection::write_stopped(int ssl_error) {
    if (ssl_error == SSL_ERROR_WANT_WRITE) return wait(Way::kWrite);
    if (ssl_error == SSL_ERROR_WANT_READ) {
        write_wants_read_ = true;
        return wait(Way::kRead);
    }
    // What the peer said before it hung up, an alert above all, is the better reason.
    tls_failed_ = true;
    write_failure_ = failure_text(ssl_error, wire_, check_);
    wire_.error = 0;
    queue_.clear();
    front_taken_ = unsent_ = 0;
    read();
}

/// Everything is written: say so, and wait for the peer to do the same, so that the kernel does not
/// throw away with a reset what the peer has not read yet.
void TlsConnection::linger() {
    ERR_clear_error();
    const int done = SSL_shutdown(ssl_.get());
    if (done < 0) {
        const int error = SSL_get_error(ssl_.get(), done);
        if (error == SSL_ERROR_WANT_WRITE) return wait(Way::kWrite);
        if (error != SSL_ERROR_WANT_READ) return end(close_reason_);
    }
    ERR_clear_error();
    ::shutdown(wire_.descriptor, SHUT_WR);
    stage_ = Stage::kLingering;
    if (done == 1) return end(close_reason_);
    wait(Way::kRead);
}

void TlsConnection::end(std::string reason) {
    if (stage_ == Stage::kEnded) return;
    if (stage_ == Stage::kFlushing || stage_ == Stage::kLingering) reason = close_reason_;
    lost_ = stage_ == Stage::kOpen && tls_failed_;
    release();
    const auto alive = shared_from_this();
    if (user_ != nullptr) std::exchange(user_, nullptr)->closed(reason);
    if (owner_ == nullptr) return;
    established_ ? owner_->ended(*this) : owner_->failed(*this, reason);
}

void TlsConnection::abandon() {
    owner_ = nullptr;
    user_ = nullptr;
    if (stage_ != Stage::kEnded) release();
}

void TlsConnection::release() {
    if (stage_ == Stage::kOpen && queue_.empty() && !tls_failed_) {
        SSL_shutdown(ssl_.get());  // the peer then knows that nothing is missing
        ERR_clear_error();
    }
    stage_ = Stage::kEnded;
    timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    ssl_.reset();
    queue_.clear();
    unsent_ = 0;
}

}  // namespace mobility
