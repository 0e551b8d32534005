// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The order of messages, once more and independently.
#include "tests/sim/ground_truth.h"

#include <algorithm>

namespace mobility::sim {
namespace {
constexpr Seconds kRecent{40};
constexpr Seconds kRemembered{60};
}  // namespace

void GroundTruth::attached(const Attached& event) {
    for (const auto& item : event.items) {
        auto& lease = leases_[item.prefix];
        auto& history = histories_[item.prefix];
        Belief message{event.order.transaction, event.order.elapsed,
                       event.order.arrived - event.order.elapsed, true, event.attachment};
        for (const auto& belief : lease.possible) remember(history, belief);
        remember(history, message);
        std::set<Belief> outcomes;
        const bool same_lease = lease.alive && lease.mn == event.mn;
        if (!same_lease && !sessions_break_) history.began.clear();
        const auto known = began_first(history, message);
        if (same_lease) {
            for (const auto& belief : lease.possible) hear(belief, message, known, outcomes);
        } else {
            outcomes.insert(message);
            if (lease.mn == event.mn) {
                for (const auto& belief : history.before_the_end) {
                    hear(belief, message, known, outcomes);
                }
            }
            if (lease.alive) ++lease.epoch;  // another MN has it now
            lease.transactions.clear();
            lease.alive = true;
            lease.mn = event.mn;
        }
        lease.transactions.insert(event.order.transaction);
        lease.possible = std::move(outcomes);
    }
}

/// A copy that was long under way is known by its transaction.
std::optional<Instant> GroundTruth::began_first(History& history, const Belief& message) const {
    std::erase_if(history.began,
                  [&](const auto& each) { return each.second + kRemembered < message.began; });
    const auto [known, fresh] = history.began.emplace(message.transaction, message.began);
    if (fresh) return std::nullopt;
    known->second = std::min(known->second, message.began);
    return known->second;
}

void GroundTruth::hear(const Belief& belief, const Belief& message,
                       std::optional<Instant> known_began, std::set<Belief>& outcomes) const {
    bool may_be_newer = true, may_be_older = false;
    if (belief.remembered && belief.transaction == message.transaction) {
        may_be_newer = message.elapsed > belief.elapsed;
        may_be_older = !may_be_newer;
    } else if (belief.remembered) {
        // An anchor that was cut off may not know of the exchange's first message.
        const auto earliest = known_began.value_or(message.began);
        const auto latest = sessions_break_ ? message.began : earliest;
        may_be_newer = latest + blur_ >= belief.began;
        may_be_older = earliest < belief.began + blur_;
    }
    if (may_be_newer) outcomes.insert(message);
    if (may_be_older) outcomes.insert(belief);
}

void GroundTruth::remember(History& history, const Belief& belief) const {
    std::erase_if(history.recent, [&](const auto& each) {
        return each.second == belief || timeline_.now() - each.first > kRecent;
    });
    history.recent.emplace_back(timeline_.now(), belief);
}

void GroundTruth::detached(const Detached& event) {
    for (const auto& prefix : event.prefixes) {
        const auto found = leases_.find(prefix);
        if (found == leases_.end() || !found->second.alive) continue;
        auto& lease = found->second;
        if (event.mn && *event.mn != lease.mn) continue;  // of a former holder
        lease.alive = false;
        ++lease.epoch;
        auto& before = histories_[prefix].before_the_end;
        before.clear();
        if (sessions_break_) before = lease.possible;
        lease.possible.clear();
        lease.transactions.clear();
    }
}

void GroundTruth::memory_lost(const std::vector<Prefix>& within) {
    for (auto& [prefix, lease] : leases_) {
        const bool concerned =
            std::any_of(within.begin(), within.end(),
                        [&, &p = prefix](const Prefix& w) { return w.contains(p); });
        if (!concerned) continue;
        auto& history = histories_[prefix];
        std::set<Belief> candidates = lease.alive ? lease.possible : history.before_the_end;
        for (const auto& [when, belief] : history.recent) {
            if (timeline_.now() - when <= kRecent) candidates.insert(belief);
        }
        std::set<Belief> wider = candidates;
        wider.insert(Belief{});
        for (const auto& each : candidates) wider.insert({0, {}, {}, false, each.place});
        (lease.alive ? lease.possible : history.before_the_end) = std::move(wider);
    }
}

const GroundTruth::Lease* GroundTruth::find(const Prefix& prefix) const {
    const auto found = leases_.find(prefix);
    return found == leases_.end() ? nullptr : &found->second;
}

bool GroundTruth::may_be_at(const Prefix& prefix, const std::optional<Attachment>& place) const {
    const auto* lease = find(prefix);
    return lease && lease->alive &&
           std::any_of(lease->possible.begin(), lease->possible.end(),
                       [&](const Belief& belief) { return belief.place == place; });
}

}  // namespace mobility::sim
