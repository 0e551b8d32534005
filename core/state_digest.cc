// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hash is part of the protocol: docs/control-protocol.md has it as well.
#include "core/state_digest.h"

#include "core/mix.h"

namespace mobility {
namespace {

/// FNV-1a 64.
class Fnv {
public:
    void octet(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325u;
};

/// Over the address and the length, mixed.
std::uint64_t hash(const Prefix& prefix) {
    Fnv fnv;
    for (const auto byte : prefix.address().bytes()) fnv.octet(byte);
    fnv.octet(prefix.length());
    return mix(fnv.value());
}

/// Over the identifier and the IAID (four octets, network order).
std::uint64_t hash(const MnId& mn, std::uint32_t iaid) {
    Fnv fnv;
    for (const auto byte : mn.bytes) fnv.octet(static_cast<std::uint8_t>(byte));
    for (const int shift : {24, 16, 8, 0}) fnv.octet(iaid >> shift & 0xff);
    return fnv.value();
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

void StateDigest::remove(const Prefix& prefix, std::uint64_t sequence) {
    const auto name = hash(prefix);
    sums_[name % Buckets::kCount] -= mix(name + mix(sequence + 1));
}

void StateDigest::add_lease(const Prefix& prefix, const MnId& mn, std::uint32_t iaid) {
    add(prefix, hash(mn, iaid));
}

void StateDigest::remove_lease(const Prefix& prefix, const MnId& mn, std::uint32_t iaid) {
    remove(prefix, hash(mn, iaid));
}

Buckets StateDigest::differing(const StateDigest& other) const {
    Buckets buckets;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (sums_[i] != other.sums_[i]) buckets.add(i);
    }
    return buckets;
}

}  // namespace mobility
