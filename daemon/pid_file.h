// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The file that says which process a daemon is, locked for as long as it runs.
#pragma once

#include <string>

namespace mobility {

class PidFile {
public:
    /// Writes this process's number. A ConfigError when the file cannot be written, or when another
    /// process holds it, which it names.
    explicit PidFile(const std::string& path);
    /// Empties the file, and removes it where the daemon's user still may.
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

private:
    std::string path_;
    int fd_;
};

}  // namespace mobility
