// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of messages: docs/architecture.md, "Order".
#include "core/order.h"

#include <algorithm>

namespace mobility {

Freshness freshness(const std::optional<Heard>& last, const Heard& message) {
    if (!last) return Freshness::kNewer;
    if (last->transaction == message.transaction &&
        message.began - last->began <= kLongestUnderWay) {
        return message.elapsed > last->elapsed ? Freshness::kNewer : Freshness::kCopy;
    }
    return message.began < last->began ? Freshness::kOlder : Freshness::kNewer;
}

Heard EarlierExchanges::recall(Heard message) const {
    for (const auto& [transaction, began] : began_) {
        if (transaction == message.transaction) message.began = std::min(message.began, began);
    }
    return message;
}

void EarlierExchanges::remember(const Heard& message, Instant now) {
    std::erase_if(began_, [&](const auto& each) {
        return each.first == message.transaction || now - each.second > kRemembered;
    });
    if (now - message.began > kRemembered) return;
    if (began_.size() == kMost) began_.erase(began_.begin());
    began_.emplace_back(message.transaction, message.began);
}

}  // namespace mobility
