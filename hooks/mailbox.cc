// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Letters in order, no more than the capacity.
#include "hooks/mailbox.h"

#include <utility>

namespace mobility {

bool Mailbox::post(Letter letter) {
    std::unique_lock lock(mutex_);
    if (waiting_.letters.size() >= capacity_) {
        waiting_.overflowed = true;
        return false;
    }
    put(std::move(letter), std::move(lock));
    return true;
}

void Mailbox::post_always(Letter letter) { put(std::move(letter), std::unique_lock(mutex_)); }

void Mailbox::put(Letter letter, std::unique_lock<std::mutex> lock) {
    waiting_.letters.push_back(std::move(letter));
    const bool first = waiting_.letters.size() == 1;
    lock.unlock();
    if (first) wake_();
}

Mailbox::Delivery Mailbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

}  // namespace mobility
