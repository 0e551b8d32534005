// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Hashes of objects, and the comparison.
#include "route-agent/kernel_digest.h"

#include <functional>
#include <string>
#include <utility>

#include "core/mix.h"
#include "route-agent/netlink_index.h"

namespace mobility {
namespace {

enum class Kind : std::uint64_t { kRoute = 1, kNeighbour, kNexthop, kRule, kReverseDefault };

class Hash {
public:
    explicit Hash(Kind kind) : value_(mix(static_cast<std::uint64_t>(kind))) {}
    template <typename Value>
    Hash& with(const Value& value) {
        value_ = mix(value_ + 0x9e3779b97f4a7c15u + std::hash<Value>()(value));
        return *this;
    }
    std::uint64_t value() const { return value_; }
    std::size_t bucket() const { return value_ % KernelDigest::kBuckets; }

private:
    std::uint64_t value_;
};

/// `name` picks the bucket; `contents` go into the hash on top of it.
template <typename... Contents>
DigestEntry entry(Hash name, const Contents&... contents) {
    const auto bucket = name.bucket();
    (name.with(contents), ...);
    return {bucket, name.value()};
}

}  // namespace

DigestEntry digest_of(const Prefix& prefix, const IndexedRoute& route) {
    return entry(Hash(Kind::kRoute).with(prefix), static_cast<unsigned>(route.kind), route.number,
                 route.gateway);
}

DigestEntry digest_of(const NeighbourKey& neighbour) {
    return entry(Hash(Kind::kNeighbour).with(neighbour.interface).with(neighbour.address));
}

DigestEntry digest_of(std::uint32_t nexthop, const NexthopUse& use) {
    return entry(Hash(Kind::kNexthop).with(nexthop), static_cast<unsigned>(use.family),
                 use.segment.value_or(IpAddress()));
}

DigestEntry digest_of(const KernelRule& rule) {
    return entry(Hash(Kind::kRule).with(rule.prefix).with(rule.interface),
                 static_cast<unsigned>(rule.match), rule.table, rule.priority,
                 rule.suppressed.value_or(UINT32_MAX), static_cast<unsigned>(rule.ip_protocol));
}

DigestEntry digest_of(const ReverseTable& table, std::uint32_t nexthop) {
    return entry(
        Hash(Kind::kReverseDefault).with(static_cast<unsigned>(table.family)).with(table.table),
        nexthop);
}

bool KernelDigest::agrees(const KernelDigest& dumped, const Changes& begun) const {
    for (std::size_t i = 0; i < kBuckets; ++i) {
        if (changes_[i] == begun[i] && sums_[i] != dumped.sums_[i]) return false;
    }
    return true;
}

}  // namespace mobility
