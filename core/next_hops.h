// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who is behind which next hop of an AR: one neighbour entry serves all delegated prefixes behind a
// link-local address, so it can be one MN's only.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/binding_record.h"
#include "core/result.h"

namespace mobility {

/// Owner: an AccessRouter. Delegated prefixes only: a host prefix has a neighbour entry of its own.
class NextHops {
public:
    /// Whether the record may lead by its link-local address on this interface. Error: another MN
    /// is there with another link-layer address, whose packets this one would get.
    Result<void> may_lead(const BindingRecord& record, const std::string& interface) const;

    void set(const BindingRecord& record, const std::string& interface);
    void erase(const Prefix& prefix);

private:
    using NextHop = std::pair<std::string, IpAddress>;  ///< interface and link-local
    struct User {
        MnId mn;
        LinkLayerAddress link_layer;
    };

    std::unordered_map<Prefix, NextHop> of_;
    std::map<NextHop, std::map<Prefix, User>> users_;
};

}  // namespace mobility
