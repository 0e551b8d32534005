// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The geography of a mobility domain as the hook's callouts ask for it: which anchor owns a prefix,
// which subnet belongs to an access router's link-address.
#pragma once

#include <cstdint>
#include <optional>

#include "core/disjoint_prefixes.h"
#include "core/ip_address.h"
#include "core/source.h"
#include "hooks/parameters.h"

namespace mobility {

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
