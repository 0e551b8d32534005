// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract on the forwarder in memory, and what only that one has: history and refusals.
#include <gtest/gtest.h>

#include "tests/sim/memory_forwarder.h"
#include "tests/unit/forwarder/forwarder_contract.h"

namespace mobility {
namespace {

class MemoryHost : public ForwarderHost {
public:
    MemoryHost() {
        node_.refuse = [](const Operation& operation) {
            const auto* const set = std::get_if<SetRoute>(&operation);
            const auto* const on_link = set ? std::get_if<OnLink>(&set->forwarding) : nullptr;
            if (!on_link || on_link->interface != "absent1") return Outcome{};
            return Outcome{Outcome::Kind::kFailed, "interface absent1 does not exist"};
        };
    }
    Forwarder& forwarder() override { return node_; }
    void restart() override {}
    void steal(const Prefix& prefix) override {
        auto state = node_.state();
        state.routes.erase(prefix);
        node_.tamper(state);
    }

private:
    MemoryForwarder node_;
};

INSTANTIATE_TEST_SUITE_P(Memory, ForwarderContract,
                         testing::Values(ForwarderKind{"memory",
                                                       []() -> std::unique_ptr<ForwarderHost> {
                                                           return std::make_unique<MemoryHost>();
                                                       },
                                                       [] { return std::string(); }}),
                         [](const auto& kind) { return std::string(kind.param.name); });

const auto kPrefix = *Prefix::parse("2001:db8:9::1/128");
const Tunnel kFirst{*IpAddress::parse("2001:db8:5::1"), TunnelMode::kSeg6};
const Tunnel kSecond{*IpAddress::parse("2001:db8:5::2"), TunnelMode::kSeg6};

TEST(MemoryForwarder, RemembersTheStateAfterEachOperation) {
    MemoryForwarder node;
    std::vector<ForwardingState> seen;
    node.watch = [&](const MemoryForwarder::Step&) { seen.push_back(node.state()); };
    const Operation operations[] = {SetRoute{kPrefix, kFirst}, SetRoute{kPrefix, kSecond},
                                    RemoveRoute{kPrefix}};
    node.apply(operations);
    ASSERT_EQ(node.history().size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(node.state_after(i), seen[i]);
    EXPECT_FALSE(node.history()[0].before);
    EXPECT_EQ(node.history()[1].before, Forwarding{kFirst});
    EXPECT_EQ(node.history()[1].after, Forwarding{kSecond});
    EXPECT_FALSE(node.history()[2].after);
}

TEST(MemoryForwarder, ARefusedOperationChangesNothingAndIsRemembered) {
    MemoryForwarder node;
    node.refuse = [](const Operation&) { return Outcome{Outcome::Kind::kTransient, "no memory"}; };
    const Operation operation = SetRoute{kPrefix, kFirst};
    EXPECT_EQ(node.apply({&operation, 1})[0].kind, Outcome::Kind::kTransient);
    EXPECT_TRUE(node.state().routes.empty());
    ASSERT_EQ(node.history().size(), 1U);
    EXPECT_EQ(node.history()[0].outcome.reason, "no memory");
}

TEST(MemoryForwarder, AnUnreadableNodeSaysWhy) {
    MemoryForwarder node;
    node.unreadable = "dump interrupted";
    const auto state = node.installed();
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error(), "dump interrupted");
}

}  // namespace
}  // namespace mobility
