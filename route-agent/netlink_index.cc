// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Counting users, so that nobody else has to.
#include "route-agent/netlink_index.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mobility {

const IndexedRoute* NetlinkIndex::route(const Prefix& prefix) const {
    const auto found = routes_.find(prefix);
    return found == routes_.end() ? nullptr : &found->second;
}

void NetlinkIndex::set_route(const Prefix& prefix, const IndexedRoute& route) {
    count(prefix, route,
          1);  // before the old one's users are counted off: nothing shared is unused
    digest_.add(digest_of(prefix, route));
    const auto [place, is_new] = routes_.try_emplace(prefix, route);
    if (is_new) return;
    digest_.remove(digest_of(prefix, place->second));
    count(prefix, place->second, -1);
    place->second = route;
}

void NetlinkIndex::erase_route(const Prefix& prefix) {
    const auto found = routes_.find(prefix);
    if (found == routes_.end()) return;
    digest_.remove(digest_of(prefix, found->second));
    count(prefix, found->second, -1);
    routes_.erase(found);
}

std::optional<NeighbourKey> NetlinkIndex::neighbour_of(const Prefix& prefix,
                                                       const IndexedRoute& route) {
    if (route.kind == IndexedRoute::Kind::kVia) return NeighbourKey{route.number, route.gateway};
    if (route.kind == IndexedRoute::Kind::kOnLink && prefix.is_host()) {
        return NeighbourKey{route.number, prefix.address()};
    }
    return {};
}

void NetlinkIndex::count(const Prefix& prefix, const IndexedRoute& route, int change) {
    if (route.kind == IndexedRoute::Kind::kNexthop) count_nexthop(route.number, change);
    const auto key = neighbour_of(prefix, route);
    if (!key) return;
    auto& neighbour = neighbours_[*key];
    neighbour.uses += static_cast<std::uint32_t>(change);
    if (neighbour.uses > 0) return;
    if (neighbour.ours) {
        maybe_unused_neighbours_.push_back(*key);
    } else {
        neighbours_.erase(*key);
    }
}

void NetlinkIndex::count_nexthop(std::uint32_t id, int change) {
    const auto found = nexthops_.find(id);
    if (found == nexthops_.end()) return;
    found->second.uses += static_cast<std::uint32_t>(change);
    if (found->second.uses == 0) maybe_unused_nexthops_.push_back(id);
}

const NetlinkIndex::Neighbour* NetlinkIndex::neighbour(const NeighbourKey& key) const {
    const auto found = neighbours_.find(key);
    return found == neighbours_.end() ? nullptr : &found->second;
}

void NetlinkIndex::set_neighbour(const NeighbourKey& key, const LinkLayerAddress& link_layer) {
    auto& neighbour = neighbours_[key];
    if (!std::exchange(neighbour.ours, true)) digest_.add(digest_of(key));
    neighbour.link_layer = link_layer;
    neighbour.unwanted = false;
    // Its route may never come (it failed): then this entry has no user and goes again.
    if (neighbour.uses == 0) maybe_unused_neighbours_.push_back(key);
}

void NetlinkIndex::release_neighbour(const NeighbourKey& key) {
    const auto found = neighbours_.find(key);
    if (found == neighbours_.end() || !found->second.ours || found->second.uses > 1) return;
    found->second.unwanted = true;
    maybe_unused_neighbours_.push_back(key);
}

void NetlinkIndex::erase_neighbour(const NeighbourKey& key) {
    const auto found = neighbours_.find(key);
    if (found == neighbours_.end()) return;
    if (found->second.ours) digest_.remove(digest_of(key));
    if (found->second.uses == 0) {
        neighbours_.erase(found);
    } else {
        found->second = Neighbour{{}, false, false, found->second.uses};
    }
}

std::optional<std::uint32_t> NetlinkIndex::nexthop(const NexthopUse& use) const {
    const auto found = nexthop_ids_.find(use);
    if (found == nexthop_ids_.end()) return {};
    return found->second;
}

const NetlinkIndex::Nexthop* NetlinkIndex::nexthop(std::uint32_t id) const {
    const auto found = nexthops_.find(id);
    return found == nexthops_.end() ? nullptr : &found->second;
}

void NetlinkIndex::add_nexthop(std::uint32_t id, const Nexthop& nexthop) {
    erase_nexthop(id);
    nexthops_[id] = nexthop;
    if (nexthop.ours && nexthop.use) digest_.add(digest_of(id, *nexthop.use));
    if (nexthop.uses == 0) maybe_unused_nexthops_.push_back(id);  // should its route never come
    if (nexthop.ours && nexthop.use) nexthop_ids_.try_emplace(*nexthop.use, id);
}

void NetlinkIndex::erase_nexthop(std::uint32_t id) {
    const auto found = nexthops_.find(id);
    if (found == nexthops_.end()) return;
    if (found->second.use) {
        if (found->second.ours) digest_.remove(digest_of(id, *found->second.use));
        const auto named = nexthop_ids_.find(*found->second.use);
        if (named != nexthop_ids_.end() && named->second == id) nexthop_ids_.erase(named);
    }
    nexthops_.erase(found);
}

void NetlinkIndex::add_rule(const KernelRule& rule) {
    if (rules_.insert(rule).second) digest_.add(digest_of(rule));
}

void NetlinkIndex::erase_rule(const KernelRule& rule) {
    if (rules_.erase(rule) > 0) digest_.remove(digest_of(rule));
}

bool NetlinkIndex::has_rule(const ReverseTable& table) const {
    return std::ranges::any_of(rules_, [&](const KernelRule& rule) {
        return rule.table == table.table && rule.prefix.address().family() == table.family;
    });
}

std::optional<std::uint32_t> NetlinkIndex::reverse_default(const ReverseTable& table) const {
    const auto found = reverse_defaults_.find(table);
    if (found == reverse_defaults_.end()) return {};
    return found->second;
}

std::optional<ReverseTable> NetlinkIndex::reverse_table(Family family,
                                                        std::uint32_t nexthop) const {
    for (const auto& [table, id] : reverse_defaults_) {
        if (table.family == family && id == nexthop) return table;
    }
    return {};
}

void NetlinkIndex::set_reverse_default(const ReverseTable& table, std::uint32_t nexthop) {
    count_nexthop(nexthop, 1);
    erase_reverse_default(table);
    reverse_defaults_[table] = nexthop;
    digest_.add(digest_of(table, nexthop));
}

void NetlinkIndex::erase_reverse_default(const ReverseTable& table) {
    const auto found = reverse_defaults_.find(table);
    if (found == reverse_defaults_.end()) return;
    digest_.remove(digest_of(table, found->second));
    count_nexthop(found->second, -1);
    reverse_defaults_.erase(found);
}

std::vector<NeighbourKey> NetlinkIndex::take_unused_neighbours() {
    auto keys = std::exchange(maybe_unused_neighbours_, {});
    std::erase_if(keys, [this](const NeighbourKey& key) {
        const auto* const known = neighbour(key);
        return !known || !known->ours || (known->uses > 0 && !known->unwanted);
    });
    return keys;
}

std::vector<std::uint32_t> NetlinkIndex::take_unused_nexthops() {
    auto ids = std::exchange(maybe_unused_nexthops_, {});
    std::erase_if(ids, [this](std::uint32_t id) {
        const auto* const known = nexthop(id);
        return !known || !known->ours || known->uses > 0;
    });
    return ids;
}

}  // namespace mobility
