// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Counting.
#include "core/lease_list.h"

namespace mobility {

void LeaseList::begin(std::uint64_t number, const Buckets& buckets) {
    number_ = number;
    buckets_ = buckets;
    seen_ = 0;
    too_short = false;
}

bool LeaseList::seen(const Binding& binding) const {
    return binding.touched >= number_ && buckets_.has(binding.prefix);
}

void LeaseList::enter(const Binding& binding) {
    ++owned_;
    ++owned_in_[Buckets::of(binding.prefix)];
    if (seen(binding)) ++seen_;
    digest_.add_lease(binding.prefix, binding.mn, binding.iaid);
}

void LeaseList::leave(const Binding& binding) {
    --owned_;
    --owned_in_[Buckets::of(binding.prefix)];
    if (seen(binding)) --seen_;
    digest_.remove_lease(binding.prefix, binding.mn, binding.iaid);
}

void LeaseList::touch(Binding& binding, std::uint64_t number) {
    const bool before = seen(binding);
    binding.touched = number;
    if (!before && seen(binding)) ++seen_;
}

std::size_t LeaseList::missing() const {
    std::size_t owned = 0;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (buckets_[i]) owned += owned_in_[i];
    }
    return owned - seen_;
}

}  // namespace mobility
