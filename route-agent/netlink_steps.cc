// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What each operation becomes: kernel numbers for names and tunnels, messages, and the index's
// change on success.
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>

#include <type_traits>
#include <utility>
#include <variant>

#include "route-agent/netlink_work.h"

namespace mobility {
namespace {

bool is_decapsulation(const NetlinkIndex& index, const IndexedRoute& route) {
    return route.kind == IndexedRoute::Kind::kNexthop && !index.nexthop(route.number)->use->segment;
}

const LinkLayerAddress* link_layer_of(const Forwarding& forwarding) {
    if (const auto* on_link = std::get_if<OnLink>(&forwarding)) return &on_link->link_layer;
    if (const auto* via = std::get_if<Via>(&forwarding)) return &via->link_layer;
    return nullptr;
}

const char* mode_text(TunnelMode mode) {
    switch (mode) {
        case TunnelMode::kSeg6:
            return "seg6";
        case TunnelMode::kIp6Tnl:
            return "ip6tnl";
        case TunnelMode::kRouted:
            return "routed";
    }
    return "unknown";
}

}  // namespace

void NetlinkWork::create_nexthop(std::size_t position, const NexthopUse& use) {
    const auto device = interface_index(position, settings_.nexthop_device);
    if (!device) return;
    const auto id = free_nexthop();
    if (!id) {
        return fail(position, Outcome::Kind::kFailed,
                    "all " + std::to_string(settings_.nexthops) + " nexthop ids from " +
                        std::to_string(settings_.first_nexthop) + " are in use");
    }
    creating_.emplace(use, *id);
    add_step(add_message(KernelNexthop{*id, settings_.protocol, use}, *device),
             {position, "tunnel", Step::Nature::kAdds, [this, id = *id, use] {
                  index_.add_nexthop(id, {use, true, 0});
              }});
}

void NetlinkWork::prepare(std::size_t position) {
    std::visit([&](const auto& operation) { prepare(position, operation); }, operations_[position]);
}

void NetlinkWork::prepare(std::size_t position, const SetRoute& operation) {
    const auto& [prefix, forwarding] = operation;
    if (in_batch_.contains(prefix)) flush();
    const auto route = indexed(position, operation);
    if (!route) return;
    const auto* const present = index_.route(prefix);
    if (present && is_decapsulation(index_, *present)) {
        return fail(position, Outcome::Kind::kFailed,
                    prefix.text() + " is this node's own tunnel address");
    }
    const auto* const link_layer = link_layer_of(forwarding);
    const auto key = NetlinkIndex::neighbour_of(prefix, *route);
    if (link_layer && !link_layer->empty()) put_neighbour(position, *key, *link_layer);
    put_route(position, prefix, *route);
}

std::optional<IndexedRoute> NetlinkWork::indexed(std::size_t position, const SetRoute& operation) {
    using Kind = IndexedRoute::Kind;
    const auto& prefix = operation.prefix;
    if (const auto* on_link = std::get_if<OnLink>(&operation.forwarding)) {
        if (!prefix.is_host() && !on_link->link_layer.empty()) {
            fail(position, Outcome::Kind::kFailed,
                 prefix.text() + " is no host prefix and cannot have one link-layer address");
            return {};
        }
        const auto interface = interface_index(position, on_link->interface);
        if (!interface) return {};
        return IndexedRoute{Kind::kOnLink, *interface, {}};
    }
    if (const auto* via = std::get_if<Via>(&operation.forwarding)) {
        const auto interface = interface_index(position, via->interface);
        if (!interface) return {};
        return IndexedRoute{Kind::kVia, *interface, via->link_local};
    }
    if (const auto* tunnel = std::get_if<Tunnel>(&operation.forwarding)) {
        if (tunnel->mode != TunnelMode::kSeg6 || tunnel->to.family() != Family::kIpv6) {
            fail(position, Outcome::Kind::kFailed,
                 prefix.text() + ": a tunnel to " + tunnel->to.text() + " in mode " +
                     mode_text(tunnel->mode) + "; only seg6 to an IPv6 address can be installed");
            return {};
        }
        const auto id = index_.nexthop(NexthopUse{prefix.address().family(), tunnel->to});
        return IndexedRoute{Kind::kNexthop, id.value(), {}};
    }
    return IndexedRoute{Kind::kDrop, 0, {}};
}

void NetlinkWork::put_neighbour(std::size_t position, const NeighbourKey& key,
                                const LinkLayerAddress& link_layer) {
    const KernelNeighbour neighbour{key.interface, key.address, link_layer, settings_.protocol};
    add_step(add_message(neighbour),
             {position, "neighbour entry", Step::Nature::kAdds,
              [this, key, link_layer] { index_.set_neighbour(key, link_layer); }});
}

void NetlinkWork::put_route(std::size_t position, const Prefix& prefix, const IndexedRoute& route) {
    // Creating exclusively what the index does not know keeps others' routes from being replaced.
    const int flags = NLM_F_CREATE | (index_.route(prefix) ? NLM_F_REPLACE : NLM_F_EXCL);
    const bool through_nexthop = route.kind == IndexedRoute::Kind::kNexthop;
    const auto* const set = std::get_if<SetRoute>(&operations_[position]);
    const auto* const link_layer = set ? link_layer_of(set->forwarding) : nullptr;
    const bool without_neighbour = link_layer && link_layer->empty();
    add_step(add_message(kernel_route(prefix, route), flags),
             {position, "route",
              through_nexthop ? Step::Nature::kAddsThroughNexthop : Step::Nature::kAdds,
              [this, prefix, route, without_neighbour] {
                  index_.set_route(prefix, route);
                  const auto key = NetlinkIndex::neighbour_of(prefix, route);
                  if (key && without_neighbour) index_.release_neighbour(*key);
              }});
    in_batch_.insert(prefix);
}

void NetlinkWork::prepare(std::size_t position, const RemoveRoute& operation) {
    if (in_batch_.contains(operation.prefix)) flush();
    const auto* const present = index_.route(operation.prefix);
    if (present && is_decapsulation(index_, *present)) return;  // no route of that kind is there
    take_route(position, operation.prefix);
}

void NetlinkWork::take_route(std::size_t position, const Prefix& prefix) {
    add_step(remove_message(kernel_route(prefix, IndexedRoute{})),
             {position, "route", Step::Nature::kRemoves,
              [this, prefix] { index_.erase_route(prefix); }});
    in_batch_.insert(prefix);
}

void NetlinkWork::prepare(std::size_t position, const AddDecapsulation& operation) {
    const auto& [address, mode, inside] = operation.decapsulation;
    const auto prefix = Prefix::host(address);
    if (mode != TunnelMode::kSeg6 || address.family() != Family::kIpv6) {
        return fail(position, Outcome::Kind::kFailed,
                    "unwrapping at " + address.text() + " in mode " + mode_text(mode) +
                        "; only seg6 at an IPv6 address can be installed");
    }
    if (in_batch_.contains(prefix) || inside == Family::kIpv4) flush();
    const auto* const present = index_.route(prefix);
    if (present && !is_decapsulation(index_, *present)) {
        return fail(position, Outcome::Kind::kFailed,
                    address.text() + " cannot be a tunnel address: an MN has it");
    }
    const auto id = index_.nexthop(NexthopUse{inside, std::nullopt});
    if (inside == Family::kIpv6) {
        put_route(position, prefix, {IndexedRoute::Kind::kNexthop, id.value(), {}});
    } else if (const auto table = put_reverse_default(position, Family::kIpv6, id.value())) {
        put_rule(position, kernel_rule(operation.decapsulation, *table));
    }
}

void NetlinkWork::prepare(std::size_t position, const RemoveDecapsulation& operation) {
    const auto prefix = Prefix::host(operation.decapsulation.address);
    if (operation.decapsulation.inside == Family::kIpv4) {
        flush();
        const auto id = index_.nexthop(NexthopUse{Family::kIpv4, std::nullopt});
        const auto table = id ? index_.reverse_table(Family::kIpv6, *id) : std::nullopt;
        if (!table) return;
        touched_tables_.insert(*table);
        return take_rule(position, kernel_rule(operation.decapsulation, table->table));
    }
    if (in_batch_.contains(prefix)) flush();
    const auto* const present = index_.route(prefix);
    if (present && is_decapsulation(index_, *present)) take_route(position, prefix);
}

void NetlinkWork::prepare(std::size_t position, const AddReversePath& operation) {
    flush();  // the choice of the table needs what came before
    const auto& path = operation.path;
    const auto family = path.source.address().family();
    if (path.anchor.mode != TunnelMode::kSeg6 || path.anchor.to.family() != Family::kIpv6) {
        return fail(position, Outcome::Kind::kFailed,
                    "a reverse path to " + path.anchor.to.text() + " in mode " +
                        mode_text(path.anchor.mode) + "; only seg6 to an IPv6 address works");
    }
    // A rule names its interface, and may stand before that does.
    const auto nexthop = index_.nexthop(NexthopUse{family, path.anchor.to}).value();
    if (const auto table = put_reverse_default(position, family, nexthop)) {
        put_rule(position, kernel_rule(path, *table));
    }
}

std::optional<std::uint32_t> NetlinkWork::put_reverse_default(std::size_t position, Family family,
                                                              std::uint32_t nexthop) {
    const auto present = index_.reverse_table(family, nexthop);
    const auto table = present ? present : free_reverse_table(family);
    if (!table) {
        fail(position, Outcome::Kind::kFailed,
             "all " + std::to_string(settings_.reverse_tables) + " reverse tables from " +
                 std::to_string(settings_.first_reverse_table) + " are in use");
        return {};
    }
    touched_tables_.insert(*table);
    add_step(add_message(reverse_route(*table, nexthop),
                         NLM_F_CREATE | (present ? NLM_F_REPLACE : NLM_F_EXCL)),
             {position, "default route", Step::Nature::kAddsThroughNexthop,
              [this, table = *table, nexthop] { index_.set_reverse_default(table, nexthop); }});
    return table->table;
}

void NetlinkWork::prepare(std::size_t position, const RemoveReversePath& operation) {
    flush();
    const auto& path = operation.path;
    const auto family = path.source.address().family();
    const auto nexthop = index_.nexthop(NexthopUse{family, path.anchor.to});
    const auto table = nexthop ? index_.reverse_table(family, *nexthop) : std::nullopt;
    if (!table) return;
    touched_tables_.insert(*table);
    take_rule(position, kernel_rule(path, table->table));
}

void NetlinkWork::prepare(std::size_t position, const AddDirectPath& operation) {
    flush();  // of the same rule, removed before
    put_rule(position, kernel_rule(operation.path));
}

void NetlinkWork::prepare(std::size_t position, const RemoveDirectPath& operation) {
    flush();
    take_rule(position, kernel_rule(operation.path));
}

void NetlinkWork::put_rule(std::size_t position, const KernelRule& rule) {
    add_step(add_message(rule),
             {position, "rule",
              index_.rules().contains(rule) ? Step::Nature::kAddsKnown : Step::Nature::kAdds,
              [this, rule] { index_.add_rule(rule); }});
}

void NetlinkWork::take_rule(std::size_t position, const KernelRule& rule) {
    add_step(remove_message(rule),
             {position, "rule", Step::Nature::kRemoves, [this, rule] { index_.erase_rule(rule); }});
}

std::optional<std::uint32_t> NetlinkWork::interface_index(std::size_t position,
                                                          const std::string& name) {
    auto [place, is_new] = interfaces_.try_emplace(name, 0);
    if (is_new) place->second = ::if_nametoindex(name.c_str());
    if (place->second != 0) return place->second;
    fail(position, Outcome::Kind::kFailed, "interface " + name + " does not exist");
    return {};
}

std::optional<std::uint32_t> NetlinkWork::free_nexthop() const {
    std::set<std::uint32_t> taken;
    for (const auto& [use, id] : creating_) taken.insert(id);
    auto next = index_.nexthops().lower_bound(settings_.first_nexthop);
    for (std::uint32_t i = 0; i < settings_.nexthops; ++i) {
        const auto id = settings_.first_nexthop + i;
        if (next != index_.nexthops().end() && next->first == id) {
            ++next;
        } else if (!taken.contains(id)) {
            return id;
        }
    }
    return {};
}

std::optional<ReverseTable> NetlinkWork::free_reverse_table(Family family) const {
    for (std::uint32_t i = 0; i < settings_.reverse_tables; ++i) {
        const ReverseTable table{family, settings_.first_reverse_table + i};
        if (!index_.reverse_default(table) && !index_.has_rule(table)) return table;
    }
    return {};
}

KernelRoute NetlinkWork::kernel_route(const Prefix& prefix, const IndexedRoute& route) const {
    KernelRoute kernel;
    kernel.prefix = prefix;
    kernel.table = RT_TABLE_MAIN;
    kernel.metric = settings_.metric;
    kernel.protocol = settings_.protocol;
    const bool drops = route.kind == IndexedRoute::Kind::kDrop;
    kernel.type = static_cast<std::uint8_t>(drops ? RTN_UNREACHABLE : RTN_UNICAST);
    if (route.kind == IndexedRoute::Kind::kNexthop) kernel.nexthop = route.number;
    if (route.kind == IndexedRoute::Kind::kOnLink || route.kind == IndexedRoute::Kind::kVia) {
        kernel.interface = route.number;
    }
    if (route.kind == IndexedRoute::Kind::kVia) kernel.gateway = route.gateway;
    return kernel;
}

KernelRoute NetlinkWork::reverse_route(const ReverseTable& table, std::uint32_t nexthop) const {
    const auto* const any = table.family == Family::kIpv4 ? "0.0.0.0/0" : "::/0";
    auto route = kernel_route(*Prefix::parse(any), {IndexedRoute::Kind::kNexthop, nexthop, {}});
    route.table = table.table;
    return route;
}

KernelRule NetlinkWork::kernel_rule(const ReversePath& path, std::uint32_t table) const {
    return {KernelRule::Match::kFrom,
            path.source,
            path.interface,
            table,
            settings_.rule_priority,
            settings_.protocol,
            {},
            0};
}

KernelRule NetlinkWork::kernel_rule(const Decapsulation& ipv4_inside, std::uint32_t table) const {
    return {KernelRule::Match::kTo,
            Prefix::host(ipv4_inside.address),
            {},
            table,
            settings_.rule_priority - 1,
            settings_.protocol,
            {},
            IPPROTO_IPIP};
}

KernelRule NetlinkWork::kernel_rule(const DirectPath& path) const {
    return {KernelRule::Match::kTo,
            path.to,
            path.interface,
            RT_TABLE_MAIN,
            settings_.rule_priority - 1,
            settings_.protocol,
            path.to.length(),
            0};
}

}  // namespace mobility
