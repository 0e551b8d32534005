// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Negotiation: the newest version of both, the features of both.
#include "core/protocol.h"

#include <algorithm>

namespace mobility {
namespace {

std::string range(std::uint32_t oldest, std::uint32_t newest) {
    return oldest == newest ? std::to_string(newest)
                            : std::to_string(oldest) + " to " + std::to_string(newest);
}

/// Proto3 keeps numbers that have no name here; those have none in this program.
template <typename Numbers>
Features named(const Numbers& numbers) {
    Features features;
    for (const auto number : numbers) {
        if (control::Feature_IsValid(number))
            features.insert(static_cast<control::Feature>(number));
    }
    return features;
}

template <typename Numbers>
Result<void> require(const Features& have, const Numbers& required, const char* who) {
    for (const auto number : required) {
        if (have.contains(static_cast<control::Feature>(number))) continue;
        return Error{"feature " + std::to_string(number) + " is required and not known " + who};
    }
    return {};
}

}  // namespace

void write(const ProtocolOffer& offer, control::Associate& message) {
    message.set_version(offer.newest);
    message.set_oldest_version(offer.oldest);
    for (const auto feature : offer.features) message.add_features(feature);
    for (const auto feature : offer.required) message.add_required_features(feature);
}

Result<ProtocolOffer> agree(const ProtocolOffer& mine, const control::Associate& theirs) {
    const auto oldest = theirs.oldest_version() == 0 ? theirs.version() : theirs.oldest_version();
    const auto version = std::min(mine.newest, theirs.version());
    if (version < mine.oldest || version < oldest) {
        return Error{"it speaks version " + range(oldest, theirs.version()) +
                     " of the control protocol, this anchor " + range(mine.oldest, mine.newest)};
    }
    if (auto known = require(mine.features, theirs.required_features(), "here"); !known) {
        return Error{known.error()};
    }
    const auto offered = named(theirs.features());
    if (auto known = require(offered, mine.required, "to it"); !known) return Error{known.error()};
    ProtocolOffer agreed{version, version, {}, {}};
    std::set_intersection(offered.begin(), offered.end(), mine.features.begin(),
                          mine.features.end(),
                          std::inserter(agreed.features, agreed.features.end()));
    return agreed;
}

Result<ProtocolOffer> agree(const ProtocolOffer& mine, const control::AssociateReply& theirs) {
    if (theirs.version() < mine.oldest || theirs.version() > mine.newest) {
        return Error{"the anchor chose version " + std::to_string(theirs.version()) +
                     " of the control protocol; offered was " + range(mine.oldest, mine.newest)};
    }
    const auto agreed = named(theirs.features());
    if (auto offered = require(mine.features, agreed, "here"); !offered) {
        return Error{offered.error()};
    }
    if (auto known = require(agreed, mine.required, "to the anchor"); !known) {
        return Error{known.error()};
    }
    return ProtocolOffer{theirs.version(), theirs.version(), agreed, {}};
}

}  // namespace mobility
