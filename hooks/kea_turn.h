// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// When our service thread may touch Kea: unpark a packet, send one, read leases.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

namespace mobility {

/// In a single-threaded server everything of Kea's belongs to its main thread: tasks wait until
/// that thread fetches them. In a multi-threaded one they run at once, on the thread that posts
/// them, except while Kea is in a critical section: then they wait for its end.
class KeaTurn {
public:
    using Task = std::function<void()>;

    /// Single-threaded: `wake` makes the main thread call run_waiting() soon. Multi-threaded:
    /// `wake` makes the service thread call it. Called from any thread.
    KeaTurn(bool multi_threaded, std::function<void()> wake)
        : multi_threaded_(multi_threaded), wake_(std::move(wake)) {}

    bool multi_threaded() const { return multi_threaded_; }

    /// By the service thread. Tasks of one thread run in order. A task that throws is dropped.
    void post(Task task);
    /// By the thread that `wake` woke.
    void run_waiting();

    /// Kea enters and leaves a critical section: pause() returns once no task is running.
    void pause();
    void resume();

    /// No task runs from now on; those that wait are destroyed by the KeaTurn's destructor.
    void close() { closed_ = true; }

    std::size_t waiting() const;

private:
    void run(Task& task);

    const bool multi_threaded_;
    const std::function<void()> wake_;
    std::atomic<bool> closed_ = false;
    std::mutex turn_;  ///< held while tasks run
    bool paused_ = false;
    mutable std::mutex mutex_;  ///< of tasks_
    std::deque<Task> tasks_;
};

}  // namespace mobility
