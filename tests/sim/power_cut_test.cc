// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kernels are empty, and the MNs say nothing: what the journals know must be enough.
#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

class PowerCut : public Scenario {
protected:
    PowerCut()
        : Scenario(
              {.mobile_nodes = 60, .access_routers = 6, .with_delegated = 0.5, .journals = true}) {
        for (auto& mn : world.mobile_nodes) mn->start();
        pass(Seconds{1});
        for (auto& mn : world.mobile_nodes) mn->freeze();
        pass(Seconds{3});  // the disks have all of it
    }
    void expect_all_at_home() {
        for (const auto& mn : world.mobile_nodes) expect_at(*mn, mn->ar());
    }
    std::size_t bindings() {
        std::size_t count = 0;
        for (const auto& anchor : world.anchors) count += anchor->node->anchor().bindings().size();
        return count;
    }
};

TEST_F(PowerCut, OfEverythingSilentMnsAreReachableAgain) {
    world.power_cut();
    world.start_all();
    pass(Seconds{5});
    expect_all_at_home();
    world.checks.settled();
}

TEST_F(PowerCut, OfEverythingNobodyWaitsForTheSources) {
    world.power_cut();
    for (auto& anchor : world.anchors) anchor->start();
    for (auto& ar : world.access_routers) ar->start();
    pass(Seconds{5});
    expect_all_at_home();
    for (auto& source : world.sources) source->start();
    pass(Seconds{5});
    expect_all_at_home();
    world.checks.settled();
}

TEST_F(PowerCut, OfTheAnchorsAloneArsAndJournalsAgree) {
    for (auto& anchor : world.anchors) world.power_cut(*anchor);
    forget_history();
    world.start_all();
    pass(Seconds{5});
    expect_all_at_home();
    for (const auto& ar : world.access_routers) {
        EXPECT_TRUE(ar->kernel.history().empty()) << "an AR that lost nothing writes nothing";
    }
}

TEST_F(PowerCut, AnAnchorThatOnlyRestartsWritesNoRoutes) {
    forget_history();
    for (auto& anchor : world.anchors) anchor->stop();
    for (auto& ar : world.access_routers) ar->stop();
    world.start_all();
    pass(Seconds{5});
    EXPECT_EQ(routes_written(), 0u);
    expect_all_at_home();
}

TEST_F(PowerCut, WithADamagedJournalTheAnchorServesAndMessagesPlaceTheirMns) {
    world.power_cut();
    for (auto& anchor : world.anchors) anchor->journal.damage();
    world.start_all();
    pass(Seconds{5});
    EXPECT_EQ(world.notices("JOURNAL_DAMAGED"), world.anchors.size());
    for (auto& mn : world.mobile_nodes) {
        EXPECT_EQ(anchor_sends_to(home(*mn)), -1);
        mn->thaw();
        mn->renew();
    }
    pass(Seconds{5});
    expect_all_at_home();
    world.power_cut();
    world.start_all();
    pass(Seconds{5});
    expect_all_at_home();
}

TEST_F(PowerCut, BindingsOfASourceThatStaysAwayEndAfterAWarningAlsoAcrossARestart) {
    for (auto& anchor : world.anchors) {
        anchor->stop();
        anchor->settings.keep_bindings = Seconds{1000};
        anchor->start();
    }
    pass(Seconds{5});
    const auto all = bindings();
    const auto gone = world.sources[0]->settings.anchors.size();
    world.sources[0]->stop();
    pass(Seconds{700});
    EXPECT_EQ(world.notices("ANCHOR_SOURCE_ABSENT"), 0u);
    for (auto& anchor : world.anchors) world.power_cut(*anchor);  // 700 s, of which 600 are told
    for (auto& anchor : world.anchors) anchor->start();
    pass(Seconds{200});
    EXPECT_EQ(world.notices("ANCHOR_SOURCE_ABSENT"), gone);
    EXPECT_EQ(bindings(), all);
    pass(Seconds{250});
    EXPECT_EQ(world.notices("ANCHOR_SOURCE_GONE"), gone);
    EXPECT_LT(bindings(), all);
    for (const auto& mn : world.mobile_nodes) {
        const bool here = mn->server() != 0;
        EXPECT_EQ(anchor_sends_to(home(*mn)), here ? static_cast<int>(mn->ar()) : -1);
    }
    world.sources[0]->start();
    pass(Seconds{5});
    EXPECT_EQ(bindings(), all) << "its list brings them back, without a place";
}

TEST_F(PowerCut, RoutesOfAnAnchorThatStaysAwayGoAfterAWarningAndComeBackWithIt) {
    const auto routes = [&] {
        std::size_t count = 0;
        for (const auto& ar : world.access_routers) count += ar->kernel.state().routes.size();
        return count;
    };
    for (auto& ar : world.access_routers) {
        ar->stop();
        ar->keep_bindings = Seconds{1000};
        ar->start();
    }
    pass(Seconds{5});
    const auto all = routes();
    world.power_cut(*world.anchors[0]);
    pass(Seconds{700});
    EXPECT_EQ(world.notices("ACCESS_ANCHOR_ABSENT"), 0u);
    pass(Seconds{100});
    EXPECT_EQ(world.notices("ACCESS_ANCHOR_ABSENT"), world.access_routers.size());
    EXPECT_EQ(routes(), all);
    world.access_routers[0]->stop();  // what it found in its kernel goes as well, but later
    world.access_routers[0]->start();
    pass(Seconds{250});
    EXPECT_EQ(world.notices("ACCESS_ANCHOR_GONE"), world.access_routers.size() - 1);
    const auto left = routes();
    EXPECT_LT(left, all);
    EXPECT_GT(left, 0u) << "the other anchor's stay";
    pass(Seconds{800});
    EXPECT_EQ(world.notices("ACCESS_ANCHOR_GONE"), world.access_routers.size());
    EXPECT_LT(routes(), left);
    world.anchors[0]->start();
    pass(Seconds{10});
    EXPECT_EQ(routes(), all);
    expect_all_at_home();
}

}  // namespace
}  // namespace mobility::sim
