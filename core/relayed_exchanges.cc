// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Remember, forget the oldest.
#include "core/relayed_exchanges.h"

#include <cstdint>

namespace mobility {

/// Each part with its length.
std::string exchange_key(NodeId ar, const MnId& mn, const Attachment& attachment,
                         const MessageOrder& order) {
    std::string key;
    const auto put = [&](const auto& bytes) {
        key += static_cast<char>(bytes.size() >> 8);
        key += static_cast<char>(bytes.size());
        key.append(bytes.begin(), bytes.end());
    };
    put(std::to_string(static_cast<std::uint32_t>(ar)));
    put(mn.bytes);
    put(attachment.link_address.bytes());
    put(attachment.interface_id);
    put(attachment.link_layer.bytes);
    put(attachment.link_local.bytes());
    put(std::to_string(order.transaction));
    put(std::to_string(order.elapsed.count()));
    return key;
}

void RelayedExchanges::remember(std::string key, Instant now) {
    if (keys_.contains(key)) return;
    octets_ += key.size();
    keys_.insert(in_order_.emplace_back(now, std::move(key)).second);
    while (in_order_.size() > kMost || octets_ > kMostOctets) forget_oldest();
}

void RelayedExchanges::forget(Instant before) {
    while (!in_order_.empty() && in_order_.front().first <= before) forget_oldest();
}

void RelayedExchanges::forget_oldest() {
    const auto& [said, key] = in_order_.front();
    complete_since_ = said;
    octets_ -= key.size();
    keys_.erase(key);
    in_order_.pop_front();
}

}  // namespace mobility
