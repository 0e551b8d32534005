// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A PID file by flock(2): a file that a dead process left behind is taken over.
#include "daemon/pid_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/config_value.h"

namespace mobility {
namespace {

std::string holder(int fd) {
    char text[32]{};
    const ssize_t size = pread(fd, text, sizeof text - 1, 0);
    std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    return pid.substr(0, pid.find('\n'));
}

}  // namespace

PidFile::PidFile(const std::string& path) : path_(path), fd_(-1) {
    const std::string where = "pid-file: \"" + path + "\" ";
    fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) {
        throw ConfigError(where + "cannot be opened: " + std::strerror(errno));
    }
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        const std::string pid = holder(fd_);
        close(fd_);
        throw ConfigError(where + "is held by process " + pid);
    }
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(fd_, 0) != 0 ||
        pwrite(fd_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        const int error = errno;
        close(fd_);
        throw ConfigError(where + "cannot be written: " + std::strerror(error));
    }
}

PidFile::~PidFile() {
    if (unlink(path_.c_str()) != 0) {
        [[maybe_unused]] const int emptied = ftruncate(fd_, 0);
    }
    close(fd_);
}

}  // namespace mobility
