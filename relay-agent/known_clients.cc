// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Two generations: when the younger one is a lifetime old, or full, it becomes the older one.
#include "relay-agent/known_clients.h"

#include <utility>

namespace mobility {

void KnownClients::learn(std::size_t link, const IpAddress& client, Bytes link_layer_address,
                         Instant now) {
    if (now - young_since_ >= kLifetime || young_.size() >= kMost) {
        old_ = std::exchange(young_, {});
        young_since_ = now;
    }
    young_[{link, client}].assign(link_layer_address.begin(), link_layer_address.end());
}

const std::string* KnownClients::find(std::size_t link, const IpAddress& client) const {
    for (const auto* generation : {&young_, &old_}) {
        const auto found = generation->find({link, client});
        if (found != generation->end()) {
            return &found->second;
        }
    }
    return nullptr;
}

void KnownClients::forget_all() {
    young_.clear();
    old_.clear();
}

}  // namespace mobility
