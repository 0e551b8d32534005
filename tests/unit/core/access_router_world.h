// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An AR with two anchors and a kernel in memory, for the tests of what it wants.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/access_router.h"
#include "core/reconciler.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/unit/core/examples.h"

namespace mobility {

using namespace example;

inline constexpr std::size_t kA = 0, kB = 1;  // the anchors

/// At first each of its two anchors owns everything.
class AccessRouterTest : public ::testing::Test, public AccessRouterOutput {
protected:
    AccessRouterTest() {
        start();
        for (const auto anchor : {kA, kB}) accept(anchor, "2001:db8:a::/48");
    }

    void start(MnToMn way = MnToMn::kDirect) {
        const auto link = attachment(1, 1).link_address;
        router = std::make_unique<AccessRouter>(
            tunnel_address,
            std::vector<AccessInterface>{{"wlan0", link, "access0"},
                                         {"wlan1", link, "access1"},
                                         {"eth0", address("2001:db8:1:99::1"), "eth0"}},
            std::vector<std::string>{"anchor-a.example", "anchor-b.example"}, *this, way);
        reconciler = std::make_unique<Reconciler>(kernel, *router);
    }
    void restart() {
        start();
        ASSERT_TRUE(reconciler->read_back());
        for (const auto& [each, forwarding] : reconciler->installed()) {
            router->found_in_kernel(each, forwarding);
        }
        kernel.forget_history();
        answers.clear();
    }
    void accept(std::size_t anchor, const std::string& owned) {
        router->accepted(anchor, {{prefix(owned)}, tunnel(anchor), true});
    }
    void accept_both() {
        accept(kA, "2001:db8:a::/64");
        accept(kB, "2001:db8:a:8000::/49");
    }
    /// Both have told all that they knew of before our start.
    void complete() {
        for (const auto anchor : {kA, kB}) {
            router->list_begin(anchor);
            router->list_end(anchor);
        }
    }
    static Tunnel tunnel(std::size_t anchor) {
        return {address("2001:db8:f::" + std::to_string(anchor + 1)), TunnelMode::kSeg6};
    }
    static BindingRecord record(int number, std::uint64_t sequence) {
        return {home(number), mn(number), 1, kDomain, attachment(1, number), sequence, Seconds{60}};
    }
    void work() {
        while (reconciler->run(now)) {
        }
    }
    Answer answer(std::size_t anchor, std::uint64_t number, std::size_t item = 0) {
        const auto found = answers.find({anchor, number});
        EXPECT_NE(found, answers.end()) << number << " is not acknowledged";
        return found == answers.end() ? Answer{} : found->second.at(item);
    }
    std::optional<Forwarding> route(const Prefix& prefix) const {
        const auto found = kernel.state().routes.find(prefix);
        if (found == kernel.state().routes.end()) return std::nullopt;
        return found->second;
    }
    static Forwarding on_link(int number, const std::string& interface = "wlan0") {
        return OnLink{interface, attachment(1, number).link_layer};
    }

    void acknowledge(std::size_t anchor, std::uint64_t number,
                     const std::vector<Answer>& given) override {
        EXPECT_TRUE(answers.emplace(std::pair(anchor, number), given).second)
            << number << " was acknowledged twice";
    }
    using Deregistered = std::vector<std::tuple<std::size_t, Prefix, std::uint64_t>>;
    Deregistered deregistered;
    bool away = false;  ///< no anchor can be told
    bool deregister(std::size_t anchor,
                    const std::vector<std::pair<Prefix, std::uint64_t>>& records) override {
        if (away) return false;
        for (const auto& [prefix, sequence] : records) {
            deregistered.emplace_back(anchor, prefix, sequence);
        }
        return true;
    }
    void route_changed(const Prefix& prefix, bool bulk) override {
        reconciler->touch(prefix, bulk ? Reconciler::Urgency::kBulk : Reconciler::Urgency::kMove);
    }
    void notice(const Notice& notice) override { notices.emplace_back(notice.id); }

    const IpAddress tunnel_address = address("2001:db8:0:1::2");
    Instant now{std::chrono::hours{1}};
    MemoryForwarder kernel;
    std::unique_ptr<AccessRouter> router;
    std::unique_ptr<Reconciler> reconciler;
    std::map<std::pair<std::size_t, std::uint64_t>, std::vector<Answer>> answers;
    std::vector<std::string> notices;
};

}  // namespace mobility
