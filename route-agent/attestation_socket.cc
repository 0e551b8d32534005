// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A datagram socket on Asio. What cannot be read is left out: the client says it again.
#include "route-agent/attestation_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "core/wire.h"

namespace mobility {

namespace asio = boost::asio;
using Local = asio::local::datagram_protocol;

class AttestationSocket::Receiving {
public:
    Receiving(asio::io_context& io, std::string path, Hear hear)
        : socket_(io), path_(std::move(path)), hear_(std::move(hear)) {}
    ~Receiving() { ::unlink(path_.c_str()); }

    void open(const std::optional<Account>& account) {
        struct stat found {};
        if (::lstat(path_.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) ::unlink(path_.c_str());
        const auto before = ::umask(0177);
        boost::system::error_code error;
        socket_.open(Local(), error);
        if (!error) socket_.bind(Local::endpoint(path_), error);
        if (!error) socket_.non_blocking(true, error);
        ::umask(before);
        if (error) fail(error.message());
        if (account && ::chown(path_.c_str(), account->uid, account->gid) != 0) {
            fail(std::strerror(errno));
        }
        receive();
    }

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw std::runtime_error("attestation-socket " + path_ + ": " + why);
    }
    /// The anchor waits: so many at once, however much else the agent has to do.
    void receive() {
        socket_.async_wait(Local::socket::wait_read, [this](const auto& error) {
            if (error == asio::error::operation_aborted) return;
            for (int i = 0; i < kAtOnce && receive_one(); ++i) {
            }
            receive();
        });
    }
    bool receive_one() {
        boost::system::error_code error;
        const auto size = socket_.receive(asio::buffer(datagram_), 0, error);
        if (error) return false;
        const auto exchange = wire::decode_relayed_exchange(std::string(datagram_.data(), size));
        if (exchange) hear_(*exchange);
        return true;
    }

    static constexpr int kAtOnce = 64;

    Local::socket socket_;
    std::string path_;
    Hear hear_;
    std::array<char, 4096> datagram_{};
};

AttestationSocket::AttestationSocket(asio::io_context& io, const std::string& path,
                                     const std::optional<Account>& account, Hear hear)
    : receiving_(std::make_unique<Receiving>(io, path, std::move(hear))) {
    receiving_->open(account);
}

AttestationSocket::~AttestationSocket() = default;

}  // namespace mobility
