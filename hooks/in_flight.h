// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which messages' Replies are held now: retransmissions of them are known, and there is a cap.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_set>

#include "core/mobility_event.h"

namespace mobility {

/// Client, transaction and access router: two messages that agree in it are copies.
using MessageKey = std::string;
MessageKey message_key(const MnId& mn, std::uint32_t transaction, const Attachment& attachment);

/// Thread-safe; never waits for more than a look-up.
class InFlight {
public:
    explicit InFlight(std::size_t most) : most_(most) {}

    enum class Begun : std::uint8_t {
        kHeld,  ///< end() must follow
        kCopy,  ///< the same message is held already
        kFull
    };
    Begun begin(const MessageKey& key);
    void end(const MessageKey& key);

    bool holds(const MessageKey& key) const;
    std::size_t size() const { return size_; }
    std::size_t most() const { return most_; }

private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::unordered_set<MessageKey> keys_;
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace mobility
