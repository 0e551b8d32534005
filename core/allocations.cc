// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Lists of granted MNs, and their union.
#include "core/allocations.h"

#include <algorithm>

namespace mobility {
namespace {
/// More MNs than this (or than a tenth) missing from a list look like an accident.
constexpr std::size_t kMayVanish = 100;
}  // namespace

Allocations::Service Allocations::service(const MnId& mn) const {
    const auto& mns = inventory_.mns();
    if (!mns.authorized && mns.authorities.empty()) return Service::kGranted;
    if (mns.authorized && mns.authorized->contains(mn)) return Service::kGranted;
    for (const auto& authority : mns.authorities) {
        const auto list = lists_.find(authority);
        if (list != lists_.end() && list->second.granted.contains(mn)) return Service::kGranted;
    }
    return unheard() ? Service::kNotHeard : Service::kNotGranted;
}

std::optional<std::string> Allocations::unheard() const {
    const auto& authorities = inventory_.mns().authorities;
    const auto found = std::find_if(authorities.begin(), authorities.end(),
                                    [&](const auto& each) { return !heard(each); });
    if (found == authorities.end()) return std::nullopt;
    return *found;
}

void Allocations::list_begin(const std::string& authority) {
    auto& list = lists_[authority];
    ++list.number;
    list.too_short = false;
}

bool Allocations::say(const std::string& authority, const MnId& mn, bool granted) {
    auto& list = lists_[authority];
    if (!granted) return list.granted.erase(mn) > 0;
    return list.granted.insert_or_assign(mn, list.number).second;
}

std::optional<Allocations::Missing> Allocations::list_end(const std::string& authority) {
    auto& list = lists_[authority];
    list.heard = true;
    const auto gone = missing(list);
    if (gone > std::max(kMayVanish, list.granted.size() / 10)) {
        list.too_short = true;
        return Missing{gone, list.granted.size()};
    }
    withdraw_missing(list);
    return std::nullopt;
}

std::size_t Allocations::confirm_withdrawal(const std::string& authority) {
    const auto found = lists_.find(authority);
    if (found == lists_.end() || !found->second.too_short) return 0;
    found->second.too_short = false;
    return withdraw_missing(found->second);
}

void Allocations::inventory_changed() {
    const auto& authorities = inventory_.mns().authorities;
    std::erase_if(lists_, [&](const auto& entry) { return !authorities.contains(entry.first); });
}

bool Allocations::heard(const std::string& authority) const {
    const auto list = lists_.find(authority);
    return list != lists_.end() && list->second.heard;
}

std::size_t Allocations::granted(const std::string& authority) const {
    const auto list = lists_.find(authority);
    return list == lists_.end() ? 0 : list->second.granted.size();
}

std::size_t Allocations::missing(const List& list) const {
    return static_cast<std::size_t>(
        std::count_if(list.granted.begin(), list.granted.end(),
                      [&](const auto& entry) { return entry.second < list.number; }));
}

std::size_t Allocations::withdraw_missing(List& list) {
    return std::erase_if(list.granted,
                         [&](const auto& entry) { return entry.second < list.number; });
}

}  // namespace mobility
