// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What holds for all addresses inside a prefix: who owns them, where they belong.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "core/ip_address.h"

namespace mobility {

/// No prefix overlaps another: whoever fills it has checked that.
template <typename Value>
class DisjointPrefixes {
public:
    void insert(const Prefix& prefix, Value value) { entries_.emplace(prefix, std::move(value)); }

    template <typename Key>  // Prefix or IpAddress
    std::optional<Value> find(const Key& key) const {
        // As none overlap, only the last one that does not lie behind the key can contain it.
        auto entry = entries_.upper_bound(host(key));
        if (entry == entries_.begin()) return std::nullopt;
        --entry;
        if (!entry->first.contains(key)) return std::nullopt;
        return entry->second;
    }

private:
    static const Prefix& host(const Prefix& prefix) { return prefix; }
    static Prefix host(const IpAddress& address) { return Prefix::host(address); }

    std::map<Prefix, Value> entries_;
};

}  // namespace mobility
