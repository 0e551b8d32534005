// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// First the nexthops, then what refers to them.
#include "route-agent/netlink_dump.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mobility {
namespace {

constexpr int kAttempts = 20;

Error restless() {
    return {"the kernel's tables changed during each of " + std::to_string(kAttempts) + " dumps"};
}

template <typename Object>
Result<std::vector<Object>> read_all(NetlinkSocket& socket, const NetlinkMessage& request,
                                     std::optional<Object> (*read)(const nlmsghdr&)) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::vector<Object> objects;
        const auto whole = socket.read(request, [&](const nlmsghdr& message) {
            if (auto object = read(message)) objects.push_back(std::move(*object));
        });
        if (!whole) return Error{whole.error()};
        if (*whole) return objects;
    }
    return restless();
}

/// The kernel counts rules while it dumps them and marks no interruption: when others remove some
/// between two parts, the same number of later ones is left out. So only a dump that equals the one
/// before it, others' rules included, is believed.
Result<std::vector<KernelRule>> read_all_rules(NetlinkSocket& socket, Family family) {
    std::optional<std::string> before;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::vector<KernelRule> rules;
        std::string bytes;
        const auto whole = socket.read(dump_rules_message(family), [&](const nlmsghdr& message) {
            const auto* const begin = reinterpret_cast<const char*>(&message);
            bytes.append(begin + sizeof message, begin + message.nlmsg_len);
            if (auto rule = read_rule(message)) rules.push_back(std::move(*rule));
        });
        if (!whole) return Error{whole.error()};
        if (*whole && before == bytes) return rules;
        before = std::move(bytes);
    }
    return restless();
}

bool in_range(std::uint32_t number, std::uint32_t first, std::uint32_t count) {
    return number - first < count;
}

IndexedRoute indexed(const KernelRoute& route, bool readable_nexthop) {
    using Kind = IndexedRoute::Kind;
    if (route.type == RTN_UNREACHABLE) return {Kind::kDrop, 0, {}};
    if (route.type != RTN_UNICAST) return {Kind::kUnreadable, 0, {}};
    if (readable_nexthop) return {Kind::kNexthop, route.nexthop, {}};
    if (route.nexthop || !route.interface) return {Kind::kUnreadable, 0, {}};
    if (route.gateway) return {Kind::kVia, route.interface, *route.gateway};
    return {Kind::kOnLink, route.interface, {}};
}

class Reader {
public:
    Reader(NetlinkSocket& socket, const NetlinkSettings& settings)
        : socket_(socket), settings_(settings) {}

    Result<NetlinkIndex> read() {
        if (auto done = nexthops(); !done) return Error{done.error()};
        for (const auto family : {Family::kIpv6, Family::kIpv4}) {
            if (auto done = routes(family); !done) return Error{done.error()};
            if (auto done = neighbours(family); !done) return Error{done.error()};
            if (auto done = rules(family); !done) return Error{done.error()};
        }
        index_.take_unused_neighbours();  // without users in a dump: only purge() may remove them
        index_.take_unused_nexthops();
        return std::move(index_);
    }

private:
    Result<void> nexthops() {
        const auto all = read_all(socket_, dump_nexthops_message(), &read_nexthop);
        if (!all) return Error{all.error()};
        for (const auto& nexthop : *all) {
            const bool ours = is_ours(nexthop, settings_);
            // Others' are remembered so that their ids are not taken.
            index_.add_nexthop(nexthop.id, {ours ? nexthop.use : std::nullopt, ours, 0});
        }
        return {};
    }

    Result<void> routes(Family family) {
        const auto request = dump_routes_message(family, settings_.protocol);
        const auto all = read_all(socket_, request, &read_route);
        if (!all) return Error{all.error()};
        for (const auto& route : *all) {
            if (route.protocol == settings_.protocol) add(route);
        }
        return {};
    }

    void add(const KernelRoute& route) {
        const auto* const nexthop = route.nexthop ? index_.nexthop(route.nexthop) : nullptr;
        const auto placed =
            place(route, nexthop && nexthop->use ? &*nexthop->use : nullptr, settings_);
        switch (placed.where) {
            case PlacedRoute::Where::kMain:
                index_.set_route(route.prefix, placed.route);
                break;
            case PlacedRoute::Where::kReverseDefault:
                index_.set_reverse_default({route.prefix.address().family(), route.table},
                                           route.nexthop);
                break;
            case PlacedRoute::Where::kStray:
                index_.stray_routes.push_back(route);
                break;
        }
    }

    Result<void> neighbours(Family family) {
        const auto all = read_all(socket_, dump_neighbours_message(family), &read_neighbour);
        if (!all) return Error{all.error()};
        for (const auto& neighbour : *all) {
            if (neighbour.protocol != settings_.protocol) continue;
            index_.set_neighbour({neighbour.interface, neighbour.address}, neighbour.link_layer);
        }
        return {};
    }

    Result<void> rules(Family family) {
        const auto all = read_all_rules(socket_, family);
        if (!all) return Error{all.error()};
        for (const auto& rule : *all) {
            if (rule.protocol != settings_.protocol) continue;
            if (is_ours(rule, settings_)) {
                index_.add_rule(rule);
            } else {
                index_.stray_rules.push_back(rule);
            }
        }
        return {};
    }

    NetlinkSocket& socket_;
    const NetlinkSettings& settings_;
    NetlinkIndex index_;
};

/// Index to name, asked once each.
class InterfaceNames {
public:
    /// Empty when there is no such interface any more.
    const std::string& operator[](std::uint32_t index) {
        const auto [place, is_new] = names_.try_emplace(index);
        if (is_new) {
            char name[IF_NAMESIZE] = {};
            if (::if_indextoname(index, name)) place->second = name;
        }
        return place->second;
    }

private:
    std::unordered_map<std::uint32_t, std::string> names_;
};

class StateWriter {
public:
    explicit StateWriter(const NetlinkIndex& index) : index_(index) {}

    ForwardingState write() {
        for (const auto& [prefix, route] : index_.routes()) add(prefix, route);
        for (const auto& rule : index_.rules()) add(rule);
        std::ranges::sort(state_.decapsulations);
        std::ranges::sort(state_.reverse_paths);
        std::ranges::sort(state_.direct_paths);
        return std::move(state_);
    }

private:
    void add(const Prefix& prefix, const IndexedRoute& route) {
        switch (route.kind) {
            case IndexedRoute::Kind::kDrop:
                state_.routes.emplace(prefix, Drop{});
                break;
            case IndexedRoute::Kind::kUnreadable:
                state_.routes.emplace(prefix, Tunnel{{}, TunnelMode::kRouted});
                break;
            case IndexedRoute::Kind::kNexthop:
                add_tunnel(prefix, *index_.nexthop(route.number)->use);
                break;
            case IndexedRoute::Kind::kOnLink:
            case IndexedRoute::Kind::kVia:
                add_local(prefix, route);
                break;
        }
    }

    void add_tunnel(const Prefix& prefix, const NexthopUse& use) {
        if (use.segment) {
            state_.routes.emplace(prefix, Tunnel{*use.segment, TunnelMode::kSeg6});
        } else {
            state_.decapsulations.push_back({prefix.address(), TunnelMode::kSeg6, use.family});
        }
    }

    void add_local(const Prefix& prefix, const IndexedRoute& route) {
        const auto& interface = names_[route.number];
        if (interface.empty()) return;
        LinkLayerAddress link_layer;
        if (const auto key = NetlinkIndex::neighbour_of(prefix, route)) {
            if (const auto* const entry = index_.neighbour(*key)) link_layer = entry->link_layer;
        }
        if (route.kind == IndexedRoute::Kind::kOnLink) {
            state_.routes.emplace(prefix, OnLink{interface, link_layer});
        } else {
            state_.routes.emplace(prefix, Via{route.gateway, interface, link_layer});
        }
    }

    void add(const KernelRule& rule) {
        const auto id = index_.reverse_default({rule.prefix.address().family(), rule.table});
        if (rule.ip_protocol) {
            if (!id) return;
            add_tunnel(rule.prefix, *index_.nexthop(*id)->use);
            return;
        }
        if (rule.match == KernelRule::Match::kTo) {
            state_.direct_paths.push_back({rule.prefix, rule.interface});
            return;
        }
        if (!id) return;  // a table without its default route sends nothing to an anchor
        const auto& segment = index_.nexthop(*id)->use->segment;
        state_.reverse_paths.push_back(
            {rule.prefix, rule.interface, Tunnel{*segment, TunnelMode::kSeg6}});
    }

    const NetlinkIndex& index_;
    InterfaceNames names_;
    ForwardingState state_;
};

}  // namespace

PlacedRoute place(const KernelRoute& route, const NexthopUse* nexthop,
                  const NetlinkSettings& settings) {
    if (route.metric != settings.metric) return {};
    if (route.table == RT_TABLE_MAIN) {
        return {PlacedRoute::Where::kMain, indexed(route, nexthop != nullptr)};
    }
    const bool reverse =
        in_range(route.table, settings.first_reverse_table, settings.reverse_tables) &&
        route.prefix.length() == 0 && nexthop &&
        (nexthop->segment || nexthop->family == Family::kIpv4);
    return {reverse ? PlacedRoute::Where::kReverseDefault : PlacedRoute::Where::kStray, {}};
}

bool is_ours(const KernelNexthop& nexthop, const NetlinkSettings& settings) {
    return nexthop.protocol == settings.protocol &&
           in_range(nexthop.id, settings.first_nexthop, settings.nexthops);
}

bool is_ours(const KernelRule& rule, const NetlinkSettings& settings) {
    if (rule.protocol != settings.protocol) return false;
    const bool own_table =
        in_range(rule.table, settings.first_reverse_table, settings.reverse_tables);
    if (rule.ip_protocol) {
        return rule.match == KernelRule::Match::kTo && rule.prefix.is_host() &&
               rule.ip_protocol == IPPROTO_IPIP && rule.interface.empty() && !rule.suppressed &&
               rule.priority == settings.rule_priority - 1 && own_table;
    }
    if (rule.match == KernelRule::Match::kTo) {
        return rule.priority == settings.rule_priority - 1 && rule.table == RT_TABLE_MAIN &&
               rule.suppressed == rule.prefix.length();
    }
    return rule.priority == settings.rule_priority && !rule.suppressed && own_table;
}

Result<NetlinkIndex> read_index(NetlinkSocket& socket, const NetlinkSettings& settings) {
    return Reader(socket, settings).read();
}

ForwardingState forwarding_state(const NetlinkIndex& index) { return StateWriter(index).write(); }

}  // namespace mobility
