// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Signals are read, not suffered.
#include "daemon/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

namespace mobility {
namespace {

TEST(Signals, AreReadOneByOne) {
    Signals signals;
    EXPECT_EQ(signals.next(), std::nullopt);
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGTERM);
    pollfd waiting{signals.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 1000), 1);
    std::string seen;
    while (const auto signal = signals.next()) {
        seen += *signal == DaemonSignal::kStop     ? "stop "
                : *signal == DaemonSignal::kReload ? "reload "
                                                   : "counters ";
    }
    EXPECT_NE(seen.find("stop "), std::string::npos) << seen;
    EXPECT_NE(seen.find("reload "), std::string::npos) << seen;
    EXPECT_NE(seen.find("counters "), std::string::npos) << seen;
}

TEST(Signals, ABrokenPipeEndsNothing) {
    const Signals signals;
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    EXPECT_EQ(write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    close(ends[1]);
}

}  // namespace
}  // namespace mobility
