// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hash is part of the protocol: docs/control-protocol.md has it as well.
#include "core/state_digest.h"

namespace mobility {
namespace {

/// The finaliser of splitmix64.
std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 30;
    value *= 0xbf58476d1ce4e5b9u;
    value ^= value >> 27;
    value *= 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// FNV-1a over the address and the length, mixed.
std::uint64_t hash(const Prefix& prefix) {
    std::uint64_t value = 0xcbf29ce484222325u;
    const auto octet = [&](std::uint64_t byte) { value = (value ^ byte) * 0x100000001b3u; };
    for (const auto byte : prefix.address().bytes()) octet(byte);
    octet(prefix.length());
    return mix(value);
}

}  // namespace

Buckets Buckets::all() {
    Buckets buckets;
    buckets.bits_.set();
    return buckets;
}

Buckets Buckets::others() const {
    Buckets buckets;
    buckets.bits_ = ~bits_;
    return buckets;
}

std::size_t Buckets::of(const Prefix& prefix) { return hash(prefix) % kCount; }

void StateDigest::add(const Prefix& prefix, std::uint64_t sequence) {
    const auto name = hash(prefix);
    sums_[name % Buckets::kCount] += mix(name + mix(sequence + 1));
}

Buckets StateDigest::differing(const StateDigest& other) const {
    Buckets buckets;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (sums_[i] != other.sums_[i]) buckets.add(i);
    }
    return buckets;
}

}  // namespace mobility
