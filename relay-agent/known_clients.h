// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The link-layer addresses of clients that have just spoken, so that their answers leave at once:
// without neighbour discovery (a multicast and its answer over the air), and without an entry for
// each in the kernel's neighbour table, whose limit (gc_thresh3, 1,024 by default) a busy access
// link exceeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/instant.h"
#include "core/ip_address.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

/// Remembers each for kLifetime to twice that. What it does not know, or has forgotten for want of
/// room, is sent by way of the kernel's neighbour table.
class KnownClients {
public:
    static constexpr Seconds kLifetime{60};
    static constexpr std::size_t kMost = 65'536;  ///< in each of two generations

    /// `link` is the number of the access interface; the newest address of a client is the one.
    void learn(std::size_t link, const IpAddress& client, Bytes link_layer_address, Instant now);
    /// The bytes of its link-layer address, or null.
    const std::string* find(std::size_t link, const IpAddress& client) const;
    /// Access interfaces have other numbers now.
    void forget_all();

private:
    struct Key {
        std::size_t link;
        IpAddress client;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept {
            return std::hash<IpAddress>()(key.client) ^ (key.link * 0x9e3779b97f4a7c15u);
        }
    };
    using Generation = std::unordered_map<Key, std::string, Hash>;

    Generation young_;
    Generation old_;
    Instant young_since_{};
};

}  // namespace mobility
