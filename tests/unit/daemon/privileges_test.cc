// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dropping privileges, in a child process each: there is no way back.
#include "daemon/privileges.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "daemon/config_file.h"

namespace mobility {
namespace {

/// Runs `check` in a child and returns what it found wrong, or nothing.
std::string in_child(const std::function<std::string()>& check) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        const std::string wrong = check();
        const bool told = write(ends[1], wrong.data(), wrong.size()) >= 0;
        _exit(told ? 0 : 1);
    }
    close(ends[1]);
    std::string wrong;
    char buffer[512];
    for (ssize_t size; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
        wrong.append(buffer, static_cast<std::size_t>(size));
    }
    close(ends[0]);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    return wrong;
}

bool may_open_raw_socket() {
    const int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

Account nobody() { return read_account(ConfigFile::parse("\"nobody\"").root()); }

TEST(Privileges, AnUnknownUserIsRefused) {
    try {
        read_account(ConfigFile::parse("\"no-such-user\"").root());
        FAIL() << "was found";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string(error.what()), "\"no-such-user\" is not a user of this machine");
    }
}

TEST(Privileges, WithoutAnAccountOnlyCapabilitiesGo) {
    EXPECT_EQ(in_child([]() -> std::string {
                  const uid_t before = geteuid();
                  if (const auto dropped = drop_privileges(std::nullopt, {}); !dropped) {
                      return dropped.error();
                  }
                  if (geteuid() != before) {
                      return "another user";
                  }
                  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
                      return "new privileges are possible";
                  }
                  return may_open_raw_socket() ? "raw sockets still open" : "";
              }),
              "");
}

TEST(Privileges, BecomesTheUserAndKeepsOneCapability) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can become another user";
    }
    EXPECT_EQ(in_child([]() -> std::string {
                  const Account account = nobody();
                  const std::vector keep{CAP_NET_RAW};
                  if (const auto dropped = drop_privileges(account, keep); !dropped) {
                      return dropped.error();
                  }
                  if (geteuid() != account.uid || getuid() != account.uid ||
                      getegid() != account.gid || getgroups(0, nullptr) != 0) {
                      return "not the user alone";
                  }
                  if (describe_privileges() !=
                      "user nobody, capabilities: " + std::to_string(CAP_NET_RAW)) {
                      return describe_privileges();
                  }
                  if (!may_open_raw_socket()) {
                      return "the capability is not in effect";
                  }
                  return setresuid(0, 0, 0) == 0 ? "root again" : "";
              }),
              "");
}

TEST(Privileges, KeepsNothingWhenNothingIsAskedFor) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can become another user";
    }
    EXPECT_EQ(in_child([]() -> std::string {
                  if (const auto dropped = drop_privileges(nobody(), {}); !dropped) {
                      return dropped.error();
                  }
                  return describe_privileges();
              }),
              "user nobody, capabilities: none");
}

}  // namespace
}  // namespace mobility
