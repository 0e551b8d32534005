// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to the operator's socket: its first line, if it ends in time and is not too long, is
// the question, and nothing else is.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "route-agent/control_socket.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

constexpr std::size_t kLongestLine = 1024;  // with its end

class Door {
public:
    /// What was asked; nothing when the socket did not take it for a question.
    std::optional<std::string> say(const std::string& bytes) {
        asked_.reset();
        const int fd = connect();
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        require(sent == static_cast<ssize_t>(bytes.size()), "a socket's buffer takes it");
        ::shutdown(fd, SHUT_WR);
        io_.restart();
        io_.poll();
        char text[16];
        const auto read = ::recv(fd, text, sizeof(text), MSG_DONTWAIT);
        require(read >= 0 || errno == ECONNRESET, "it is answered, or hung up on, at once");
        require(asked_ ? read == 5 && std::memcmp(text, "fine\n", 5) == 0 : read <= 0,
                "a question is answered and nothing else is");
        ::close(fd);
        io_.poll();
        return asked_;
    }

private:
    int connect() const {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size());
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        require(fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                                     sizeof(address)) == 0,
                "the door is open");
        return fd;
    }

    boost::asio::io_context io_{1};
    const std::string path_ = "/tmp/control-socket-fuzz." + std::to_string(::getpid());
    std::optional<std::string> asked_;
    ControlSocket socket_{io_, path_, [this](const std::string& question) {
                              require(!asked_, "it is asked once");
                              asked_ = question;
                              return std::string("fine");
                          }};
};

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    static Door door;
    const std::string bytes(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096));
    const auto end = bytes.find('\n');
    const bool good = end < kLongestLine;
    const auto asked = door.say(bytes);
    require(bool(asked) == good, "a line that is not too long is a question");
    require(!asked || *asked == bytes.substr(0, end), "the question is the first line");
    return 0;
}
