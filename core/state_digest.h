// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Sums over binding records by bucket: two ends of a session find out what they need not say.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "core/mobility_event.h"

namespace mobility {

/// Which records, or leases, a full state is about.
class Buckets {
public:
    static constexpr std::size_t kCount = 256;

    static Buckets all();
    static std::size_t of(const Prefix& prefix);

    bool has(const Prefix& prefix) const { return bits_[of(prefix)]; }
    void add(std::size_t bucket) { bits_.set(bucket); }
    bool none() const { return bits_.none(); }
    bool is_all() const { return bits_.all(); }
    void add(const Buckets& others) { bits_ |= others.bits_; }
    Buckets others() const;
    bool operator[](std::size_t bucket) const { return bits_[bucket]; }

private:
    std::bitset<kCount> bits_;
};

/// A record is its prefix and its sequence, which its anchor gives to no other. A record of
/// sequence 0 proves nothing: it makes its bucket differ from every other. A lease is its prefix
/// and its holder, MN and IAID. What was added can be removed again, in any order.
class StateDigest {
public:
    using Sums = std::array<std::uint64_t, Buckets::kCount>;

    StateDigest() = default;
    explicit StateDigest(const Sums& sums) : sums_(sums) {}

    void add(const Prefix& prefix, std::uint64_t sequence);
    void remove(const Prefix& prefix, std::uint64_t sequence);
    void add_lease(const Prefix& prefix, const MnId& mn, std::uint32_t iaid);
    void remove_lease(const Prefix& prefix, const MnId& mn, std::uint32_t iaid);
    const Sums& sums() const { return sums_; }
    Buckets differing(const StateDigest& other) const;

private:
    Sums sums_{};
};

}  // namespace mobility
