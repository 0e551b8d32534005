// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The promises of core/forwarder.h, one test each, and a random walk over all states.
#include "tests/unit/forwarder/forwarder_contract.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/sim/memory_forwarder.h"

namespace mobility {

void ForwarderContract::SetUp() {
    const auto why_not = GetParam().why_not();
    if (!why_not.empty()) GTEST_SKIP() << why_not;
    host_ = GetParam().make();
}

ForwardingState ForwarderContract::installed() {
    auto state = forwarder().installed();
    if (!state) {
        ADD_FAILURE() << state.error();
        return {};
    }
    return *state;
}

void ForwarderContract::apply(std::initializer_list<Operation> operations) {
    const std::vector<Operation> all(operations);
    const auto outcomes = forwarder().apply(all);
    ASSERT_EQ(outcomes.size(), all.size());
    for (const auto& outcome : outcomes) {
        EXPECT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
    }
}

Forwarder::Audit ForwarderContract::audit() {
    for (int slice = 0; slice < 1000; ++slice) {
        const auto seen = forwarder().audit();
        if (!seen) {
            ADD_FAILURE() << seen.error();
            break;
        }
        if (*seen != Forwarder::Audit::kMore) return *seen;
    }
    ADD_FAILURE() << "it never ends";
    return Forwarder::Audit::kMore;
}

namespace {

Prefix prefix(const std::string& text) { return Prefix::parse(text).value(); }
IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }
LinkLayerAddress mac(char last) { return {std::string("\x02\0\0\0\0", 5) + last}; }
Tunnel tunnel(const std::string& to) { return {address(to), TunnelMode::kSeg6}; }

const auto kHost = prefix("2001:db8:9::1/128");
const auto kOther = prefix("2001:db8:9::2/128");
const auto kDelegated = prefix("2001:db8:a:100::/56");
const auto kFirst = tunnel("2001:db8:5:1::1");
const auto kSecond = tunnel("2001:db8:5:2::1");
const auto kLinkLocal = address("fe80::c0ff:fe00:1");

TEST_P(ForwarderContract, AFreshNodeHasNothing) { EXPECT_EQ(installed(), ForwardingState{}); }

TEST_P(ForwarderContract, EveryKindOfForwardingIsReadBackAsItWasSet) {
    ForwardingState wanted;
    wanted.routes = {{kHost, OnLink{"access1", mac(1)}},
                     {kOther, OnLink{"access2", {}}},
                     {prefix("2001:db8:9::3/128"), kFirst},
                     {prefix("2001:db8:9::4/128"), Drop{}},
                     {kDelegated, Via{kLinkLocal, "access1", mac(2)}},
                     {prefix("2001:db8:a:200::/56"), Via{address("fe80::2"), "access2", {}}},
                     {prefix("2001:db8:a:300::/56"), kSecond},
                     {prefix("192.0.2.1/32"), OnLink{"access1", mac(3)}},
                     {prefix("192.0.2.2/32"), Via{kLinkLocal, "access1", mac(2)}},
                     {prefix("192.0.2.3/32"), kFirst},
                     {prefix("192.0.2.4/32"), Drop{}}};
    for (const auto& [where, what] : wanted.routes) apply({SetRoute{where, what}});
    EXPECT_EQ(installed(), wanted);
    for (const auto& [where, what] : wanted.routes) apply({RemoveRoute{where}});
    EXPECT_EQ(installed(), ForwardingState{});
}

TEST_P(ForwarderContract, SettingAPrefixAgainReplacesItsForwarding) {
    const std::vector<Forwarding> all{OnLink{"access1", mac(1)},
                                      kFirst,
                                      OnLink{"access2", mac(1)},
                                      Via{kLinkLocal, "access1", mac(1)},
                                      Drop{},
                                      kSecond,
                                      Drop{},
                                      Via{kLinkLocal, "access2", {}},
                                      OnLink{"access2", mac(2)},
                                      OnLink{"access1", {}},
                                      kFirst};
    for (const auto& from : all) {
        for (const auto& to : all) {
            apply({SetRoute{kHost, from}});
            apply({SetRoute{kHost, to}});
            const ForwardingState wanted{{{kHost, to}}, {}, {}};
            EXPECT_EQ(installed(), wanted) << text(from) << " to " << text(to);
        }
    }
}

TEST_P(ForwarderContract, AddingWhatIsThereAndRemovingWhatIsNotAreDone) {
    const Decapsulation end{address("2001:db8:5::9"), TunnelMode::kSeg6};
    const ReversePath path{prefix("2001:db8:9::/48"), "access1", kFirst};
    apply({RemoveRoute{kHost}, RemoveDecapsulation{end}, RemoveReversePath{path}});
    for (int i = 0; i < 2; ++i) {
        apply({SetRoute{kHost, kFirst}, SetRoute{kOther, OnLink{"access1", mac(1)}},
               AddDecapsulation{end}, AddReversePath{path}});
        const ForwardingState wanted{
            {{kHost, kFirst}, {kOther, OnLink{"access1", mac(1)}}}, {end}, {path}};
        EXPECT_EQ(installed(), wanted);
    }
    for (int i = 0; i < 2; ++i) {
        apply({RemoveReversePath{path}, RemoveDecapsulation{end}, RemoveRoute{kHost},
               RemoveRoute{kOther}});
        EXPECT_EQ(installed(), ForwardingState{});
    }
}

TEST_P(ForwarderContract, TheLastOfSeveralChangesOfOnePrefixStays) {
    apply({SetRoute{kHost, kFirst}, SetRoute{kHost, OnLink{"access1", mac(1)}}, RemoveRoute{kHost},
           SetRoute{kHost, kSecond}, SetRoute{kOther, kFirst}, RemoveRoute{kOther}});
    EXPECT_EQ(installed(), (ForwardingState{{{kHost, kSecond}}, {}, {}}));
}

TEST_P(ForwarderContract, ALookNoticesWhatSomebodyElseTookAway) {
    const ReversePath path{prefix("2001:db8:9::/48"), "access1", kFirst};
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}, SetRoute{kOther, kFirst},
           SetRoute{kDelegated, Via{kLinkLocal, "access1", mac(2)}},
           AddDecapsulation{{address("2001:db8:5::9"), TunnelMode::kSeg6}}, AddReversePath{path}});
    EXPECT_EQ(audit(), Forwarder::Audit::kAgrees);
    for (const auto& stolen : {kHost, kOther, kDelegated}) {
        host_->steal(stolen);
        EXPECT_EQ(audit(), Forwarder::Audit::kDiffers) << stolen.text();
        EXPECT_FALSE(installed().routes.contains(stolen));
        EXPECT_EQ(audit(), Forwarder::Audit::kAgrees) << "it has been read back";
    }
}

TEST_P(ForwarderContract, WhatIsAppliedDuringALookIsNoDifference) {
    for (int i = 1; i <= 300; ++i) {
        const auto where = prefix("2001:db8:9::" + std::to_string(i) + "/128");
        apply({SetRoute{where, i % 2 ? kFirst : kSecond}});
        const auto seen = forwarder().audit();
        ASSERT_TRUE(seen) << seen.error();
        ASSERT_NE(*seen, Forwarder::Audit::kDiffers) << "after " << i;
        if (i % 3 == 0) apply({RemoveRoute{where}});
    }
    EXPECT_EQ(audit(), Forwarder::Audit::kAgrees);
}

TEST_P(ForwarderContract, RoutesBehindOneLinkLocalShareItsLinkLayerAddress) {
    apply({SetRoute{kHost, Via{kLinkLocal, "access1", mac(1)}},
           SetRoute{kDelegated, Via{kLinkLocal, "access1", mac(2)}}});
    EXPECT_EQ(installed().routes.at(kHost), Forwarding(Via{kLinkLocal, "access1", mac(2)}));
    apply({SetRoute{kOther, Via{kLinkLocal, "access1", {}}}});
    EXPECT_EQ(installed().routes.at(kOther), Forwarding(Via{kLinkLocal, "access1", mac(2)}));
    apply({RemoveRoute{kHost}, RemoveRoute{kDelegated}});
    EXPECT_EQ(installed().routes.at(kOther), Forwarding(Via{kLinkLocal, "access1", mac(2)}));
    apply({SetRoute{kOther, Via{kLinkLocal, "access1", {}}}});
    EXPECT_EQ(installed().routes.at(kOther), Forwarding(Via{kLinkLocal, "access1", {}}));
}

TEST_P(ForwarderContract, ALinkLayerAddressThatWentAndCameInOneCallIsThere) {
    const Via with{kLinkLocal, "access1", mac(1)};
    const Via without{kLinkLocal, "access1", {}};
    apply({SetRoute{kHost, with}});
    apply({SetRoute{kHost, without}, SetRoute{kHost, with}});
    EXPECT_EQ(installed().routes.at(kHost), Forwarding(with));
    apply({SetRoute{kHost, without}, SetRoute{kOther, with}});
    EXPECT_EQ(installed().routes.at(kHost), Forwarding(with));
    apply({RemoveRoute{kOther}, SetRoute{kHost, without}});
    EXPECT_EQ(installed().routes.at(kHost), Forwarding(without));
}

TEST_P(ForwarderContract, ReversePathsToSeveralAnchorsStandSideBySide) {
    const auto source = prefix("2001:db8:9::/48");
    const ReversePath first{source, "access1", kFirst};
    const ReversePath second{prefix("2001:db8:b::/48"), "access1", kSecond};
    const ReversePath other_link{source, "access2", kFirst};
    const ReversePath moved{source, "access1", kSecond};
    apply({AddReversePath{first}, AddReversePath{second}, AddReversePath{other_link}});
    EXPECT_EQ(installed().reverse_paths, (std::vector{first, other_link, second}));
    apply({AddReversePath{moved}, RemoveReversePath{first}});
    EXPECT_EQ(installed().reverse_paths, (std::vector{moved, other_link, second}));
    apply({RemoveReversePath{other_link}, RemoveReversePath{moved}});
    EXPECT_EQ(installed().reverse_paths, std::vector{second});
    apply({AddReversePath{first}, RemoveReversePath{first}, RemoveReversePath{second}});
    EXPECT_EQ(installed(), ForwardingState{});
}

TEST_P(ForwarderContract, ReversePathsOfBothFamilies) {
    const ReversePath six{prefix("2001:db8:9::/48"), "access1", kFirst};
    const ReversePath four{prefix("192.0.2.0/24"), "access1", kFirst};
    apply({AddReversePath{six}, AddReversePath{four}});
    EXPECT_EQ(installed().reverse_paths, (std::vector{four, six}));
    apply({RemoveReversePath{six}});
    EXPECT_EQ(installed().reverse_paths, std::vector{four});
    apply({RemoveReversePath{four}});
    EXPECT_EQ(installed(), ForwardingState{});
}

TEST_P(ForwarderContract, DirectPathsStandBesideReversePathsOfTheSamePrefix) {
    const ReversePath reverse{prefix("2001:db8:9::/48"), "access1", kFirst};
    const DirectPath six{prefix("2001:db8:9::/48"), "access1"};
    const DirectPath other_link{prefix("2001:db8:9::/48"), "access2"};
    const DirectPath four{prefix("192.0.2.0/24"), "access1"};
    apply({AddReversePath{reverse}, AddDirectPath{six}, AddDirectPath{four},
           AddDirectPath{other_link}});
    const ForwardingState all{{}, {}, {reverse}, {four, six, other_link}};
    EXPECT_EQ(installed(), all);
    apply({AddDirectPath{six}, RemoveDirectPath{other_link}, RemoveDirectPath{other_link}});
    restart();
    EXPECT_EQ(installed().direct_paths, (std::vector{four, six}));
    EXPECT_TRUE(forwarder().purge());
    EXPECT_EQ(installed().direct_paths, (std::vector{four, six}));
    apply({RemoveReversePath{reverse}});
    EXPECT_EQ(installed().direct_paths, (std::vector{four, six}));
    apply({RemoveDirectPath{six}, RemoveDirectPath{four}});
    EXPECT_EQ(installed(), ForwardingState{});
}

TEST_P(ForwarderContract, PathsOfAnInterfaceThatIsNotThereYetStandAlready) {
    const ReversePath reverse{prefix("2001:db8:9::/48"), "absent1", kFirst};
    const ReversePath other_link{prefix("2001:db8:9::/48"), "access1", kFirst};
    const DirectPath direct{prefix("2001:db8:9::/48"), "absent1"};
    apply({AddReversePath{reverse}, AddReversePath{other_link}, AddDirectPath{direct}});
    EXPECT_EQ(installed().reverse_paths, (std::vector{reverse, other_link}));
    EXPECT_EQ(installed().direct_paths, std::vector{direct});
    restart();
    EXPECT_EQ(installed().direct_paths, std::vector{direct});
    apply({RemoveReversePath{reverse}, RemoveReversePath{other_link}, RemoveDirectPath{direct}});
    EXPECT_EQ(installed(), ForwardingState{});
}

TEST_P(ForwarderContract, WhatFailsIsSaidAndWhatSucceededIsInstalled) {
    const std::vector<Operation> operations{SetRoute{kHost, kFirst},
                                            SetRoute{kOther, OnLink{"absent1", mac(1)}},
                                            SetRoute{kDelegated, kSecond}};
    const auto outcomes = forwarder().apply(operations);
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].kind, Outcome::Kind::kDone);
    EXPECT_EQ(outcomes[1].kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcomes[1].reason, "interface absent1 does not exist");
    EXPECT_EQ(outcomes[2].kind, Outcome::Kind::kDone);
    EXPECT_EQ(installed(), (ForwardingState{{{kHost, kFirst}, {kDelegated, kSecond}}, {}, {}}));
}

TEST_P(ForwarderContract, ARestartedAgentFindsEverythingAndGoesOn) {
    const Decapsulation end{address("2001:db8:5::9"), TunnelMode::kSeg6};
    const ReversePath path{prefix("2001:db8:9::/48"), "access1", kFirst};
    apply({SetRoute{kHost, kFirst}, SetRoute{kOther, OnLink{"access1", mac(1)}},
           SetRoute{kDelegated, Via{kLinkLocal, "access1", mac(2)}}, AddDecapsulation{end},
           AddReversePath{path}});
    const auto before = installed();
    restart();
    EXPECT_EQ(installed(), before);
    restart();  // without reading first
    apply({SetRoute{kHost, kSecond}, RemoveRoute{kOther}, RemoveReversePath{path}});
    const ForwardingState wanted{
        {{kHost, kSecond}, {kDelegated, Via{kLinkLocal, "access1", mac(2)}}}, {end}, {}};
    EXPECT_EQ(installed(), wanted);
    EXPECT_TRUE(forwarder().purge());
    EXPECT_EQ(installed(), wanted);
}

/// Operations over a world small enough that everything meets everything.
class RandomOperations {
public:
    explicit RandomOperations(std::uint32_t seed) : random_(seed) {}

    std::vector<Operation> some() {
        std::vector<Operation> operations(1 + pick(7));
        for (auto& each : operations) each = one();
        return operations;
    }
    std::size_t pick(std::size_t count) { return random_() % count; }

private:
    Operation one() {
        switch (pick(12)) {
            case 0:
                return AddDecapsulation{end()};
            case 1:
                return RemoveDecapsulation{end()};
            case 2:
                return AddReversePath{path()};
            case 3:
                return RemoveReversePath{path()};
            case 4:
                return AddDirectPath{{path().source, interface()}};
            case 5:
                return RemoveDirectPath{{path().source, interface()}};
            case 6:
            case 7:
                return RemoveRoute{where()};
            default: {
                const auto place = where();
                return SetRoute{place, what(place)};
            }
        }
    }
    Prefix where() {
        const auto number = std::to_string(1 + pick(6));
        if (pick(4) == 0) return prefix("192.0.2." + number + "/32");
        return prefix(pick(3) ? "2001:db8:9::" + number + "/128"
                              : "2001:db8:a:" + number + "00::/56");
    }
    Forwarding what(const Prefix& place) {
        const auto link_layer = pick(3) ? mac(static_cast<char>(1 + pick(3))) : LinkLayerAddress{};
        switch (pick(6)) {
            case 0:
                return Drop{};
            case 1:
            case 2:
                return far_end();
            case 3:
                return OnLink{interface(), place.is_host() ? link_layer : LinkLayerAddress{}};
            default:
                return Via{address("fe80::" + std::to_string(1 + pick(2))), interface(),
                           link_layer};
        }
    }
    Tunnel far_end() { return tunnel("2001:db8:5:" + std::to_string(1 + pick(4)) + "::1"); }
    Decapsulation end() {
        return {address("2001:db8:5::" + std::to_string(1 + pick(2))), TunnelMode::kSeg6,
                pick(2) ? Family::kIpv6 : Family::kIpv4};
    }
    ReversePath path() {
        const auto source = prefix(pick(2) ? "2001:db8:9::/48" : "192.0.2.0/24");
        return {source, interface(), far_end()};
    }
    std::string interface() { return pick(2) ? "access1" : "access2"; }

    std::mt19937 random_;
};

TEST_P(ForwarderContract, AnyWalkThroughTheStatesShowsWhatWasApplied) {
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomOperations random(seed);
        MemoryForwarder model;
        model.tamper(installed());
        for (int i = 0; i < 150; ++i) {
            const auto operations = random.some();
            model.apply(operations);
            for (const auto& outcome : forwarder().apply(operations)) {
                ASSERT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
            }
            if (random.pick(8) == 0) restart();
            // Now and then without a look, so that the forwarder's own knowledge is what counts.
            if (random.pick(3)) {
                ASSERT_EQ(installed(), model.state()) << "step " << i;
            }
            if (random.pick(6) == 0) {
                ASSERT_EQ(audit(), Forwarder::Audit::kAgrees) << "step " << i;
            }
        }
        ASSERT_EQ(installed(), model.state());
    }
}

}  // namespace
}  // namespace mobility
