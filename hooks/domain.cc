// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The domain's geography from the parameters, which are free of overlaps.
#include "hooks/domain.h"

namespace mobility {

Domain::Domain(const HookParameters& parameters) {
    for (AnchorIndex i = 0; i < parameters.anchors.size(); ++i) {
        for (const auto& prefix : parameters.anchors[i].prefixes) anchors_.insert(prefix, i);
    }
    for (const auto& link : parameters.link_addresses) {
        for (const auto& prefix : link.prefixes) subnets_.insert(prefix, link.subnet_id);
    }
}

}  // namespace mobility
