// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Remember, take, forget.
#include "core/unattested.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace mobility {

bool concerns(const Detached& end, const Attached& event) {
    return std::any_of(event.items.begin(), event.items.end(), [&](const Item& item) {
        return std::find(end.prefixes.begin(), end.prefixes.end(), item.prefix) !=
               end.prefixes.end();
    });
}

void Unattested::remember(Judged judged) {
    auto& of_mn = by_mn_[judged.event.mn];
    of_mn.push_back(in_order_.insert(in_order_.end(), std::move(judged)));
    if (of_mn.size() > kMostOfMn) drop(of_mn.front());
    if (in_order_.size() > kMost) drop(in_order_.begin());
}

void Unattested::drop(Queue::iterator which) {
    const auto found = by_mn_.find(which->event.mn);
    found->second.remove(which);
    if (found->second.empty()) by_mn_.erase(found);
    in_order_.erase(which);
}

std::optional<Unattested::Judged> Unattested::take(const MnId& mn, const std::string& key) {
    const auto found = by_mn_.find(mn);
    if (found == by_mn_.end()) return std::nullopt;
    const auto which = std::find_if(found->second.begin(), found->second.end(),
                                    [&](const auto& each) { return each->key == key; });
    if (which == found->second.end()) return std::nullopt;
    const auto taken = **which;
    drop(*which);
    return taken;
}

void Unattested::detached(DomainId source, const Detached& event) {
    std::vector<Queue::iterator> ended;
    const auto look = [&](const auto& of_mn) {
        std::copy_if(of_mn.begin(), of_mn.end(), std::back_inserter(ended), [&](const auto& each) {
            return each->source == source && concerns(event, each->event);
        });
    };
    if (!event.mn) {
        for (const auto& [mn, of_mn] : by_mn_) look(of_mn);
    } else if (const auto of_mn = by_mn_.find(*event.mn); of_mn != by_mn_.end()) {
        look(of_mn->second);
    }
    for (const auto which : ended) drop(which);
}

void Unattested::source_gone(DomainId source) {
    for (auto each = in_order_.begin(); each != in_order_.end();) {
        const auto which = each++;
        if (which->source == source && !which->deferred) drop(which);
    }
}

std::optional<Unattested::Judged> Unattested::take_older(Instant before) {
    if (in_order_.empty() || in_order_.front().since >= before) return std::nullopt;
    const auto taken = in_order_.front();
    drop(in_order_.begin());
    return taken;
}

}  // namespace mobility
