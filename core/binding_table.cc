// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bindings by prefix and by access router.
#include "core/binding_table.h"

#include <algorithm>

namespace mobility {

PlacePtr Binding::place_at(NodeId ar) const {
    for (const auto& place : {where, route, routed}) {
        if (place && place->ar == ar) return place;
    }
    return nullptr;
}

Binding* BindingTable::find(const Prefix& prefix) {
    const auto found = bindings_.find(prefix);
    return found == bindings_.end() ? nullptr : &found->second;
}

const Binding* BindingTable::find(const Prefix& prefix) const {
    const auto found = bindings_.find(prefix);
    return found == bindings_.end() ? nullptr : &found->second;
}

Binding& BindingTable::create(const Prefix& prefix) {
    auto& binding = bindings_[prefix];
    binding.prefix = prefix;
    return binding;
}

void BindingTable::hand_over(Binding& binding, const MnId& mn) {
    if (binding.where) index(binding, false);
    binding.mn = mn;
    if (binding.where) index(binding, true);
}

std::vector<Binding*> BindingTable::placed(const MnId& mn) const {
    const auto [first, last] = by_mn_.equal_range(mn);
    return {first, last};
}

void BindingTable::index(Binding& binding, bool placed) {
    if (placed) {
        by_mn_.insert(&binding);
        return;
    }
    const auto [first, last] = by_mn_.equal_range(binding.mn);
    by_mn_.erase(std::find(first, last, &binding));
}

void BindingTable::erase(const Prefix& prefix) { bindings_.erase(prefix); }

std::vector<Prefix> BindingTable::at(NodeId ar) const {
    const auto found = by_ar_.find(static_cast<std::uint32_t>(ar));
    if (found == by_ar_.end()) return {};
    std::vector<Prefix> prefixes(found->second.begin(), found->second.end());
    std::sort(prefixes.begin(), prefixes.end());
    return prefixes;
}

void BindingTable::index(const Prefix& prefix, NodeId ar, bool present) {
    auto& prefixes = by_ar_[static_cast<std::uint32_t>(ar)];
    if (present) {
        prefixes.insert(prefix);
    } else {
        prefixes.erase(prefix);
    }
}

}  // namespace mobility
