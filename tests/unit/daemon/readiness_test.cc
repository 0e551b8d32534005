// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a daemon tells when it serves.
#include "daemon/readiness.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "temporary_folder.h"

namespace mobility {
namespace {

TEST(Readiness, IsALineOnStandardOutput) {
    unsetenv("NOTIFY_SOCKET");
    testing::internal::CaptureStdout();
    announce_ready("mobility-test");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "mobility-test ready\n");
}

TEST(Readiness, ReachesTheServiceManagersSocket) {
    const TemporaryFolder folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, folder.path("notify").c_str());
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    testing::internal::CaptureStdout();
    announce_ready("mobility-test");
    testing::internal::GetCapturedStdout();
    unsetenv("NOTIFY_SOCKET");
    char told[32]{};
    EXPECT_EQ(recv(fd, told, sizeof told - 1, 0), 7);
    EXPECT_STREQ(told, "READY=1");
    close(fd);
}

}  // namespace
}  // namespace mobility
