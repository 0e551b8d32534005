// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What somebody else did to the kernel is noticed and put right.
#include "core/kernel_watch.h"

#include "tests/unit/core/reconciler_world.h"

namespace mobility {
namespace {

class KernelWatchTest : public ReconcilerTest {};

TEST_F(KernelWatchTest, WhatSomebodyElseChangedIsNoticedAtTheNextLookAndPutRight) {
    std::vector<Notice> notices;
    KernelWatch watch(kernel, reconciler, Milliseconds{500}, "ALTERED",
                      [&](const Notice& notice) { notices.push_back(notice); });
    for (int i = 1; i <= 3; ++i) set(i, 1);
    work();
    EXPECT_FALSE(watch.run(now, true));
    auto altered = kernel.state();
    altered.routes.erase(home(1));
    altered.routes[home(2)] = Drop{};
    altered.routes[home(9)] = Drop{};
    kernel.tamper(altered);
    EXPECT_FALSE(watch.run(now + Milliseconds{499}, true));
    EXPECT_TRUE(reconciler.idle()) << "not due yet";
    EXPECT_FALSE(watch.run(now + Milliseconds{500}, true));
    work();
    expect_equal();
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_STREQ(notices[0].id, "ALTERED");
    EXPECT_NE(notices[0].text.find("3 routes"), std::string::npos) << notices[0].text;
    EXPECT_EQ(watch.counters().repaired, 3u);
}

TEST_F(KernelWatchTest, BeforeAllHaveSpokenALookTakesNothingAway) {
    KernelWatch watch(kernel, reconciler, Milliseconds{500}, "ALTERED", [](const Notice&) {});
    set(1, 1);
    work();
    auto altered = kernel.state();
    altered.routes.erase(home(1));
    altered.routes[home(9)] = Drop{};
    kernel.tamper(altered);
    watch.run(now, false);
    work();
    EXPECT_TRUE(kernel.state().routes.contains(home(1)));
    EXPECT_TRUE(kernel.state().routes.contains(home(9))) << "it may be somebody's";
    reconciler.sweep();
    work();
    expect_equal();
}

TEST_F(KernelWatchTest, AnUnreadableKernelIsSaidOnceALook) {
    int times = 0;
    KernelWatch watch(kernel, reconciler, Milliseconds{500}, "ALTERED", [&](const Notice& notice) {
        times += notice.text.find("EPERM") != std::string::npos;
    });
    kernel.unreadable = "EPERM";
    for (int ms = 0; ms <= 1000; ms += 100) watch.run(now + Milliseconds{ms}, true);
    EXPECT_EQ(times, 3);
}

}  // namespace
}  // namespace mobility
