// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A file in memory, for readers that want a path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <string>

#include "tests/fuzz/require.h"

namespace mobility {

class TextFile {
public:
    explicit TextFile(const char* name) : fd_(::memfd_create(name, MFD_CLOEXEC)) {
        require(fd_ >= 0, "there is memory for a file");
    }
    ~TextFile() { ::close(fd_); }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    void write(std::span<const std::uint8_t> text) {
        require(::ftruncate(fd_, 0) == 0 &&
                    ::pwrite(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
                "the file takes the text");
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

private:
    int fd_;
};

}  // namespace mobility
