// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Sums over what the kernel holds of ours, kept up with every confirmed change: a dump that adds up
// to the same was altered by nobody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/ip_address.h"
#include "route-agent/netlink_objects.h"

namespace mobility {

struct IndexedRoute;
struct NeighbourKey;
struct ReverseTable;

/// One object: its bucket by what names it, its hash by all that it is.
struct DigestEntry {
    std::size_t bucket = 0;
    std::uint64_t hash = 0;
};
DigestEntry digest_of(const Prefix& prefix, const IndexedRoute& route);
/// Without its link-layer address: neighbour discovery may teach the kernel another.
DigestEntry digest_of(const NeighbourKey& neighbour);
DigestEntry digest_of(std::uint32_t nexthop, const NexthopUse& use);
DigestEntry digest_of(const KernelRule& rule);
DigestEntry digest_of(const ReverseTable& table, std::uint32_t nexthop);

class KernelDigest {
public:
    static constexpr std::size_t kBuckets = 1024;

    void add(const DigestEntry& entry) {
        sums_[entry.bucket] += entry.hash;
        ++changes_[entry.bucket];
    }
    void remove(const DigestEntry& entry) {
        sums_[entry.bucket] -= entry.hash;
        ++changes_[entry.bucket];
    }
    /// Buckets that were changed since the beginning of a dump say nothing about it.
    using Changes = std::array<std::uint64_t, kBuckets>;
    const Changes& changes() const { return changes_; }
    /// Whether `dumped` adds up to the same in every bucket that has not changed since `begun`.
    bool agrees(const KernelDigest& dumped, const Changes& begun) const;

private:
    std::array<std::uint64_t, kBuckets> sums_{};
    Changes changes_{};
};

}  // namespace mobility
