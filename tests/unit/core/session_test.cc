// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Heartbeats, silence, garbage and orderly ends of one session.
#include "core/session.h"

#include <gtest/gtest.h>

#include "tests/sim/memory_connection.h"

namespace mobility {
namespace {

class Listener final : public SessionUser {
public:
    void message(Session& session, const control::Message& message) override {
        ++messages;
        if (end_on_message) session.end(control::CODE_UNSUPPORTED, "enough");
        last = message;
    }
    void drained(Session&) override { ++drains; }
    void closed(Session&, const std::string& why) override {
        ++closes;
        reason = why;
    }
    bool end_on_message = false;
    int messages = 0, drains = 0, closes = 0;
    control::Message last;
    std::string reason;
};

class SessionTest : public ::testing::Test {
protected:
    SessionTest() {
        link.attach(0, left);
        link.attach(1, right);
    }
    void pass(Milliseconds time) {
        now += time;
        left.tick(now);
        right.tick(now);
    }
    static control::Message large() {
        control::Message message;
        message.mutable_associate()->set_software(std::string(100'000, 'x'));
        return message;
    }

    Instant now{std::chrono::hours{5}};
    MemoryLink link;
    Listener left_user, right_user;
    const SessionTimers timers{Milliseconds{1000}, 5};
    Session left{link.end(0), left_user, timers, now};
    Session right{link.end(1), right_user, timers, now};
};

TEST_F(SessionTest, StaysOpenOnHeartbeatsAloneAndTellsItsUserNothing) {
    for (int i = 0; i < 600; ++i) {
        pass(Milliseconds{500});
        ASSERT_TRUE(link.run());
    }
    EXPECT_EQ(left_user.closes + right_user.closes, 0);
    EXPECT_EQ(left_user.messages + right_user.messages, 0);
}

TEST_F(SessionTest, SilenceForFiveHeartbeatsEndsItAndSaysSo) {
    link.stall(0, true);
    for (int i = 0; i < 9; ++i) pass(Milliseconds{500});
    EXPECT_TRUE(left.open());
    for (int i = 0; i < 3; ++i) pass(Milliseconds{500});
    link.close_limit_passes();
    link.run();
    EXPECT_EQ(left_user.closes, 1);
    EXPECT_NE(left_user.reason.find("nothing heard for 5000 ms"), std::string::npos)
        << left_user.reason;
    EXPECT_EQ(right_user.closes, 1);
    EXPECT_FALSE(left.open());
}

TEST_F(SessionTest, WhoLooksRarelyNoticesADeadPeerAllTheSame) {
    link.stall(0, true);
    for (int i = 0; i < 4; ++i) pass(Milliseconds{3000});
    EXPECT_TRUE(left.open()) << "its own pauses are no silence";
    link.stall(0, false);
    EXPECT_TRUE(link.run());
    EXPECT_EQ(left_user.closes, 0);
    link.stall(0, true);
    for (int i = 0; i < 6; ++i) pass(Milliseconds{3000});
    link.close_limit_passes();
    link.run();
    EXPECT_EQ(left_user.closes, 1);
}

TEST_F(SessionTest, WhatIsNotTakenEndsItAtItsLimit) {
    link.stall(1, true);
    const auto frame = encode_frame(large()).size();
    for (std::size_t queued = 0; queued + frame < Session::kMostUnsent; queued += frame) {
        left.send(large());
    }
    EXPECT_FALSE(left.overrun());
    for (int i = 0; i < 3; ++i) left.send(large());
    EXPECT_TRUE(left.overrun());
    link.close_limit_passes();
    EXPECT_TRUE(link.run());
    EXPECT_EQ(left_user.closes, 1);
    EXPECT_NE(left_user.reason.find("64 MiB"), std::string::npos) << left_user.reason;
}

TEST_F(SessionTest, AnyByteCountsAsAlive) {
    link.stall(0, true);
    for (int i = 0; i < 9; ++i) pass(Milliseconds{500});
    link.stall(0, false);
    for (int i = 0; i < 3; ++i) link.step(1);  // a part of a heartbeat has arrived
    for (int i = 0; i < 9; ++i) pass(Milliseconds{500});
    EXPECT_TRUE(left.open());
}

TEST_F(SessionTest, AnEndTellsThePeerWhy) {
    left.end(control::CODE_SUPERSEDED, "replaced");
    EXPECT_TRUE(link.run());
    EXPECT_EQ(left_user.reason, "replaced");
    EXPECT_NE(right_user.reason.find("replaced"), std::string::npos) << right_user.reason;
    EXPECT_EQ(left_user.closes, 1);
    EXPECT_EQ(right_user.closes, 1);
    left.end(control::CODE_SUPERSEDED, "again");
    left.send(large());
    pass(Seconds{60});
    EXPECT_FALSE(link.run() && link.step());
}

TEST_F(SessionTest, AnEndFromWithinAMessageStopsTheMessagesBehindIt) {
    right_user.end_on_message = true;
    for (int i = 0; i < 3; ++i) left.send(large());
    EXPECT_TRUE(link.run());
    EXPECT_EQ(right_user.messages, 1);
    EXPECT_EQ(right_user.closes, 1);
}

TEST_F(SessionTest, GarbageEndsItNamingWhatWasWrong) {
    link.end(0).send(std::string("GET / HTTP/1.1\r\n\r\n"));
    EXPECT_TRUE(link.run());
    EXPECT_EQ(right_user.messages, 0);
    EXPECT_EQ(right_user.closes, 1);
    EXPECT_NE(right_user.reason.find("octets"), std::string::npos) << right_user.reason;
}

TEST_F(SessionTest, IsCongestedWhileMuchIsQueuedAndSaysWhenThereIsRoomAgain) {
    EXPECT_FALSE(left.congested());
    link.stall(1, true);
    for (int i = 0; i < 4; ++i) left.send(large());
    EXPECT_TRUE(link.run());
    EXPECT_TRUE(left.congested());
    EXPECT_EQ(left_user.drains, 0);
    link.stall(1, false);
    EXPECT_TRUE(link.run());
    EXPECT_FALSE(left.congested());
    EXPECT_EQ(left_user.drains, 1) << "or bulk would wait for ever";
    EXPECT_EQ(right_user.messages, 4);
}

TEST(SessionCut, AtEveryByteLosesAtMostTheMessageThatWasCut) {
    control::Message message;
    message.mutable_associate()->set_software("kea-mobility");
    const auto length = encode_frame(message).size();
    for (std::size_t cut = 1; cut <= 3 * length; ++cut) {
        MemoryLink link;
        Listener left_user, right_user;
        const Instant now{};
        Session left(link.end(0), left_user, {}, now), right(link.end(1), right_user, {}, now);
        link.attach(0, left);
        link.attach(1, right);
        link.cut_after(1, cut);
        for (int i = 0; i < 3; ++i) left.send(message);
        ASSERT_TRUE(link.run());
        EXPECT_EQ(right_user.messages, static_cast<int>(cut / length)) << "cut at " << cut;
        EXPECT_EQ(left_user.closes, 1);
        EXPECT_EQ(right_user.closes, 1);
    }
}

}  // namespace
}  // namespace mobility
