// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Settings, reading back, and the one second try of an apply() whose index turned out to be old.
#include "route-agent/netlink_forwarder.h"

#include <linux/rtnetlink.h>

#include <cerrno>
#include <numeric>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <variant>

#include "route-agent/netlink_audit.h"
#include "route-agent/netlink_dump.h"
#include "route-agent/netlink_index.h"
#include "route-agent/netlink_seg6.h"
#include "route-agent/netlink_socket.h"
#include "route-agent/netlink_work.h"

namespace mobility {
namespace {

constexpr std::uint32_t kMainRulePriority = 32766;

Result<void> check_settings(const NetlinkSettings& settings) {
    const auto wrong = [](const char* key, const std::string& value, const char* expected) {
        return Error{std::string(key) + ": " + value + "; expected " + expected};
    };
    if (settings.protocol <= RTPROT_STATIC) {
        return wrong("protocol", std::to_string(settings.protocol),
                     "5 to 255 (lower ones are the kernel's and the administrator's)");
    }
    if (settings.metric == 0) return wrong("metric", "0", "1 or more");
    if (settings.batch < 1 || settings.batch > 256) {
        return wrong("batch", std::to_string(settings.batch), "1 to 256");
    }
    if (settings.first_nexthop == 0 || settings.nexthops == 0 ||
        settings.first_nexthop > UINT32_MAX - settings.nexthops) {
        return wrong(
            "nexthop ids",
            std::to_string(settings.nexthops) + " from " + std::to_string(settings.first_nexthop),
            "a range within 1 to 4294967295");
    }
    if (settings.reverse_tables == 0 || settings.first_reverse_table <= RT_TABLE_LOCAL ||
        settings.first_reverse_table > UINT32_MAX - settings.reverse_tables) {
        return wrong("reverse tables",
                     std::to_string(settings.reverse_tables) + " from " +
                         std::to_string(settings.first_reverse_table),
                     "a range within 256 to 4294967295");
    }
    if (settings.rule_priority < 2 || settings.rule_priority >= kMainRulePriority) {
        return wrong("rule priority", std::to_string(settings.rule_priority),
                     "2 to 32765: after the local table, before main");
    }
    if (settings.tunnel_source && (settings.tunnel_source->family() != Family::kIpv6 ||
                                   !settings.tunnel_source->is_global())) {
        return wrong("tunnel source", settings.tunnel_source->text(), "a global IPv6 address");
    }
    return {};
}

/// Which prefix a route operation is about; nothing for tunnel ends.
const Prefix* prefix_of(const Operation& operation) {
    if (const auto* set = std::get_if<SetRoute>(&operation)) return &set->prefix;
    if (const auto* remove = std::get_if<RemoveRoute>(&operation)) return &remove->prefix;
    return nullptr;
}

/// Positions whose prefix no later operation of the same call changes again: repeating an earlier
/// one would undo the later.
std::vector<std::size_t> not_superseded(std::span<const Operation> operations,
                                        std::vector<std::size_t> positions) {
    std::unordered_set<Prefix> later;
    std::unordered_set<std::size_t> superseded;
    for (std::size_t i = operations.size(); i-- > 0;) {
        const auto* const prefix = prefix_of(operations[i]);
        if (prefix && !later.insert(*prefix).second) superseded.insert(i);
    }
    std::erase_if(positions, [&](std::size_t i) { return superseded.contains(i); });
    return positions;
}

}  // namespace

NetlinkForwarder::NetlinkForwarder(const NetlinkSettings& settings, NetlinkSocket socket)
    : settings_(settings), socket_(std::make_unique<NetlinkSocket>(std::move(socket))) {}

NetlinkForwarder::~NetlinkForwarder() = default;

Result<std::unique_ptr<NetlinkForwarder>> NetlinkForwarder::open(const NetlinkSettings& settings) {
    if (auto good = check_settings(settings); !good) return Error{good.error()};
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    if (!socket) return Error{socket.error()};
    // Nexthop 0 never exists, so this changes nothing; but the kernel asks for the capability
    // first.
    const auto answer = socket->request(remove_message(KernelNexthop{0, 0, {}}));
    if (answer.error == EPERM) {
        return Error{"changing routes needs CAP_NET_ADMIN in this network namespace"};
    }
    if (settings.tunnel_source) {
        if (auto set = set_tunnel_source(*settings.tunnel_source); !set) return Error{set.error()};
    }
    return std::unique_ptr<NetlinkForwarder>(
        new NetlinkForwarder(settings, std::move(socket.value())));
}

Result<void> NetlinkForwarder::read_back() {
    auto index = read_index(*socket_, settings_);
    if (!index) return Error{index.error()};
    if (index_ && !index_->digest().agrees(index->digest(), index_->digest().changes())) {
        altered_ = true;
    }
    index_ = std::make_unique<NetlinkIndex>(std::move(index.value()));
    ++index_age_;
    return {};
}

Result<ForwardingState> NetlinkForwarder::installed() {
    if (auto read = read_back(); !read) return Error{read.error()};
    altered_ = false;
    return forwarding_state(*index_);
}

std::vector<Outcome> NetlinkForwarder::apply(std::span<const Operation> operations) {
    std::vector<Outcome> outcomes(operations.size());
    const auto all_wait = [&](const std::string& reason) {
        outcomes.assign(operations.size(), Outcome{Outcome::Kind::kTransient, reason});
        return outcomes;
    };
    if (!index_) {
        if (auto read = read_back(); !read) return all_wait(read.error());
    }
    std::vector<std::size_t> positions(operations.size());
    std::iota(positions.begin(), positions.end(), std::size_t{0});
    const auto stale =
        NetlinkWork(settings_, *socket_, *index_, operations, outcomes).run(positions);
    if (stale.empty()) return outcomes;
    if (auto read = read_back(); !read) return outcomes;
    NetlinkWork(settings_, *socket_, *index_, operations, outcomes)
        .run(not_superseded(operations, stale));
    return outcomes;
}

Result<std::size_t> NetlinkForwarder::purge() {
    if (auto read = read_back(); !read) return Error{read.error()};
    std::vector<Outcome> none;
    const bool altered = altered_;
    const auto purged = NetlinkWork(settings_, *socket_, *index_, {}, none).purge();
    if (auto read = read_back(); !read) return Error{read.error()};
    altered_ = altered;  // what was purged is nobody's loss
    return purged;
}

Result<Forwarder::Audit> NetlinkForwarder::audit() {
    if (!index_) return Audit::kAgrees;
    if (altered_) return Audit::kDiffers;
    if (!audit_) {
        auto opened = NetlinkAudit::open(settings_);
        if (!opened) return Error{opened.error()};
        audit_ = std::make_unique<NetlinkAudit>(std::move(opened.value()));
    }
    return audit_->step(index_->digest(), index_age_);
}

}  // namespace mobility
