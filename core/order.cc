// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of messages: docs/architecture.md, "Order".
#include "core/order.h"

namespace mobility {

Freshness freshness(const std::optional<Heard>& last, const Heard& message) {
    if (!last) return Freshness::kNewer;
    if (last->transaction == message.transaction) {
        return message.elapsed > last->elapsed ? Freshness::kNewer : Freshness::kCopy;
    }
    return message.began < last->began ? Freshness::kOlder : Freshness::kNewer;
}

}  // namespace mobility
