// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How other threads, and callouts in the middle of a reconfiguration, get the attention of the
// server's main loop: a descriptor that it selects on.
#pragma once

#include <functional>

namespace mobility {

/// Opened and closed on the main thread; wake() from any.
class MainThread {
public:
    /// `called` runs on the main thread after each wake(), between two packets. Throws
    /// ConfigurationError when the kernel gives no descriptor that select() can take.
    explicit MainThread(std::function<void()> called);
    ~MainThread();
    MainThread(const MainThread&) = delete;
    MainThread& operator=(const MainThread&) = delete;

    void wake();

private:
    void on_ready();

    std::function<void()> called_;
    int descriptor_;
};

}  // namespace mobility
