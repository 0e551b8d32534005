// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bindings by prefix and by access router.
#include "core/binding_table.h"

#include <utility>

namespace mobility {

PlacePtr Binding::place_at(NodeId ar) const {
    for (const auto& place : {where, route, routed}) {
        if (place && place->ar == ar) return place;
    }
    return nullptr;
}

Binding* BindingTable::find(const Prefix& prefix) { return bindings_.find(prefix); }

const Binding* BindingTable::find(const Prefix& prefix) const { return bindings_.find(prefix); }

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
    std::vector<Binding*> found;
    const auto first = by_mn_[part(mn)].find(mn);
    if (first == by_mn_[part(mn)].end()) return found;
    for (auto* each = *first; each; each = each->of_mn.next) found.push_back(each);
    return found;
}

void BindingTable::index(Binding& binding, bool placed) {
    auto& [next, previous] = binding.of_mn;
    auto& firsts = by_mn_[part(binding.mn)];
    if (placed) {
        ++placed_;
        const auto [first, alone] = firsts.insert(&binding);
        if (alone) return;
        previous = *first;
        next = std::exchange((*first)->of_mn.next, &binding);
        if (next) next->of_mn.previous = &binding;
        return;
    }
    --placed_;
    if (next) next->of_mn.previous = previous;
    if (previous) {
        previous->of_mn.next = next;
    } else {
        auto first = firsts.extract(firsts.find(&binding));
        if (next) {
            first.value() = next;
            firsts.insert(std::move(first));
        }
    }
    next = previous = nullptr;
}

void BindingTable::erase(const Prefix& prefix) { bindings_.erase(prefix); }

std::vector<Prefix> BindingTable::at(NodeId ar, std::size_t bucket) const {
    const auto found = by_ar_.find(static_cast<std::uint32_t>(ar));
    if (found == by_ar_.end()) return {};
    std::vector<Prefix> prefixes;
    for (const auto& [prefix, nothing] : found->second.prefixes.part(bucket)) {
        prefixes.push_back(prefix);
    }
    return prefixes;
}

StateDigest BindingTable::digest_at(NodeId ar) const {
    const auto found = by_ar_.find(static_cast<std::uint32_t>(ar));
    return found == by_ar_.end() ? StateDigest() : found->second.digest;
}

void BindingTable::index(const Prefix& prefix, NodeId ar, const PlacePtr& had,
                         const PlacePtr& has) {
    auto& [prefixes, digest] = by_ar_[static_cast<std::uint32_t>(ar)];
    if (had) digest.remove(prefix, had->sequence);
    if (has) digest.add(prefix, has->sequence);
    if (!had) prefixes.emplace(prefix);
    if (!has) prefixes.erase(prefix);
}

}  // namespace mobility
