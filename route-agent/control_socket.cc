// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A line-based Unix socket on Asio.
#include "route-agent/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <cstring>
#include <stdexcept>

namespace mobility {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
constexpr std::size_t kMaxQuestion = 1024;
constexpr std::size_t kMaxAskers = 8;
constexpr std::chrono::milliseconds kShortagePause{100};

/// One question and its answer; lives as long as its operations.
class Asker : public std::enable_shared_from_this<Asker> {
public:
    Asker(Local::socket socket, const ControlSocket::Answer& answer,
          std::shared_ptr<std::size_t> count)
        : socket_(std::move(socket)),
          limit_(socket_.get_executor()),
          answer_(answer),
          count_(std::move(count)) {
        ++*count_;
    }
    ~Asker() { --*count_; }

    void serve() {
        limit_.expires_after(std::chrono::seconds(10));
        limit_.async_wait([self = shared_from_this()](const auto& error) {
            boost::system::error_code ignored;
            if (!error) self->socket_.close(ignored);
        });
        asio::async_read_until(socket_, asio::dynamic_buffer(question_, kMaxQuestion), '\n',
                               [self = shared_from_this()](const auto& error, std::size_t length) {
                                   if (error) return self->done();
                                   self->reply(length);
                               });
    }

private:
    void reply(std::size_t length) {
        text_ = answer_(question_.substr(0, length - 1)) + "\n";
        asio::async_write(socket_, asio::buffer(text_),
                          [self = shared_from_this()](const auto&, std::size_t) { self->done(); });
    }
    void done() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        limit_.cancel();
    }

    Local::socket socket_;
    asio::steady_timer limit_;
    const ControlSocket::Answer& answer_;
    std::shared_ptr<std::size_t> count_;
    std::string question_;
    std::string text_;
};

std::runtime_error failed(const std::string& path, const char* what) {
    return std::runtime_error("control-socket " + path + ": " + what + ": " + std::strerror(errno));
}

}  // namespace

class ControlSocket::Listening : public std::enable_shared_from_this<Listening> {
public:
    Listening(asio::io_context& io, const std::string& path, Answer answer)
        : acceptor_(io), pause_(io), path_(path), answer_(std::move(answer)) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw failed(path, "cannot replace");
        boost::system::error_code error;
        acceptor_.open(Local());
        const auto mask = ::umask(0177);
        acceptor_.bind(Local::endpoint(path), error);
        ::umask(mask);
        if (!error) acceptor_.listen(4, error);
        if (error) {
            throw std::runtime_error("control-socket " + path + ": " + error.message());
        }
    }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](const auto& error,
                                                           Local::socket socket) {
            if (error == asio::error::operation_aborted) return;
            if (error) return self->accept_later();
            if (*self->askers_ < kMaxAskers) {
                std::make_shared<Asker>(std::move(socket), self->answer_, self->askers_)->serve();
            }
            self->accept();
        });
    }

    void close() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        ::unlink(path_.c_str());
    }

private:
    /// No descriptor is left, or no memory: whoever asks waits, it may be over soon.
    void accept_later() {
        pause_.expires_after(kShortagePause);
        pause_.async_wait([self = shared_from_this()](const auto& cancelled) {
            if (!cancelled && self->acceptor_.is_open()) self->accept();
        });
    }

    Local::acceptor acceptor_;
    asio::steady_timer pause_;
    std::string path_;
    Answer answer_;
    std::shared_ptr<std::size_t> askers_ = std::make_shared<std::size_t>(0);
};

ControlSocket::ControlSocket(asio::io_context& io, const std::string& path, Answer answer)
    : listening_(std::make_shared<Listening>(io, path, std::move(answer))) {
    listening_->accept();
}

ControlSocket::~ControlSocket() { listening_->close(); }

Result<std::string> ask(const std::string& path, const std::string& question) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return Error{path + " is too long for a socket"};
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return Error{std::strerror(errno)};
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    std::string answer;
    const auto line = question + "\n";
    bool fine =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::send(fd, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
    while (fine) {
        char chunk[65536];
        const auto length = ::recv(fd, chunk, sizeof(chunk), 0);
        if (length == 0) break;
        fine = length > 0;
        if (fine) answer.append(chunk, static_cast<std::size_t>(length));
    }
    const auto reason = path + ": " + std::strerror(errno);
    ::close(fd);
    if (!fine) return Error{reason};
    while (!answer.empty() && answer.back() == '\n') answer.pop_back();
    return answer;
}

}  // namespace mobility
