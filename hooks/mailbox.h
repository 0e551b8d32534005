// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From Kea's threads to the service thread: everything a callout has to say goes through here.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "core/source.h"
#include "hooks/held_reply.h"
#include "hooks/in_flight.h"

namespace mobility {

/// An attachment, and the Reply that waits for it.
struct AttachedLetter {
    Attached event;
    std::optional<HoldId> hold;
    MessageKey key;                    ///< with a hold: what InFlight knows it by
    std::shared_ptr<HeldReply> reply;  ///< with a hold: may follow in a ReplyLetter
};

/// The Reply to an attachment that was reported before Kea had made it (Confirm).
struct ReplyLetter {
    HoldId hold = 0;
    std::shared_ptr<HeldReply> reply;
};

struct DetachedLetter {
    Detached event;
};

/// What Source::read_leases asked for.
struct PageLetter {
    AnchorIndex anchor = 0;
    std::uint64_t list = 0;
    std::vector<LeaseEntry> page;
    std::optional<Prefix> next_after;
};

/// Leases may have gone that nobody could name: tell every anchor all that is left.
struct ListAgainLetter {};

using Letter =
    std::variant<AttachedLetter, ReplyLetter, DetachedLetter, PageLetter, ListAgainLetter>;

/// Bounded, one lock, never waits. Threads: post by any, take by the service thread.
class Mailbox {
public:
    /// `wake` is called, outside the lock, when the first letter lies in an empty mailbox.
    Mailbox(std::size_t capacity, std::function<void()> wake)
        : capacity_(capacity), wake_(std::move(wake)) {}

    /// False when it is full: the letter is gone, and the next take() says so once.
    bool post(Letter letter);
    /// Not counted against the capacity: there is one at a time of each.
    void post_always(Letter letter);

    struct Delivery {
        std::vector<Letter> letters;  ///< in order
        bool overflowed = false;      ///< letters were lost since the last delivery
    };
    Delivery take();

private:
    void put(Letter letter, std::unique_lock<std::mutex> lock);

    const std::size_t capacity_;
    const std::function<void()> wake_;
    std::mutex mutex_;
    Delivery waiting_;
};

}  // namespace mobility
