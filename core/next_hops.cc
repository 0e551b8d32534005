// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Prefixes by next hop.
#include "core/next_hops.h"

namespace mobility {

Result<void> NextHops::may_lead(const BindingRecord& record, const std::string& interface) const {
    const auto& link_local = record.attachment.link_local;
    const auto found = users_.find({interface, link_local});
    if (record.prefix.is_host() || found == users_.end()) return {};
    const auto& own = record.attachment.link_layer;
    for (const auto& [prefix, user] : found->second) {
        if (user.mn == record.mn || prefix == record.prefix) continue;
        // All others share one link-layer address, or were let in without: the first one tells.
        if (own.empty() || user.link_layer.empty() || own == user.link_layer) break;
        return Error{"invalid attachment: " + link_local.text() + " on " + interface +
                     " is the next hop of " + prefix.text() + " at link-layer address " +
                     user.link_layer.text() + ", and cannot be at " + own.text() + " too"};
    }
    return {};
}

void NextHops::set(const BindingRecord& record, const std::string& interface) {
    erase(record.prefix);
    const NextHop next_hop{interface, record.attachment.link_local};
    of_.emplace(record.prefix, next_hop);
    users_[next_hop].emplace(record.prefix, User{record.mn, record.attachment.link_layer});
}

void NextHops::erase(const Prefix& prefix) {
    const auto found = of_.find(prefix);
    if (found == of_.end()) return;
    const auto users = users_.find(found->second);
    users->second.erase(prefix);
    if (users->second.empty()) users_.erase(users);
    of_.erase(found);
}

}  // namespace mobility
