// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of messages: docs/architecture.md, "Order".
#include "core/order.h"

#include <algorithm>

namespace mobility {
namespace {

/// DHCPv4's secs are whole, some clients never write any, and a Request has those of its Discover.
constexpr Milliseconds kResolution{1'000};
constexpr Milliseconds kCopiesHaveCome{2'000};
/// Some clients keep one transaction-id for good.
constexpr Milliseconds kExchangeIsOver{60'000};

bool later_of_one_transaction(const Heard& last, const Heard& message) {
    if (message.elapsed > last.elapsed) return true;
    if (!message.coarse) return message.began - last.began > kLongestUnderWay;
    const auto wait = message.elapsed == last.elapsed ? kCopiesHaveCome : kExchangeIsOver;
    return message.arrived - last.arrived >= wait;
}

}  // namespace

Heard heard(const MessageOrder& order) {
    return {order.transaction, order.elapsed, order.arrived - order.elapsed, order.arrived,
            order.coarse};
}

Freshness freshness(const std::optional<Heard>& last, const Heard& message) {
    if (!last) return Freshness::kNewer;
    if (last->transaction == message.transaction) {
        return later_of_one_transaction(*last, message) ? Freshness::kNewer : Freshness::kCopy;
    }
    const auto may_err = message.coarse && !message.known ? kResolution : Milliseconds{0};
    return message.began + may_err < last->began ? Freshness::kOlder : Freshness::kNewer;
}

Heard EarlierExchanges::recall(Heard message) const {
    for (const auto& [transaction, began] : began_) {
        if (transaction != message.transaction) continue;
        message.began = std::min(message.began, began);
        message.known = true;
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
