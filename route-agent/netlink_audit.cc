// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Table by table, nexthops first: routes are read by them.
#include "route-agent/netlink_audit.h"

#include <linux/rtnetlink.h>

#include <utility>

#include "route-agent/netlink_dump.h"

namespace mobility {
namespace {

constexpr std::size_t kTables = 7;  // nexthops, then routes, neighbours and rules of each family

}  // namespace

NetlinkAudit::NetlinkAudit(const NetlinkSettings& settings, NetlinkSocket socket)
    : settings_(settings), socket_(std::move(socket)) {}

Result<NetlinkAudit> NetlinkAudit::open(const NetlinkSettings& settings) {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    if (!socket) return Error{socket.error()};
    return NetlinkAudit(settings, std::move(socket.value()));
}

void NetlinkAudit::begin(const KernelDigest& known, std::uint64_t age) {
    running_ = true;
    asked_ = false;
    table_ = 0;
    age_ = age;
    begun_ = known.changes();
    dumped_ = {};
    nexthops_.clear();
}

NetlinkMessage NetlinkAudit::request() const {
    if (table_ == 0) return dump_nexthops_message();
    const auto family = table_ <= 3 ? Family::kIpv6 : Family::kIpv4;
    switch (table_ % 3) {
        case 1:
            return dump_routes_message(family, settings_.protocol);
        case 2:
            return dump_neighbours_message(family);
        default:
            return dump_rules_message(family);
    }
}

Result<Forwarder::Audit> NetlinkAudit::step(const KernelDigest& known, std::uint64_t age) {
    if (!running_) begin(known, age);
    if (!std::exchange(asked_, true)) {
        if (auto asked = socket_.begin_read(request()); !asked) {
            running_ = false;
            return Error{asked.error()};
        }
    }
    const auto part = socket_.read_part([this](const nlmsghdr& message) { add(message); });
    if (!part) {
        running_ = false;
        return Error{part.error()};
    }
    if (*part == NetlinkSocket::Part::kMore) return Forwarder::Audit::kMore;
    asked_ = false;
    if (++table_ < kTables) return Forwarder::Audit::kMore;
    running_ = false;
    const bool readable = age == age_;
    const bool agrees = known.agrees(dumped_, begun_);
    const bool again = std::exchange(suspected_, readable && !agrees && !suspected_);
    if (!readable) return Forwarder::Audit::kMore;
    if (agrees) return Forwarder::Audit::kAgrees;
    return again ? Forwarder::Audit::kDiffers : Forwarder::Audit::kMore;
}

void NetlinkAudit::add(const nlmsghdr& message) {
    if (const auto nexthop = read_nexthop(message)) {
        if (!is_ours(*nexthop, settings_) || !nexthop->use) return;
        nexthops_.emplace(nexthop->id, *nexthop->use);
        dumped_.add(digest_of(nexthop->id, *nexthop->use));
    } else if (const auto route = read_route(message)) {
        if (route->protocol != settings_.protocol) return;
        const auto use = nexthops_.find(route->nexthop);
        const auto placed =
            place(*route, use == nexthops_.end() ? nullptr : &use->second, settings_);
        if (placed.where == PlacedRoute::Where::kMain) {
            dumped_.add(digest_of(route->prefix, placed.route));
        } else if (placed.where == PlacedRoute::Where::kReverseDefault) {
            dumped_.add(
                digest_of({route->prefix.address().family(), route->table}, route->nexthop));
        }
    } else if (const auto neighbour = read_neighbour(message)) {
        if (neighbour->protocol != settings_.protocol) return;
        dumped_.add(digest_of(NeighbourKey{neighbour->interface, neighbour->address}));
    } else if (const auto rule = read_rule(message)) {
        if (is_ours(*rule, settings_)) dumped_.add(digest_of(*rule));
    }
}

}  // namespace mobility
