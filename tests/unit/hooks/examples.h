// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A good configuration, and ways to spoil it.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>

#include <string>

namespace mobility {

/// Two anchors: 2001:db8:d000::/40 and 2001:db8:d100::/40; link-addresses of subnet 1 from
/// 2001:db8:a000::/48.
inline isc::data::ElementPtr example_parameters() {
    return isc::data::Element::fromJSON(R"({
        "lease-domain": "metro/6",
        "certificate-file": "/etc/kea/kea.pem",
        "key-file": "/etc/kea/kea.key",
        "trust-anchor": "/etc/kea/ca.pem",
        "anchors": [
            { "name": "anchor1.example", "address": "2001:db8:c::1", "port": 4480,
              "prefixes": [ "2001:db8:d000::/40" ] },
            { "name": "anchor2.example", "address": "2001:db8:c::2", "port": 4480,
              "prefixes": [ "2001:db8:d100::/40" ] }
        ],
        "link-addresses": [ { "subnet-id": 1, "prefixes": [ "2001:db8:a000::/48" ] } ]
    })");
}

inline isc::data::ElementPtr with(const std::string& changes,
                                  isc::data::ElementPtr to = example_parameters()) {
    const auto map = isc::data::Element::fromJSON(changes);
    for (const auto& [key, value] : map->mapValue()) to->set(key, value);
    return to;
}

inline isc::data::ElementPtr without(const std::string& key) {
    auto from = example_parameters();
    from->remove(key);
    return from;
}

}  // namespace mobility
