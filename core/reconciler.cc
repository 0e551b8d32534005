// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Touch, compare, apply, confirm.
#include "core/reconciler.h"

#include <algorithm>

namespace mobility {
namespace {

constexpr Milliseconds kRetryAfter{50};
constexpr Milliseconds kRetryFailedAfter{5000};
/// A kernel that had no memory for so long has none.
constexpr Milliseconds kPatience{1000};
/// Nothing was tried for so long: whether it still has none must be found out again.
constexpr Milliseconds kNoRoomKnown{4 * kRetryFailedAfter};

template <typename Value>
std::vector<Value> without(const std::vector<Value>& from, const std::vector<Value>& what) {
    std::vector<Value> rest;
    std::set_difference(from.begin(), from.end(), what.begin(), what.end(),
                        std::back_inserter(rest));
    return rest;
}

template <typename Value>
std::size_t difference(const std::vector<Value>& these, const std::vector<Value>& those) {
    return without(these, those).size() + without(those, these).size();
}

/// Which tunnel end, in front of why not.
std::string end_text(const Operation& operation) {
    const auto* add = std::get_if<AddReversePath>(&operation);
    return add ? text(add->path) + ": " : std::string();
}

template <typename Value>
void sort_distinct(std::vector<Value>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Reconciler::Reconciler(Forwarder& forwarder, Routes& routes)
    : forwarder_(forwarder), routes_(routes) {}

Result<void> Reconciler::read_back() {
    auto state = forwarder_.installed();
    if (!state) return Error{state.error()};
    installed_ = {};
    for (auto& [prefix, forwarding] : state->routes) {
        installed_.emplace(prefix, std::move(forwarding));
    }
    take_tunnel_ends(*state);
    return {};
}

void Reconciler::take_tunnel_ends(ForwardingState& state) {
    decapsulations_ = std::move(state.decapsulations);
    reverse_paths_ = std::move(state.reverse_paths);
    direct_paths_ = std::move(state.direct_paths);
}

Result<std::size_t> Reconciler::reread(bool all) {
    const auto before = installed_;
    const auto decapsulations = decapsulations_;
    const auto reverse_paths = reverse_paths_;
    const auto direct_paths = direct_paths_;
    if (auto read = read_back(); !read) return Error{read.error()};
    std::size_t differ = difference(decapsulations, decapsulations_) +
                         difference(reverse_paths, reverse_paths_) +
                         difference(direct_paths, direct_paths_);
    const auto compare = [&](const auto& these, const auto& those, bool once) {
        for (const auto& [prefix, forwarding] : these) {
            const auto* other = those.find(prefix);
            if (other && (once || *other == forwarding)) continue;
            ++differ;
            if (all || routes_.wanted(prefix)) touch(prefix, Urgency::kBulk);
        }
    };
    compare(before, installed_, false);
    compare(installed_, before, true);
    return differ;
}

void Reconciler::touch(const Prefix& prefix, Urgency urgency) {
    if (queued_moves_.contains(prefix)) return;
    if (urgency == Urgency::kMove) {
        queued_moves_.insert(prefix);
        moves_.push_back(prefix);
    } else if (queued_bulk_.insert(prefix).second) {
        bulk_.push_back(prefix);
    }
}

Result<void> Reconciler::set_tunnel_ends(std::vector<Decapsulation> decapsulations,
                                         std::vector<ReversePath> reverse_paths,
                                         std::vector<DirectPath> direct_paths) {
    sort_distinct(decapsulations);
    sort_distinct(reverse_paths);
    sort_distinct(direct_paths);
    std::vector<Operation> operations;
    for (const auto& each : without(decapsulations, decapsulations_)) {
        operations.push_back(AddDecapsulation{each});
    }
    for (const auto& each : without(reverse_paths, reverse_paths_)) {
        operations.push_back(AddReversePath{each});
    }
    for (const auto& each : without(direct_paths, direct_paths_)) {
        operations.push_back(AddDirectPath{each});
    }
    for (const auto& each : without(direct_paths_, direct_paths)) {
        operations.push_back(RemoveDirectPath{each});
    }
    for (const auto& each : without(reverse_paths_, reverse_paths)) {
        operations.push_back(RemoveReversePath{each});
    }
    for (const auto& each : without(decapsulations_, decapsulations)) {
        operations.push_back(RemoveDecapsulation{each});
    }
    refused_ends_.clear();
    if (operations.empty()) return {};
    const auto outcomes = forwarder_.apply(operations);
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const bool done = outcomes[i].kind == Outcome::Kind::kDone;
        ++(done ? counters_.written : counters_.failed);
        if (!done) refused_ends_.emplace_back(operations[i], outcomes[i]);
    }
    if (!refused_ends_.empty()) {
        // Only a dump knows what is there now; the next call tries the difference again.
        auto state = forwarder_.installed();
        if (state) take_tunnel_ends(*state);
        const auto& [operation, outcome] = refused_ends_.front();
        return Error{end_text(operation) + outcome.reason};
    }
    decapsulations_ = std::move(decapsulations);
    reverse_paths_ = std::move(reverse_paths);
    direct_paths_ = std::move(direct_paths);
    return {};
}

std::optional<Outcome> Reconciler::missing_end(const Prefix& prefix,
                                               const Forwarding& forwarding) const {
    if (refused_ends_.empty()) return std::nullopt;
    const auto needs = routes_.needs(prefix, forwarding);
    const auto look_for = [&](const Operation& addition) -> Outcome {
        for (const auto& [operation, outcome] : refused_ends_) {
            if (operation == addition) return {outcome.kind, end_text(operation) + outcome.reason};
        }
        return {Outcome::Kind::kTransient, end_text(addition) + "not there yet"};
    };
    const auto& end = needs.decapsulation;
    if (end && !std::binary_search(decapsulations_.begin(), decapsulations_.end(), *end)) {
        return look_for(AddDecapsulation{*end});
    }
    const auto& path = needs.reverse_path;
    if (path && !std::binary_search(reverse_paths_.begin(), reverse_paths_.end(), *path)) {
        return look_for(AddReversePath{*path});
    }
    return std::nullopt;
}

std::vector<Prefix> Reconciler::take(std::size_t most) {
    std::vector<Prefix> taken;
    const auto take_from = [&](std::deque<Prefix>& queue, std::unordered_set<Prefix>& queued) {
        while (!queue.empty() && taken.size() < most) {
            taken.push_back(queue.front());
            queued.erase(queue.front());
            queue.pop_front();
        }
    };
    take_from(moves_, queued_moves_);
    if (!taken.empty()) return taken;
    while (bulk_.empty() && sweeping_ < PrefixSet::kParts) {
        for (const auto& [prefix, forwarding] : installed_.part(sweeping_++)) {
            touch(prefix, Urgency::kBulk);
        }
    }
    take_from(bulk_, queued_bulk_);
    return taken;
}

bool Reconciler::run(Instant now, std::size_t most) {
    while (!retries_.empty() && retries_.begin()->first <= now) {
        const auto prefix = retries_.begin()->second;
        ++counters_.retried;
        touch(prefix);
        troubles_.at(prefix).retry.reset();
        retries_.erase(retries_.begin());
    }
    std::vector<Operation> operations;
    for (const auto& prefix : take(most)) {
        const auto wanted = routes_.wanted(prefix);
        const auto* installed = installed_.find(prefix);
        if (wanted) {
            if (auto missing = missing_end(prefix, *wanted)) {
                wait_for_end({prefix, *wanted}, std::move(*missing), now);
            } else if (installed && *installed == *wanted) {
                ++counters_.unchanged;
                settled(prefix);
                routes_.confirmed(prefix, wanted);
            } else {
                operations.push_back(SetRoute{prefix, *wanted});
            }
        } else if (installed) {
            operations.push_back(RemoveRoute{prefix});
        } else {
            settled(prefix);
            routes_.confirmed(prefix, std::nullopt);
        }
    }
    if (!operations.empty()) {
        // What comes before what goes: a tunnel that one route leaves and another enters stays.
        std::stable_partition(operations.begin(), operations.end(), [](const Operation& operation) {
            return std::holds_alternative<SetRoute>(operation);
        });
        const auto outcomes = forwarder_.apply(operations);
        for (std::size_t i = 0; i < operations.size(); ++i) finish(operations[i], outcomes[i], now);
    }
    put_meanwhile(now);
    return !idle();
}

void Reconciler::retry(const Prefix& prefix, Trouble& trouble, Instant at) {
    if (trouble.retry && *trouble.retry <= at) return;
    if (trouble.retry) retries_.erase({*trouble.retry, prefix});
    trouble.retry = at;
    retries_.emplace(at, prefix);
}

void Reconciler::settled(const Prefix& prefix) {
    const auto found = troubles_.find(prefix);
    if (found == troubles_.end()) return;
    if (found->second.retry) retries_.erase({*found->second.retry, prefix});
    troubles_.erase(found);
}

void Reconciler::finish(const Operation& operation, const Outcome& outcome, Instant now) {
    if (outcome.kind == Outcome::Kind::kDone) return done(operation);
    const auto* set = std::get_if<SetRoute>(&operation);
    const auto& prefix = set ? set->prefix : std::get<RemoveRoute>(operation).prefix;
    auto& trouble = troubles_.emplace(prefix, Trouble{now, {}, {}}).first->second;
    if (!lasting(outcome, trouble, now)) return retry(prefix, trouble, now + kRetryAfter);
    ++counters_.failed;
    retry(prefix, trouble, now + kRetryFailedAfter);
    if (set) fail(*set, outcome, trouble);
}

void Reconciler::wait_for_end(const SetRoute& route, Outcome outcome, Instant now) {
    auto& trouble = troubles_.emplace(route.prefix, Trouble{now, {}, {}}).first->second;
    if (outcome.kind == Outcome::Kind::kTransient && now - trouble.since < kPatience) {
        return retry(route.prefix, trouble, now + kRetryAfter);
    }
    // Whatever the end lacks, for this route it is no shortage of room for routes.
    outcome.kind = Outcome::Kind::kFailed;
    ++counters_.failed;
    retry(route.prefix, trouble, now + kRetryFailedAfter);
    fail(route, outcome, trouble);
}

void Reconciler::fail(const SetRoute& route, const Outcome& outcome, Trouble& trouble) {
    const bool again = trouble.told == outcome.reason;
    trouble.told = outcome.reason;
    const auto meanwhile = routes_.failed(route.prefix, route.forwarding, outcome, again);
    const auto* installed = installed_.find(route.prefix);
    const bool there = installed && (*installed == route.forwarding || *installed == meanwhile);
    if (meanwhile && !there) meanwhile_.push_back(SetRoute{route.prefix, *meanwhile});
}

/// In place of what failed, which stays in trouble.
void Reconciler::put_meanwhile(Instant now) {
    if (meanwhile_.empty()) return;
    const auto operations = std::exchange(meanwhile_, {});
    const auto outcomes = forwarder_.apply(operations);
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto& route = std::get<SetRoute>(operations[i]);
        if (outcomes[i].kind == Outcome::Kind::kDone) {
            ++counters_.written;
            now_there(route);
            continue;
        }
        auto& trouble = troubles_.at(route.prefix);
        if (!lasting(outcomes[i], trouble, now)) {
            retry(route.prefix, trouble, now + kRetryAfter);
            continue;
        }
        ++counters_.failed;
        routes_.failed(route.prefix, route.forwarding, outcomes[i], false);
    }
}

void Reconciler::done(const Operation& operation) {
    ++counters_.written;
    const auto* set = std::get_if<SetRoute>(&operation);
    const auto prefix = set ? set->prefix : std::get<RemoveRoute>(operation).prefix;
    settled(prefix);
    if (!set) {
        installed_.erase(prefix);
        routes_.written(prefix, nullptr);
        return routes_.confirmed(prefix, std::nullopt);
    }
    now_there(*set);
    routes_.confirmed(prefix, set->forwarding);
}

void Reconciler::now_there(const SetRoute& route) {
    // Only one more route shows that there is room for one more.
    const auto [installed, more] = installed_.emplace(route.prefix, route.forwarding);
    if (!more) *installed = route.forwarding;
    routes_.written(route.prefix, &route.forwarding);
    if (more && std::exchange(no_room_, std::nullopt)) routes_.has_room_again();
}

bool Reconciler::lasting(const Outcome& outcome, const Trouble& trouble, Instant now) {
    if (outcome.kind == Outcome::Kind::kFailed) return true;
    const bool known = no_room_ && now - *no_room_ < kNoRoomKnown;
    if (!known && now - trouble.since < kPatience) return false;
    no_room_ = now;
    return true;
}

std::optional<Instant> Reconciler::next_retry() const {
    if (retries_.empty()) return std::nullopt;
    return retries_.begin()->first;
}

}  // namespace mobility
