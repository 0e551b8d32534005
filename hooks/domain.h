// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The geography of a mobility domain as the hook's callouts ask for it: which anchor owns a prefix,
// which subnet belongs to an access router's link-address.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "core/ip_address.h"
#include "core/source.h"
#include "hooks/parameters.h"

namespace mobility {

/// Values that each hold for all addresses inside a prefix; no prefix overlaps another.
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

/// Immutable: read by all of Kea's threads.
class Domain {
public:
    explicit Domain(const HookParameters& parameters);

    /// Nothing: the prefix is left to plain Kea.
    std::optional<AnchorIndex> anchor_of(const Prefix& prefix) const {
        return anchors_.find(prefix);
    }
    /// Nothing: Kea's own choice stands.
    std::optional<std::uint32_t> subnet_of(const IpAddress& link_address) const {
        return subnets_.find(link_address);
    }

private:
    DisjointPrefixes<AnchorIndex> anchors_;
    DisjointPrefixes<std::uint32_t> subnets_;
};

}  // namespace mobility
