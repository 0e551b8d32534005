// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the in-memory twin lets a test do beyond the common contract: deliver by steps, stall, cut
// at any byte.
#include "tests/sim/memory_connection.h"

#include <gtest/gtest.h>

#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

class MemoryLinkTest : public ::testing::Test {
protected:
    MemoryLinkTest() { restart({}); }
    void restart(MemoryLinkSettings settings) {
        link = std::make_unique<MemoryLink>(std::move(settings));
        link->attach(0, first);
        link->attach(1, second);
    }
    Recorder first;
    Recorder second;
    std::unique_ptr<MemoryLink> link;
};

TEST_F(MemoryLinkTest, NothingMovesWithoutAStep) {
    link->end(0).send("hello");
    EXPECT_EQ(link->in_transit(1), 5u);
    EXPECT_EQ(second.text, "");
    EXPECT_TRUE(link->run());
    EXPECT_EQ(second.text, "hello");
    EXPECT_EQ(link->in_transit(1), 0u);
    EXPECT_FALSE(link->step());
}

TEST_F(MemoryLinkTest, DeliversAsFewBytesAtATimeAsAsked) {
    link->end(0).send("hello");
    std::vector<std::string> seen;
    second.on_received = [&] { seen.push_back(second.text); };
    while (link->step(1)) {
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"h", "he", "hel", "hell", "hello"}));
}

TEST_F(MemoryLinkTest, CutsAtEveryByte) {
    for (std::size_t bytes = 0; bytes <= 5; ++bytes) {
        first = Recorder();
        second = Recorder();
        restart({});
        link->cut_after(1, bytes);
        link->end(0).send("hello");
        link->end(1).send("answer that may be lost");
        EXPECT_TRUE(link->run());
        EXPECT_EQ(second.text, std::string("hello").substr(0, bytes));
        EXPECT_EQ(first.reasons, std::vector<std::string>{"connection lost"});
        EXPECT_EQ(second.reasons, std::vector<std::string>{"connection lost"});
        EXPECT_TRUE(link->over());
    }
}

TEST_F(MemoryLinkTest, AStalledEndFillsTheWindowAndThenTheQueue) {
    restart({.names = {}, .addresses = {}, .high_water = 100, .window = 10});
    link->stall(1, true);
    link->end(0).send(std::string(200, 'x'));
    EXPECT_TRUE(link->run());
    EXPECT_EQ(link->end(0).unsent(), 190u);
    EXPECT_EQ(first.drains, 0);
    link->stall(1, false);
    EXPECT_TRUE(link->run());
    EXPECT_EQ(second.text.size(), 200u);
    EXPECT_EQ(first.drains, 1);
}

TEST_F(MemoryLinkTest, MayBeDestroyedInsideItsOwnCalls) {
    second.on_received = [&] {
        Connection& connection = link->end(1);
        link.reset();
        connection.send("too late");
        connection.close("too late");
    };
    link->end(0).send("hello");
    link->end(0).close("enough");
    EXPECT_TRUE(link->run());
    EXPECT_EQ(link, nullptr);
    EXPECT_TRUE(first.reasons.empty());
    EXPECT_TRUE(second.reasons.empty());
}

}  // namespace
}  // namespace mobility::testing
