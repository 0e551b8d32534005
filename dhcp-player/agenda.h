// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is to be done when: the only timer of the player.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "core/instant.h"

namespace mobility::player {

/// Actions in the order of their time, and those of one instant in the order in which they came.
class Agenda {
public:
    using Action = std::function<void(Instant now)>;

    void at(Instant when, Action action);
    std::optional<Instant> next() const;
    /// Does what is due, also what comes up meanwhile, but at most `limit` actions.
    void run(Instant now, std::size_t limit);

private:
    struct Entry {
        Instant when;
        std::uint64_t order;
        Action action;
    };
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const {
            return a.when != b.when ? a.when > b.when : a.order > b.order;
        }
    };

    std::priority_queue<Entry, std::vector<Entry>, Later> entries_;
    std::uint64_t order_ = 0;
};

}  // namespace mobility::player
