// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Leases, and what becomes of them.
#include "tests/sim/dhcp_server.h"

#include <algorithm>

#include "tests/sim/simulation.h"

namespace mobility::sim {

using Type = DhcpMessage::Type;

DhcpServer::DhcpServer(Simulation& world, SourceHost& host) : world_(world), host_(host) {
    host.server = this;
}

void DhcpServer::receive(const DhcpMessage& message) {
    if (!host_.running()) return;
    ++counters_.received;
    if (held_.contains({message.mn, message.transaction, message.ar})) {
        ++counters_.copies_dropped;
        return;
    }
    switch (message.type) {
        case Type::kSolicit:
            return solicit(message);
        case Type::kRequest:
            return request(message);
        case Type::kConfirm:
            return confirm(message);
        case Type::kRenew:
        case Type::kRebind:
            return extend(message);
        case Type::kRelease:
            return release(message);
        case Type::kDecline:
            return decline(message);
    }
}

bool DhcpServer::is_live(const Prefix& prefix) const {
    const auto found = leases_.find(prefix);
    return found != leases_.end() && found->second.state == Lease::State::kActive &&
           found->second.expires > world_.timeline.now();
}

bool DhcpServer::holds(std::size_t mn, const Prefix& prefix) const {
    return is_live(prefix) && leases_.at(prefix).mn == mn;
}

bool DhcpServer::is_free(const Prefix& prefix) const {
    const auto found = leases_.find(prefix);
    return found == leases_.end() || found->second.expires <= world_.timeline.now();
}

std::vector<Prefix> DhcpServer::leased_to(std::size_t mn) const {
    std::vector<Prefix> prefixes;
    for (const auto& [prefix, lease] : leases_) {
        if (lease.mn == mn && is_live(prefix)) prefixes.push_back(prefix);
    }
    return prefixes;
}

std::optional<Prefix> DhcpServer::free_address(std::size_t mn) {
    const auto anchor = world_.home_anchor(mn);
    const auto size = world_.pool_size();
    for (std::size_t i = 0, at = world_.random.index(size); i < size; ++i) {
        const auto prefix = plan::home(host_.number, anchor, (at + i) % size);
        if (is_free(prefix)) return prefix;
    }
    return std::nullopt;
}

std::optional<Prefix> DhcpServer::free_delegated(std::size_t mn) {
    const auto anchor = world_.anchors.size() - 1 - world_.home_anchor(mn);
    for (std::size_t i = 0, at = world_.random.index(256); i < 256; ++i) {
        const auto prefix = plan::delegated(host_.number, anchor, (at + i) % 256);
        if (is_free(prefix)) return prefix;
    }
    return std::nullopt;
}

std::vector<Prefix> DhcpServer::offer(const DhcpMessage& message) {
    auto prefixes = leased_to(message.mn);
    const auto has = [&](bool host) {
        return std::any_of(prefixes.begin(), prefixes.end(),
                           [&](const Prefix& each) { return each.is_host() == host; });
    };
    if (!has(true)) {
        if (const auto found = free_address(message.mn)) prefixes.push_back(*found);
    }
    if (message.wants_delegated && !has(false)) {
        if (const auto found = free_delegated(message.mn)) prefixes.push_back(*found);
    }
    return prefixes;
}

void DhcpServer::solicit(const DhcpMessage& message) {
    const auto prefixes = offer(message);
    if (message.rapid_commit) return commit(message, prefixes);
    DhcpReply reply;
    reply.kind = DhcpReply::Kind::kAdvertise;
    reply.prefixes = prefixes;
    answer(message, reply);
}

void DhcpServer::request(const DhcpMessage& message) {
    std::vector<Prefix> prefixes;
    for (const auto& each : message.prefixes) {
        if (holds(message.mn, each) || is_free(each)) prefixes.push_back(each);
    }
    if (prefixes.size() != message.prefixes.size()) prefixes = offer(message);
    commit(message, prefixes);
}

void DhcpServer::extend(const DhcpMessage& message) {
    std::vector<Prefix> prefixes;
    for (const auto& each : message.prefixes) {
        if (holds(message.mn, each)) prefixes.push_back(each);
    }
    if (prefixes.size() == message.prefixes.size()) return commit(message, prefixes);
    DhcpReply reply;
    reply.kind = DhcpReply::Kind::kNoBinding;
    answer(message, reply);
}

void DhcpServer::commit(const DhcpMessage& message, const std::vector<Prefix>& prefixes) {
    if (prefixes.empty()) return;
    for (const auto& prefix : prefixes) {
        if (leases_.contains(prefix) && !holds(message.mn, prefix)) reclaim(prefix);
        leases_[prefix] = {message.mn, Lease::State::kActive, world_.timeline.now() + world_.valid};
        await_expiry(prefix);
    }
    DhcpReply reply;
    reply.prefixes = prefixes;
    reply.valid = world_.valid;
    hold(message, event(message, prefixes, Proof::kCommit), reply);
}

void DhcpServer::confirm(const DhcpMessage& message) {
    bool unknown = false, wrong = false;
    for (const auto& prefix : message.prefixes) {
        unknown = unknown || !leases_.contains(prefix);
        wrong = wrong || (leases_.contains(prefix) && !holds(message.mn, prefix));
    }
    DhcpReply reply;
    reply.keep_times = true;
    reply.prefixes = message.prefixes;
    if (wrong) {
        ++counters_.not_on_link;
        reply.kind = DhcpReply::Kind::kNotOnLink;
        return answer(message, reply);
    }
    if (unknown || message.prefixes.empty()) {
        ++counters_.silent;
        return;
    }
    hold(message, event(message, message.prefixes, Proof::kLookup), reply);
}

void DhcpServer::hold(const DhcpMessage& message, Attached event, DhcpReply reply) {
    const std::tuple key{message.mn, message.transaction, message.ar};
    held_.insert(key);
    host_.attached(std::move(event), [=, this](HoldEnd end) mutable {
        held_.erase(key);
        if (end == HoldEnd::kSend) return answer(message, reply);
        ++counters_.silent;
    });
}

void DhcpServer::release(const DhcpMessage& message) {
    std::vector<Prefix> released;
    for (const auto& prefix : message.prefixes) {
        if (!holds(message.mn, prefix)) continue;
        leases_.erase(prefix);
        released.push_back(prefix);
    }
    if (!released.empty()) {
        host_.detached({plan::mn(message.mn), released, DetachReason::kReleased});
    }
    answer(message, {});
}

void DhcpServer::decline(const DhcpMessage& message) {
    for (const auto& prefix : message.prefixes) {
        if (!holds(message.mn, prefix)) continue;
        leases_[prefix].state = Lease::State::kDeclined;  // kept out of use until it expires
        host_.detached({std::nullopt, {prefix}, DetachReason::kDeclined});
    }
    answer(message, {});
}

void DhcpServer::remove_lease(const Prefix& prefix) {
    if (!host_.running() || !is_live(prefix)) return;
    const auto mn = leases_.at(prefix).mn;
    leases_.erase(prefix);
    host_.detached({plan::mn(mn), {prefix}, DetachReason::kDeleted});
}

void DhcpServer::remove_all_leases() {
    while (!leases_.empty()) {
        const auto [prefix, lease] = *leases_.begin();
        leases_.erase(prefix);
        if (lease.state == Lease::State::kDeclined) continue;
        host_.detached({plan::mn(lease.mn), {prefix}, DetachReason::kDeleted});
    }
}

std::vector<Detached> DhcpServer::lose_leases() {
    std::vector<Detached> lost;
    for (const auto& [prefix, lease] : leases_) {
        lost.push_back({plan::mn(lease.mn), {prefix}, DetachReason::kDeleted});
    }
    leases_.clear();
    return lost;
}

void DhcpServer::await_expiry(const Prefix& prefix) {
    const auto expires = leases_.at(prefix).expires;
    const auto late = world_.random.skewed(Duration{1000}, Duration{2'000'000});
    world_.timeline.at(expires + late, [this, prefix, expires] {
        const auto found = leases_.find(prefix);
        if (found == leases_.end() || found->second.expires != expires) return;
        if (host_.running() && reclaiming_) return reclaim(prefix);
        world_.timeline.after(Duration{500'000}, [this, prefix] {
            if (leases_.contains(prefix)) await_expiry(prefix);
        });
    });
}

void DhcpServer::reclaim(const Prefix& prefix) {
    const auto lease = leases_.at(prefix);
    leases_.erase(prefix);
    if (lease.state == Lease::State::kDeclined) return;  // nobody's since it was declined
    const Detached expired{plan::mn(lease.mn), {prefix}, DetachReason::kExpired};
    host_.detached(expired);
    // A partner that reclaims as well says so once more, perhaps to the next holder's harm.
    if (!world_.random.chance(world_.faults.late_expiry)) return;
    world_.timeline.after(world_.random.between(Duration{0}, Duration{8'000'000}), [this, expired] {
        const auto& late = expired.prefixes[0];
        const bool again = is_live(late) && plan::mn(leases_.at(late).mn) == *expired.mn;
        if (host_.running() && !again) host_.detached(expired);
    });
}

void DhcpServer::answer(const DhcpMessage& message, DhcpReply reply) {
    reply.mn = message.mn;
    reply.transaction = message.transaction;
    reply.ar = message.ar;
    reply.link = message.link;
    world_.to_mn(reply);
}

Attached DhcpServer::event(const DhcpMessage& message, const std::vector<Prefix>& prefixes,
                           Proof proof) const {
    Attached event;
    event.mn = plan::mn(message.mn);
    event.attachment = plan::attachment(message.mn, message.ar, message.link);
    for (const auto& prefix : prefixes) event.items.push_back({1, prefix, world_.valid});
    event.proof = proof;
    event.order = {message.transaction, message.elapsed, host_.now().now};
    return event;
}

DhcpServer::Page DhcpServer::read(AnchorIndex anchor, const std::optional<Prefix>& after,
                                  std::size_t most) const {
    Page page;
    auto each = after ? leases_.upper_bound(*after) : leases_.begin();
    for (; each != leases_.end() && most > 0; ++each, --most) {
        const auto& [prefix, lease] = *each;
        page.next_after = prefix;
        // Expired and not yet reclaimed, it is listed still: its end is an event to come.
        const bool active = lease.state == Lease::State::kActive;
        if (!active || !plan::owned(anchor).contains(prefix)) continue;
        page.leases.push_back({plan::mn(lease.mn), {1, prefix, world_.valid}});
    }
    if (each == leases_.end()) page.next_after.reset();
    return page;
}

}  // namespace mobility::sim
