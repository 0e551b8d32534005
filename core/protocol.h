// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a program can say and understand of the control protocol, and what two of them agree on.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/control.pb.h"
#include "core/result.h"

namespace mobility {

/// The newest version of the control protocol here, and the oldest that it still speaks. A new
/// version is needed only where a message changes its meaning: an unknown field is ignored, and
/// what a peer must understand is a feature.
inline constexpr std::uint32_t kControlVersion = 2;
inline constexpr std::uint32_t kOldestControlVersion = 1;

using Features = std::set<control::Feature>;

/// One side's offer, or what both agreed on (then `oldest` is `newest`).
struct ProtocolOffer {
    std::uint32_t oldest = kOldestControlVersion;
    std::uint32_t newest = kControlVersion;
    /// What every program can; attestation is added where a relay, or a policy, is there for it.
    Features features{control::FEATURE_LOCATION_DEREGISTRATION, control::FEATURE_STATE_DIGEST,
                      control::FEATURE_LIST_DIGEST};
    Features required;  ///< of `features`: without them no session

    bool has(control::Feature feature) const { return features.contains(feature); }
};

void write(const ProtocolOffer& offer, control::Associate& message);
/// The newest version that both speak, and the features of both. The error says what is missing on
/// which side.
Result<ProtocolOffer> agree(const ProtocolOffer& mine, const control::Associate& theirs);
/// The same, seen by the one who asked: the answer may name only what was offered.
Result<ProtocolOffer> agree(const ProtocolOffer& mine, const control::AssociateReply& theirs);

}  // namespace mobility
