// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Tasks for Kea, run when it is safe.
#include "hooks/kea_turn.h"

#include <exception>
#include <utility>

#include "hooks/log.h"

namespace mobility {

void KeaTurn::post(Task task) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
    }
    if (multi_threaded_) {
        run_waiting();
    } else if (first) {
        wake_();
    }
}

void KeaTurn::run_waiting() {
    const std::lock_guard turn(turn_);
    if (paused_ || closed_) return;
    std::deque<Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (auto& task : tasks) run(task);
}

void KeaTurn::run(Task& task) {
    try {
        task();
    } catch (const std::exception& error) {
        log_limited(kHeldReplyFailed, [&] { return error.what(); });
    }
    task = nullptr;  // what it holds of Kea's is let go here, in turn
}

void KeaTurn::pause() {
    const std::lock_guard turn(turn_);
    paused_ = true;
}

void KeaTurn::resume() {
    {
        const std::lock_guard turn(turn_);
        paused_ = false;
    }
    wake_();
}

std::size_t KeaTurn::waiting() const {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
}

}  // namespace mobility
