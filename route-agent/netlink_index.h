// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the kernel holds of ours, by its own numbers: filled by a dump, kept by confirmed changes.
// It answers which route was the last user of a neighbour entry, tunnel or table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/ip_address.h"
#include "route-agent/kernel_digest.h"
#include "route-agent/netlink_objects.h"

namespace mobility {

/// One route of ours in the main table.
struct IndexedRoute {
    enum class Kind : std::uint8_t {
        kOnLink,
        kVia,
        kNexthop,
        kDrop,
        kUnreadable  ///< carries our protocol and metric, but is none that we make
    };
    Kind kind = Kind::kDrop;
    std::uint32_t number = 0;  ///< interface index, or nexthop id with kNexthop
    IpAddress gateway;         ///< with kVia
};

struct NeighbourKey {
    std::uint32_t interface = 0;
    IpAddress address;
    bool operator==(const NeighbourKey&) const = default;
};
struct NeighbourKeyHash {
    std::size_t operator()(const NeighbourKey& key) const noexcept {
        return std::hash<IpAddress>()(key.address) ^ (key.interface * 0x9e3779b9u);
    }
};

/// A table that holds the default route of reverse paths.
struct ReverseTable {
    Family family = Family::kIpv6;
    std::uint32_t table = 0;
    auto operator<=>(const ReverseTable&) const = default;
};

class NetlinkIndex {
public:
    struct Neighbour {
        LinkLayerAddress link_layer;
        bool ours = false;      ///< the entry exists and carries our protocol
        bool unwanted = false;  ///< its only user was set again without a link-layer address
        std::uint32_t uses = 0;
    };
    struct Nexthop {
        std::optional<NexthopUse> use;  ///< nothing: unreadable, or not ours
        bool ours = false;
        std::uint32_t uses = 0;
    };

    const IndexedRoute* route(const Prefix& prefix) const;
    void set_route(const Prefix& prefix, const IndexedRoute& route);
    void erase_route(const Prefix& prefix);
    const std::unordered_map<Prefix, IndexedRoute>& routes() const { return routes_; }

    /// The neighbour entry that the kernel uses for this route; nothing for subnets and tunnels.
    static std::optional<NeighbourKey> neighbour_of(const Prefix& prefix,
                                                    const IndexedRoute& route);
    const Neighbour* neighbour(const NeighbourKey& key) const;
    void set_neighbour(const NeighbourKey& key, const LinkLayerAddress& link_layer);
    /// The route's owner wants no entry: it goes, unless another route uses it.
    void release_neighbour(const NeighbourKey& key);
    void erase_neighbour(const NeighbourKey& key);
    const std::unordered_map<NeighbourKey, Neighbour, NeighbourKeyHash>& neighbours() const {
        return neighbours_;
    }

    std::optional<std::uint32_t> nexthop(const NexthopUse& use) const;
    const Nexthop* nexthop(std::uint32_t id) const;
    void add_nexthop(std::uint32_t id, const Nexthop& nexthop);
    void erase_nexthop(std::uint32_t id);
    const std::map<std::uint32_t, Nexthop>& nexthops() const { return nexthops_; }

    /// Rules of ours with our priority.
    const std::set<KernelRule>& rules() const { return rules_; }
    void add_rule(const KernelRule& rule);
    void erase_rule(const KernelRule& rule);
    bool has_rule(const ReverseTable& table) const;
    /// Nexthop id of the default route in a reverse table.
    std::optional<std::uint32_t> reverse_default(const ReverseTable& table) const;
    std::optional<ReverseTable> reverse_table(Family family, std::uint32_t nexthop) const;
    void set_reverse_default(const ReverseTable& table, std::uint32_t nexthop);
    void erase_reverse_default(const ReverseTable& table);
    const std::map<ReverseTable, std::uint32_t>& reverse_defaults() const {
        return reverse_defaults_;
    }

    /// Entries and tunnels that lost their last user since the last call and have none now. What a
    /// dump showed without users is not among them: see NetlinkForwarder::purge().
    std::vector<NeighbourKey> take_unused_neighbours();
    std::vector<std::uint32_t> take_unused_nexthops();

    /// Of everything above that is ours.
    const KernelDigest& digest() const { return digest_; }

    /// Ours by protocol, but with another metric, table or priority: left by other settings.
    std::vector<KernelRoute> stray_routes;
    std::vector<KernelRule> stray_rules;

private:
    void count(const Prefix& prefix, const IndexedRoute& route, int change);
    void count_nexthop(std::uint32_t id, int change);

    std::unordered_map<Prefix, IndexedRoute> routes_;
    std::unordered_map<NeighbourKey, Neighbour, NeighbourKeyHash> neighbours_;
    std::map<std::uint32_t, Nexthop> nexthops_;
    std::map<NexthopUse, std::uint32_t> nexthop_ids_;
    std::set<KernelRule> rules_;
    std::map<ReverseTable, std::uint32_t> reverse_defaults_;
    KernelDigest digest_;
    std::vector<NeighbourKey> maybe_unused_neighbours_;
    std::vector<std::uint32_t> maybe_unused_nexthops_;
};

}  // namespace mobility
