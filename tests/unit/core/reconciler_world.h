// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wants that a test sets by hand, and a kernel in memory that is made equal to them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/reconciler.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/unit/core/examples.h"

namespace mobility {

using namespace example;

inline Forwarding tunnel(int ar) { return Tunnel{ar_claim(ar).tunnel_address, TunnelMode::kSeg6}; }

class ReconcilerTest : public ::testing::Test, public Routes {
protected:
    std::optional<Forwarding> wanted(const Prefix& prefix) const override {
        const auto found = want.find(prefix);
        if (found == want.end()) return std::nullopt;
        return found->second;
    }
    void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) override {
        said.emplace_back(prefix, forwarding);
    }
    RouteNeeds needs(const Prefix& prefix, const Forwarding&) const override {
        const auto found = need.find(prefix);
        return found == need.end() ? RouteNeeds{} : found->second;
    }
    std::optional<Forwarding> failed(const Prefix& prefix, const Forwarding&,
                                     const Outcome& outcome, bool again) override {
        failures.emplace_back(prefix, outcome.reason);
        if (!again) ++told;
        return meanwhile;
    }
    void has_room_again() override { ++room_again; }
    void set(int number, int ar) {
        want[home(number)] = tunnel(ar);
        reconciler.touch(home(number));
    }
    void unset(int number) {
        want.erase(home(number));
        reconciler.touch(home(number));
    }
    void work() {
        while (reconciler.run(now)) {
        }
    }
    void expect_equal() const {
        EXPECT_EQ(kernel.state().routes, std::map(want.begin(), want.end()));
    }

    Instant now{std::chrono::hours{1}};
    MemoryForwarder kernel;
    Reconciler reconciler{kernel, *this};
    std::map<Prefix, Forwarding> want;
    std::map<Prefix, RouteNeeds> need;
    std::optional<Forwarding> meanwhile;  ///< for what fails
    std::vector<std::pair<Prefix, std::optional<Forwarding>>> said;
    std::vector<std::pair<Prefix, std::string>> failures;
    int told = 0;  ///< failures that the operator reads of
    int room_again = 0;
};

}  // namespace mobility
