// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What Kea's threads may know of the service thread's state: which anchors would answer now.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>

#include "core/source.h"

namespace mobility {

/// Written by the service thread, read by all. A stale answer costs nothing: an attachment that was
/// held in vain is let go at once by the Source.
class Presence {
public:
    explicit Presence(std::size_t anchors) : present_(anchors) {}

    bool present(AnchorIndex anchor) const {
        return present_[anchor].load(std::memory_order_relaxed);
    }
    void set(AnchorIndex anchor, bool present) {
        present_[anchor].store(present, std::memory_order_relaxed);
    }

private:
    std::deque<std::atomic<bool>> present_;
};

}  // namespace mobility
