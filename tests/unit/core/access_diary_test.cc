// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Each change of an AR's kernel is one line that names the MN; what changes nothing is none.
#include "core/access_diary.h"

#include "tests/unit/core/access_router_world.h"

namespace mobility {
namespace {

using Lines = std::vector<std::string>;

class AccessDiaryTest : public AccessRouterTest {
protected:
    AccessDiaryTest() {
        accept_both();
        complete();
        router->keep(&diary);
    }
    /// What was said since the last call.
    Lines told() { return std::exchange(lines, {}); }
    void install(const BindingRecord& record) { router->install(kA, ++number, {record}); }
    void installed(const BindingRecord& record) {
        install(record);
        work();
        lines.clear();
    }

    struct TestClock final : Clock {
        explicit TestClock(const Instant& at) : at_(at) {}
        Moment now() const override { return {at_, 0}; }
        const Instant& at_;
    } clock{now};
    Lines lines;
    AccessDiary diary{clock, [this](const Notice& notice) {
                          lines.push_back(std::string(notice.id) + " " + notice.text);
                      }};
    std::uint64_t number = 0;
};

TEST_F(AccessDiaryTest, ARouteIsToldWhenTheKernelHasItWithInterfaceAndTime) {
    install(record(1, 100));
    EXPECT_EQ(told(), Lines{});
    now += Milliseconds{3};
    work();
    EXPECT_EQ(told(), Lines{"ACCESS_ROUTE_INSTALLED 2001:db8:a::1/128 of MN "
                            "00:03:00:01:02:00:00:00:00:01 on link wlan0 at 02:00:00:00:00:01, "
                            "sequence 100: 3.0 ms after the anchor's word"});
}

TEST_F(AccessDiaryTest, ADelegatedPrefixHasItsNextHop) {
    auto prefixes = record(1, 100);
    prefixes.prefix = prefix("2001:db8:a:0::/80");
    install(prefixes);
    work();
    EXPECT_EQ(told(), Lines{"ACCESS_ROUTE_INSTALLED 2001:db8:a::/80 of MN "
                            "00:03:00:01:02:00:00:00:00:01 via fe80::1%wlan0, sequence 100: 0.0 ms "
                            "after the anchor's word"});
}

TEST_F(AccessDiaryTest, ARemovalStillNamesTheMn) {
    installed(record(1, 100));
    router->remove(kA, ++number, {home(1)});
    EXPECT_EQ(told(), Lines{});
    now += Milliseconds{1};
    work();
    EXPECT_EQ(told(), Lines{"ACCESS_ROUTE_REMOVED 2001:db8:a::1/128 of MN "
                            "00:03:00:01:02:00:00:00:00:01, sequence 100: 1.0 ms after the "
                            "anchor's word"});
}

TEST_F(AccessDiaryTest, WhatIsSaidAgainOrWithAnotherSequenceOnlyIsNoLine) {
    installed(record(1, 100));
    install(record(1, 100));
    install(record(1, 101));
    router->remove(kA, ++number, {home(7)});
    work();
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AccessDiaryTest, ARouteThatChangesItsInterfaceIsToldOnce) {
    installed(record(1, 100));
    auto moved = record(1, 101);
    moved.attachment.interface_id = "access1";
    install(moved);
    work();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NE(lines[0].find("on link wlan1"), std::string::npos);
}

TEST_F(AccessDiaryTest, AReturnBeforeTheRouteWasRemovedIsNoLine) {
    installed(record(1, 100));
    router->remove(kA, ++number, {home(1)});
    install(record(1, 102));
    work();
    EXPECT_EQ(told(), Lines{});
}

TEST_F(AccessDiaryTest, WhatSomebodyElseFlushedIsToldWhenItIsBack) {
    installed(record(1, 100));
    kernel.tamper({});
    ASSERT_TRUE(reconciler->reread(true));
    work();
    EXPECT_EQ(told(), Lines{"ACCESS_ROUTE_INSTALLED 2001:db8:a::1/128 of MN "
                            "00:03:00:01:02:00:00:00:00:01 on link wlan0 at 02:00:00:00:00:01, "
                            "sequence 100"});
}

TEST_F(AccessDiaryTest, WhatEndsHereMeanwhileIsDropped) {
    installed(record(1, 100));
    kernel.refuse = [](const Operation& operation) {
        const auto* set = std::get_if<SetRoute>(&operation);
        const bool drop = set && std::holds_alternative<Drop>(set->forwarding);
        return drop ? Outcome{} : Outcome{Outcome::Kind::kFailed, "Network is down"};
    };
    kernel.tamper({});
    ASSERT_TRUE(reconciler->reread(true));
    work();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NE(lines[0].find("of MN 00:03:00:01:02:00:00:00:00:01 dropped, sequence 100"),
              std::string::npos);
}

TEST_F(AccessDiaryTest, WhenItIsTakenAwayNothingIsSaidAnyMore) {
    router->keep(nullptr);
    installed(record(1, 100));
    router->remove(kA, ++number, {home(1)});
    work();
    EXPECT_EQ(told(), Lines{});
    EXPECT_TRUE(notices.empty());
}

}  // namespace
}  // namespace mobility
