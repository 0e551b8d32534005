// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Keep, and forget in the order in which it was heard.
#include "core/kept_exchanges.h"

#include <algorithm>

namespace mobility {
namespace {

std::size_t octets(const RelayedExchange& exchange) {
    return sizeof exchange + exchange.mn.bytes.size() + exchange.attachment.interface_id.size() +
           exchange.attachment.link_layer.bytes.size();
}

}  // namespace

std::uint64_t KeptExchanges::keep(const RelayedExchange& exchange, Instant now) {
    kept_.push_back({++last_, now, exchange});
    octets_ += octets(exchange);
    forget_old(now);
    return last_;
}

void KeptExchanges::told(std::uint64_t number, Instant now) {
    told_ = std::max(told_, std::min(number, last_));
    const auto over = [&](const Kept& oldest) {
        return oldest.number <= told_ && now - oldest.heard >= kToldLongest;
    };
    while (!kept_.empty() && over(kept_.front())) forget_oldest();
}

void KeptExchanges::clear(Instant now) {
    kept_.clear();
    octets_ = untold_ = 0;
    told_ = last_;
    complete_since_ = now;
}

void KeptExchanges::forget_old(Instant now) {
    const auto over = [&](const Kept& oldest) {
        return kept_.size() > kMost || octets_ > kMostOctets || now - oldest.heard >= kLongest;
    };
    while (!kept_.empty() && over(kept_.front())) forget_oldest();
}

void KeptExchanges::forget_oldest() {
    const auto& oldest = kept_.front();
    if (oldest.number > told_) ++untold_;
    complete_since_ = oldest.heard;
    octets_ -= octets(oldest.exchange);
    kept_.pop_front();
}

}  // namespace mobility
