// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Signals as something to read: no handler ever interrupts a daemon.
#pragma once

#include <optional>

namespace mobility {

enum class DaemonSignal {
    kStop,      ///< SIGTERM, SIGINT
    kReload,    ///< SIGHUP
    kCounters,  ///< SIGUSR1: print the counters
};

/// From its construction these signals wait here instead of ending the process, and SIGPIPE is
/// ignored. Make it before any thread starts, so that all threads inherit the mask.
class Signals {
public:
    /// std::system_error when the kernel refuses.
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Readable when a signal waits.
    int fd() const { return fd_; }
    /// Never blocks: nothing when no signal waits.
    std::optional<DaemonSignal> next();

private:
    int fd_;
};

}  // namespace mobility
