// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Forwarder without a kernel: the node that the simulator and the unit tests give to an agent. It
// passes the same contract suite as the netlink forwarder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/forwarder.h"
#include "core/forwarding_state.h"
#include "core/result.h"

namespace mobility {

/// Keeps the state, refuses what a test tells it to refuse, and remembers every step. As in the
/// kernel, one interface has one neighbour entry per address: routes behind the same link-local
/// show the link-layer address that was set last.
class MemoryForwarder : public Forwarder {
public:
    /// One operation of some apply(), as it went.
    struct Step {
        Operation operation;
        Outcome outcome;
        std::optional<Forwarding> before;  ///< of the operation's prefix; only for routes
        std::optional<Forwarding> after;
    };

    /// Asked before each operation; anything but kDone is the outcome and nothing changes.
    std::function<Outcome(const Operation&)> refuse;
    /// Called after each operation, refused ones included: here state() is what forwards packets
    /// between this operation and the next, so gaps and loops across nodes are looked for here.
    std::function<void(const Step&)> watch;
    /// While set, installed() returns it as its error.
    std::optional<std::string> unreadable;

    Result<ForwardingState> installed() override {
        if (unreadable) return Error{*unreadable};
        believed_ = state_;
        return state_;
    }

    Result<Audit> audit() override {
        if (unreadable) return Error{*unreadable};
        return believed_ == state_ ? Audit::kAgrees : Audit::kDiffers;
    }

    /// Nothing here outlives its routes.
    Result<std::size_t> purge() override { return std::size_t{0}; }

    std::vector<Outcome> apply(std::span<const Operation> operations) override {
        std::vector<Outcome> outcomes;
        outcomes.reserve(operations.size());
        for (const Operation& operation : operations) {
            outcomes.push_back(carry_out(operation));
        }
        return outcomes;
    }

    const ForwardingState& state() const { return state_; }
    const std::vector<Step>& history() const { return history_; }

    /// The state after history()[step], by replay.
    ForwardingState state_after(std::size_t step) const {
        ForwardingState state = first_;
        for (std::size_t i = 0; i <= step; ++i) {
            if (history_[i].outcome.kind == Outcome::Kind::kDone) {
                change(state, history_[i].operation);
            }
        }
        return state;
    }

    /// Forgets the steps so far; the state stays.
    void forget_history() {
        first_ = state_;
        history_.clear();
    }

    /// Changes the state behind the agent's back, as an operator or a reboot would.
    void tamper(ForwardingState state) {
        state_ = std::move(state);
        forget_history();
    }

private:
    Outcome carry_out(const Operation& operation) {
        Step step{operation, refuse ? refuse(operation) : Outcome{}, route_of(operation), {}};
        if (step.outcome.kind == Outcome::Kind::kDone) {
            change(state_, operation);
            change(believed_, operation);
        }
        step.after = route_of(operation);
        history_.push_back(step);
        if (watch) watch(step);
        return step.outcome;
    }

    std::optional<Forwarding> route_of(const Operation& operation) const {
        const Prefix* prefix = nullptr;
        if (const auto* set = std::get_if<SetRoute>(&operation)) prefix = &set->prefix;
        if (const auto* remove = std::get_if<RemoveRoute>(&operation)) prefix = &remove->prefix;
        if (!prefix) return std::nullopt;
        const auto found = state_.routes.find(*prefix);
        if (found == state_.routes.end()) return std::nullopt;
        return found->second;
    }

    static void change(ForwardingState& state, const Operation& operation) {
        std::visit(
            [&state](const auto& what) {
                using T = std::decay_t<decltype(what)>;
                if constexpr (std::is_same_v<T, SetRoute>) {
                    set_route(state, what);
                } else if constexpr (std::is_same_v<T, RemoveRoute>) {
                    state.routes.erase(what.prefix);
                } else if constexpr (std::is_same_v<T, AddDecapsulation>) {
                    insert(state.decapsulations, what.decapsulation);
                } else if constexpr (std::is_same_v<T, RemoveDecapsulation>) {
                    std::erase(state.decapsulations, what.decapsulation);
                } else if constexpr (std::is_same_v<T, AddReversePath>) {
                    insert(state.reverse_paths, what.path);
                } else if constexpr (std::is_same_v<T, RemoveReversePath>) {
                    std::erase(state.reverse_paths, what.path);
                } else if constexpr (std::is_same_v<T, AddDirectPath>) {
                    insert(state.direct_paths, what.path);
                } else {
                    static_assert(std::is_same_v<T, RemoveDirectPath>);
                    std::erase(state.direct_paths, what.path);
                }
            },
            operation);
    }

    static void set_route(ForwardingState& state, const SetRoute& set) {
        Forwarding forwarding = set.forwarding;
        if (auto* via = std::get_if<Via>(&forwarding)) share_neighbour(state, set.prefix, *via);
        state.routes.insert_or_assign(set.prefix, std::move(forwarding));
    }

    /// One neighbour entry for all routes behind it: a new link-layer address reaches the others, a
    /// missing one leaves theirs.
    static void share_neighbour(ForwardingState& state, const Prefix& prefix, Via& via) {
        for (auto& [other, forwarding] : state.routes) {
            auto* same = std::get_if<Via>(&forwarding);
            if (other == prefix || !same || same->link_local != via.link_local ||
                same->interface != via.interface) {
                continue;
            }
            if (via.link_layer.empty()) via.link_layer = same->link_layer;
            same->link_layer = via.link_layer;
        }
    }

    template <typename T>
    static void insert(std::vector<T>& sorted, const T& value) {
        const auto place = std::ranges::lower_bound(sorted, value);
        if (place == sorted.end() || *place != value) sorted.insert(place, value);
    }

    ForwardingState state_;
    ForwardingState believed_;  ///< what its owner has been told
    ForwardingState first_;     ///< before history_[0]
    std::vector<Step> history_;
};

}  // namespace mobility
