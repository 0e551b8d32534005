// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of an apply(), its batches and retries. What each operation becomes is in
// netlink_steps.cc.
#include "route-agent/netlink_work.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>

namespace mobility {
namespace {

/// Waits before repetitions of what was transient: 62 ms in all.
constexpr std::array kBackoff{std::chrono::milliseconds(2), std::chrono::milliseconds(4),
                              std::chrono::milliseconds(8), std::chrono::milliseconds(16),
                              std::chrono::milliseconds(32)};

bool is_transient(int error) { return error == ENOMEM || error == ENOBUFS || error == EAGAIN; }

/// Nothing is there, as wanted.
bool is_absent(int error) {
    return error == ESRCH || error == ENOENT || error == ENODEV || error == ENXIO;
}

std::optional<NexthopUse> nexthop_use(const Prefix& inner, const Tunnel& tunnel) {
    if (tunnel.mode != TunnelMode::kSeg6 || tunnel.to.family() != Family::kIpv6) return {};
    return NexthopUse{inner.address().family(), tunnel.to};
}

/// The nexthop object that an operation needs before it can start.
std::optional<NexthopUse> needed_nexthop(const Operation& operation) {
    if (const auto* set = std::get_if<SetRoute>(&operation)) {
        const auto* tunnel = std::get_if<Tunnel>(&set->forwarding);
        return tunnel ? nexthop_use(set->prefix, *tunnel) : std::nullopt;
    }
    if (const auto* add = std::get_if<AddReversePath>(&operation)) {
        return nexthop_use(add->path.source, add->path.anchor);
    }
    if (const auto* add = std::get_if<AddDecapsulation>(&operation)) {
        const auto& [address, mode, inside] = add->decapsulation;
        if (mode == TunnelMode::kSeg6 && address.family() == Family::kIpv6) {
            return NexthopUse{inside, std::nullopt};
        }
    }
    return {};
}

std::string subject(const Operation& operation) {
    return std::visit(
        [](const auto& what) -> std::string {
            using T = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<T, SetRoute> || std::is_same_v<T, RemoveRoute>) {
                return what.prefix.text();
            } else if constexpr (std::is_same_v<T, AddDecapsulation> ||
                                 std::is_same_v<T, RemoveDecapsulation>) {
                return what.decapsulation.address.text();
            } else if constexpr (std::is_same_v<T, AddDirectPath> ||
                                 std::is_same_v<T, RemoveDirectPath>) {
                return what.path.to.text() + " straight from " + what.path.interface;
            } else {
                return what.path.source.text() + " from " + what.path.interface;
            }
        },
        operation);
}

}  // namespace

NetlinkWork::NetlinkWork(const NetlinkSettings& settings, NetlinkSocket& socket,
                         NetlinkIndex& index, std::span<const Operation> operations,
                         std::vector<Outcome>& outcomes)
    : settings_(settings),
      socket_(socket),
      index_(index),
      operations_(operations),
      outcomes_(outcomes) {}

std::vector<std::size_t> NetlinkWork::run(const std::vector<std::size_t>& positions) {
    for (const auto position : positions) outcomes_[position] = Outcome{};
    create_nexthops(positions);
    for (const auto position : positions) {
        if (!failed(position)) prepare(position);
    }
    flush();
    clean_up();
    return std::exchange(stale_, {});
}

void NetlinkWork::create_nexthops(const std::vector<std::size_t>& positions) {
    std::vector<std::pair<std::size_t, NexthopUse>> waiting;
    for (const auto position : positions) {
        const auto use = needed_nexthop(operations_[position]);
        if (!use || index_.nexthop(*use)) continue;
        if (!creating_.contains(*use)) create_nexthop(position, *use);
        waiting.emplace_back(position, *use);
    }
    flush();
    // One failure is the outcome of all that wait for the same tunnel.
    std::map<NexthopUse, std::size_t> first;
    for (const auto& [position, use] : waiting) {
        if (index_.nexthop(use)) continue;
        const auto [place, is_first] = first.try_emplace(use, position);
        if (is_first) continue;
        outcomes_[position] = outcomes_[place->second];
        if (std::ranges::find(stale_, place->second) != stale_.end()) stale_.push_back(position);
    }
    creating_.clear();
}

void NetlinkWork::clean_up() {
    // Routes are gone or replaced, confirmed: what nobody uses any more can go.
    for (const auto& table : std::exchange(touched_tables_, {})) {
        if (!index_.has_rule(table)) remove_reverse_default(table);
    }
    for (const auto& key : index_.take_unused_neighbours()) {
        add_step(remove_message(KernelNeighbour{key.interface, key.address, {}, 0}),
                 {std::nullopt, "neighbour entry", Step::Nature::kRemoves,
                  [this, key] { index_.erase_neighbour(key); }});
    }
    flush();
    for (const auto id : index_.take_unused_nexthops()) {
        add_step(remove_message(KernelNexthop{id, settings_.protocol, {}}),
                 {std::nullopt, "tunnel", Step::Nature::kRemoves,
                  [this, id] { index_.erase_nexthop(id); }});
    }
    flush();
}

void NetlinkWork::remove_reverse_default(const ReverseTable& table) {
    const auto nexthop = index_.reverse_default(table);
    if (!nexthop) return;
    add_step(remove_message(reverse_route(table, *nexthop)),
             {std::nullopt, "default route of a reverse path", Step::Nature::kRemoves,
              [this, table] { index_.erase_reverse_default(table); }});
}

void NetlinkWork::add_step(NetlinkMessage message, Step step) {
    if (messages_.size() >= settings_.batch) flush();
    messages_.push_back(std::move(message));
    steps_.push_back(std::move(step));
}

void NetlinkWork::flush() {
    for (std::size_t attempt = 0; !steps_.empty(); ++attempt) {
        const auto answers = socket_.request(messages_);
        std::vector<NetlinkMessage> again;
        std::vector<Step> steps_again;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (is_transient(answers[i].error) && attempt < kBackoff.size()) {
                again.push_back(std::move(messages_[i]));
                steps_again.push_back(std::move(steps_[i]));
            } else {
                settle(steps_[i], answers[i]);
            }
        }
        messages_ = std::move(again);
        steps_ = std::move(steps_again);
        if (!steps_.empty()) std::this_thread::sleep_for(kBackoff[attempt]);
    }
    in_batch_.clear();
}

void NetlinkWork::settle(const Step& step, const KernelAnswer& answer) {
    const bool fine = (step.nature == Step::Nature::kRemoves && is_absent(answer.error)) ||
                      (step.nature == Step::Nature::kAddsKnown && answer.error == EEXIST);
    if (answer.error == 0 || fine) {
        if (!step.operation) ++cleaned_;
        step.done();
        return;
    }
    if (!step.operation) {
        if (cleaning_error_.empty()) {
            cleaning_error_ = std::string("removing a ") + step.what + ": " + answer.reason();
        }
        return;
    }
    const auto position = *step.operation;
    if (is_stale(step, answer.error) && !failed(position)) stale_.push_back(position);
    fail(position, is_transient(answer.error) ? Outcome::Kind::kTransient : Outcome::Kind::kFailed,
         std::string(step.what) + " of " + subject(operations_[position]) + ": " + answer.reason());
}

/// Whether the kernel holds something else than the index says.
bool NetlinkWork::is_stale(const Step& step, int error) {
    return error == EEXIST || error == ENODEV ||
           (error == EINVAL && step.nature == Step::Nature::kAddsThroughNexthop);
}

void NetlinkWork::fail(std::size_t position, Outcome::Kind kind, std::string reason) {
    if (failed(position)) return;  // the first reason is the cause of the others
    outcomes_[position] = Outcome{kind, std::move(reason)};
}

bool NetlinkWork::failed(std::size_t position) const {
    return outcomes_[position].kind != Outcome::Kind::kDone;
}

Result<std::size_t> NetlinkWork::purge() {
    const auto remove = [this](NetlinkMessage message, const char* what) {
        add_step(std::move(message), {std::nullopt, what, Step::Nature::kRemoves, [] {}});
    };
    for (const auto& rule : index_.stray_rules) remove(remove_message(rule), "rule");
    for (const auto& rule : index_.rules()) {
        if (rule.match == KernelRule::Match::kTo && !rule.ip_protocol) continue;
        const ReverseTable table{rule.prefix.address().family(), rule.table};
        if (!index_.reverse_default(table)) remove(remove_message(rule), "rule");
    }
    for (const auto& route : index_.stray_routes) remove(remove_message(route), "route");
    for (const auto& [table, nexthop] : std::map(index_.reverse_defaults())) {
        if (!index_.has_rule(table)) remove_reverse_default(table);
    }
    for (const auto& [key, neighbour] : index_.neighbours()) {
        if (!neighbour.ours || neighbour.uses > 0) continue;
        remove(remove_message(KernelNeighbour{key.interface, key.address, {}, 0}),
               "neighbour entry");
    }
    flush();
    for (const auto& [id, nexthop] : index_.nexthops()) {
        if (!nexthop.ours || nexthop.uses > 0) continue;
        remove(remove_message(KernelNexthop{id, settings_.protocol, {}}), "tunnel");
    }
    flush();
    if (!cleaning_error_.empty()) return Error{cleaning_error_};
    return cleaned_;
}

}  // namespace mobility
