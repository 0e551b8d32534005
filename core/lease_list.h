// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an anchor has of one source's leases, in numbers that every change keeps right: nobody needs
// to look through a million bindings to answer what is missing from a list.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/binding_table.h"
#include "core/state_digest.h"

namespace mobility {

/// Counts bindings that have not ended. Owner: an Anchor, which says enter() after and leave()
/// before it changes a binding's owner, MN, IAID or end.
class LeaseList {
public:
    /// Lists are numbered by the anchor, all sources' together, from 1.
    void begin(std::uint64_t number, const Buckets& buckets);
    void enter(const Binding& binding);
    void leave(const Binding& binding);
    /// It has been listed, or heard of: `touched` becomes `number`.
    void touch(Binding& binding, std::uint64_t number);

    std::uint64_t number() const { return number_; }
    const Buckets& buckets() const { return buckets_; }
    std::size_t owned() const { return owned_; }
    /// Of the list's buckets, what it has not had, and nothing has touched since its begin.
    std::size_t missing() const;
    /// Over prefix, MN and IAID of all.
    const StateDigest& digest() const { return digest_; }

    bool too_short = false;  ///< ended, and waits for the operator
    std::size_t gone = 0;    ///< how many would have ended then
    bool complete = false;   ///< one has ended since the start and was believed
    Buckets known;           ///< of these the source has said since the start that it has the same

    /// What an AR reports and is not bound here is no lease of this source.
    bool knows(const Prefix& prefix) const { return complete || known.has(prefix); }

private:
    bool seen(const Binding& binding) const;

    std::uint64_t number_ = 0;  ///< 0: none has begun
    Buckets buckets_;
    std::size_t owned_ = 0;
    std::array<std::size_t, Buckets::kCount> owned_in_{};
    std::size_t seen_ = 0;  ///< in the list's buckets
    StateDigest digest_;
};

}  // namespace mobility
