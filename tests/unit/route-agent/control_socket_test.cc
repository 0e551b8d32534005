// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The operator's socket when the process has no descriptor left.
#include "route-agent/control_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstring>
#include <vector>

namespace mobility {
namespace {

using namespace std::chrono_literals;

/// Takes every descriptor that the process may still open.
class Shortage {
public:
    Shortage() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 64;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int fd = 0; fd >= 0;) {
            fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
            if (fd >= 0) taken_.push_back(fd);
        }
    }
    ~Shortage() {
        for (const int fd : taken_) ::close(fd);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

class ControlSocketTest : public ::testing::Test {
protected:
    /// Connects and asks; the answer is read when the socket has had time to give it.
    int ask() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size());
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
        EXPECT_EQ(::send(fd, "status\n", 7, MSG_NOSIGNAL), 7);
        return fd;
    }
    static std::string answer(int fd) {
        char text[16];
        const auto length = ::recv(fd, text, sizeof(text), MSG_DONTWAIT);
        return length < 0 ? "none" : std::string(text, static_cast<std::size_t>(length));
    }

    boost::asio::io_context io{1};
    const std::string path = "/tmp/control-socket-test." + std::to_string(::getpid());
    int asked = 0;
    ControlSocket socket{io, path, [this](const std::string&) {
                             ++asked;
                             return std::string("fine");
                         }};
};

TEST_F(ControlSocketTest, AnswersAgainWhenAShortageOfDescriptorsIsOver) {
    const int waiting = ask();
    std::size_t turns = 0;
    {
        const Shortage shortage;
        turns = io.run_for(300ms);
        EXPECT_EQ(answer(waiting), "none");
    }
    EXPECT_LT(turns, 20u) << "it does not spin";
    io.restart();
    for (int i = 0; i < 100 && asked < 1; ++i) io.run_for(20ms);
    io.run_for(20ms);
    EXPECT_EQ(answer(waiting), "fine\n") << "who asked meanwhile is answered";
    const int next = ask();
    for (int i = 0; i < 100 && asked < 2; ++i) io.run_for(20ms);
    io.run_for(20ms);
    EXPECT_EQ(answer(next), "fine\n");
    ::close(waiting);
    ::close(next);
}

}  // namespace
}  // namespace mobility
