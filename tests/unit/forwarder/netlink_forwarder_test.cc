// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What only a kernel can do to a forwarder: others' objects, devices that come and go, limits,
// missing rights.
#include "route-agent/netlink_forwarder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/forwarder/netlink_world.h"

namespace mobility {
namespace {

const auto kOther = prefix("2001:db8:9::2/128");
const Tunnel kSecond{address("2001:db8:5:2::1"), TunnelMode::kSeg6};
const Decapsulation kEnd{address("2001:db8:5::9"), TunnelMode::kSeg6};

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class NetlinkForwarderTest : public NetlinkWorld {
protected:
    Outcome apply_one(const Operation& operation) {
        return forwarder_->apply(std::span(&operation, 1)).front();
    }
};

TEST_F(NetlinkForwarderTest, LeavesOthersObjectsAlone) {
    ip("-6 route add 2001:db8:9::1/128 dev core metric 100 proto static");
    ip("-6 route add 2001:db8:9::7/128 dev core metric 213 proto static");
    ip("-6 nexthop add id 213000000 encap seg6 mode encap.red segs 2001:db8:5:1::1 dev lo");
    ip("-6 neigh add 2001:db8:9::7 lladdr 02:00:00:00:00:77 dev access1 nud permanent");
    ip("-6 rule add from 2001:db8:9::/48 iif access1 lookup 21305 pref 21300 protocol static");
    const auto everything = [] {
        return ip_output("-6 route show") + ip_output("-6 rule") + ip_output("nexthop") +
               ip_output("-6 neigh show nud permanent") + ip_output("-6 route show table all");
    };
    const auto before = everything();
    EXPECT_EQ(installed(), ForwardingState{});
    const ReversePath path{prefix("2001:db8:9::/48"), "access1", kFirst};
    apply({SetRoute{kHost, kFirst}, AddDecapsulation{kEnd}, AddReversePath{path}});
    EXPECT_NE(everything(), before);
    apply({RemoveRoute{kHost}, RemoveDecapsulation{kEnd}, RemoveReversePath{path},
           RemoveRoute{prefix("2001:db8:9::7/128")}});
    const auto purged = forwarder_->purge();
    ASSERT_TRUE(purged) << purged.error();
    EXPECT_EQ(*purged, 0U);
    EXPECT_EQ(everything(), before);
}

TEST_F(NetlinkForwarderTest, RefusesToReplaceAnothersRouteOfTheSameMetric) {
    ip("-6 route add 2001:db8:9::1/128 dev core metric 213 proto static");
    const auto outcome = apply_one(SetRoute{kHost, kFirst});
    EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcome.reason, "route of 2001:db8:9::1/128: File exists");
    EXPECT_EQ(ip_output("-6 route show 2001:db8:9::1"),
              "2001:db8:9::1 dev core proto static metric 213 pref medium\n");
    EXPECT_EQ(ip_output("nexthop"), "") << "the tunnel that was made for it is still there";
}

TEST_F(NetlinkForwarderTest, ATunnelIsMadeOnceAndGoesWithItsLastRoute) {
    std::vector<Operation> operations;
    for (int i = 1; i <= 300; ++i) {
        operations.push_back(SetRoute{prefix("2001:db8:9::" + std::to_string(i) + "/128"),
                                      i % 2 ? kFirst : kSecond});
    }
    for (const auto& outcome : forwarder_->apply(operations)) {
        ASSERT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
    }
    EXPECT_EQ(lines(ip_output("nexthop")), 2U);
    for (auto& operation : operations)
        operation = RemoveRoute{std::get<SetRoute>(operation).prefix};
    operations.pop_back();
    forwarder_->apply(operations);
    EXPECT_EQ(lines(ip_output("nexthop")), 1U) << "one route is left";
    EXPECT_EQ(installed().routes.size(), 1U);
    apply({RemoveRoute{prefix("2001:db8:9::300/128")}});
    EXPECT_EQ(ip_output("nexthop"), "");
}

TEST_F(NetlinkForwarderTest, ARestartAdoptsTunnelsByTheirIds) {
    apply({SetRoute{kHost, kFirst}, SetRoute{kOther, kSecond}, AddDecapsulation{kEnd}});
    const auto before = ip_output("nexthop");
    restart();
    apply({SetRoute{kHost, kFirst}, SetRoute{prefix("2001:db8:9::3/128"), kFirst}});
    EXPECT_EQ(ip_output("nexthop"), before);
}

TEST_F(NetlinkForwarderTest, OnlyPurgeRemovesWhatARestartFoundUnused) {
    apply({SetRoute{kHost, kFirst}, SetRoute{kOther, OnLink{"access1", mac(1)}}});
    // What a crash between two messages leaves: a tunnel and a neighbour entry without a route.
    ip("-6 route del 2001:db8:9::1");
    ip("-6 route del 2001:db8:9::2");
    ip("-6 route add 2001:db8:9::8/128 dev access1 proto 213 metric 99");
    restart();
    EXPECT_EQ(installed(), ForwardingState{});
    apply({SetRoute{prefix("2001:db8:9::3/128"), kSecond}});
    EXPECT_EQ(lines(ip_output("nexthop")), 2U);
    const auto purged = forwarder_->purge();
    ASSERT_TRUE(purged) << purged.error();
    EXPECT_EQ(*purged, 3U) << "a tunnel, a neighbour entry, a route of another metric";
    EXPECT_EQ(lines(ip_output("nexthop")), 1U);
    EXPECT_EQ(ip_output("-6 neigh show 2001:db8:9::2"), "");
    EXPECT_EQ(ip_output("-6 route show 2001:db8:9::8"), "");
    EXPECT_EQ(installed().routes.size(), 1U);
}

TEST_F(NetlinkForwarderTest, AKernelThatWasChangedBehindItsBackIsReadAgain) {
    apply({SetRoute{kHost, kFirst}});
    ip("nexthop del id 213000000");  // takes the route along
    apply({SetRoute{kHost, kFirst}});
    EXPECT_EQ(installed(), (ForwardingState{{{kHost, kFirst}}, {}, {}}));
    ip("-6 route add 2001:db8:9::2/128 dev access1 proto 213 metric 213");
    apply({SetRoute{kOther, kSecond}});
    EXPECT_EQ(installed(), (ForwardingState{{{kHost, kFirst}, {kOther, kSecond}}, {}, {}}));
    ip("-6 route del 2001:db8:9::1");
    ip("-6 route del 2001:db8:9::2");
    apply({RemoveRoute{kHost}, RemoveRoute{kOther}});
    EXPECT_EQ(ip_output("nexthop"), "");
}

TEST_F(NetlinkForwarderTest, WhatAChangeStumblesOverIsADifferenceInTheNextLook) {
    apply({SetRoute{kHost, kFirst}, SetRoute{kOther, kFirst}});
    ip("nexthop del id 213000000");  // takes both routes along
    apply({SetRoute{kHost, kFirst}});
    EXPECT_EQ(forwarder_->audit().value(), Forwarder::Audit::kDiffers) << "the other is missing";
    EXPECT_EQ(installed().routes.size(), 1u);
    auto seen = forwarder_->audit().value();
    for (int i = 0; i < 100 && seen == Forwarder::Audit::kMore; ++i) {
        seen = forwarder_->audit().value();
    }
    EXPECT_EQ(seen, Forwarder::Audit::kAgrees) << "it has been told";
}

TEST_F(NetlinkForwarderTest, AHandMadeRouteWithOurProtocolIsShownAndReplaced) {
    ip("-6 route add blackhole 2001:db8:9::1/128 proto 213 metric 213");
    const auto state = installed();
    ASSERT_TRUE(state.routes.contains(kHost));
    EXPECT_EQ(state.routes.at(kHost), Forwarding(Tunnel{{}, TunnelMode::kRouted}));
    apply({SetRoute{kHost, kFirst}});
    EXPECT_EQ(lines(ip_output("-6 route show 2001:db8:9::1")), 1U);
}

TEST_F(NetlinkForwarderTest, LosingTheCoreLinkDoesNotDeleteTunnels) {
    apply({SetRoute{kHost, kFirst}, AddDecapsulation{kEnd}});
    const auto before = installed();
    ip("link set corepeer down");
    wait_for_flag("core", "LOWER_UP", false);
    EXPECT_EQ(installed(), before);
    ip("link set core down");
    ip("link set corepeer up");
    ip("link set core up");
    EXPECT_EQ(installed(), before);
}

TEST_F(NetlinkForwarderTest, AnInterfaceThatWasReplacedIsFoundByItsName) {
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}});
    ip("link del access1");
    EXPECT_EQ(installed(), ForwardingState{});
    const auto outcome = apply_one(SetRoute{kHost, OnLink{"access1", mac(1)}});
    EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcome.reason, "interface access1 does not exist");
    NetworkNamespace::add_pair("access1", "mn1");
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}});
    EXPECT_EQ(installed(), (ForwardingState{{{kHost, OnLink{"access1", mac(1)}}}, {}, {}}));
}

TEST_F(NetlinkForwarderTest, AnInterfaceThatIsDownIsNamedWithTheKernelsWords) {
    ip("link set access1 down");
    const auto outcome = apply_one(SetRoute{kHost, OnLink{"access1", {}}});
    EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcome.reason,
              "route of 2001:db8:9::1/128: Network is down: Nexthop device is not up");
}

TEST_F(NetlinkForwarderTest, ANeighbourEntryFollowsAMoveOfTheLinkLayerAddressAndGoes) {
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}});
    const auto entry = [] { return ip_output("-6 neigh show 2001:db8:9::1 dev access1"); };
    EXPECT_EQ(entry(),
              "2001:db8:9::1 lladdr 02:00:00:00:00:01 extern_learn REACHABLE proto 213 \n");
    apply({SetRoute{kHost, OnLink{"access1", mac(2)}}});
    EXPECT_EQ(entry(),
              "2001:db8:9::1 lladdr 02:00:00:00:00:02 extern_learn REACHABLE proto 213 \n");
    apply({SetRoute{kHost, kFirst}});
    EXPECT_EQ(entry(), "");
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}});
    apply({RemoveRoute{kHost}});
    EXPECT_EQ(entry(), "");
}

TEST_F(NetlinkForwarderTest, MoreNeighboursThanTheKernelsLimit) {
    std::size_t limit = 0;
    std::ifstream("/proc/sys/net/ipv6/neigh/default/gc_thresh3") >> limit;
    if (limit == 0) limit = 1024;  // only the first namespace shows it; this is the default
    const std::size_t count = limit + 200;
    ASSERT_LT(count, 100'000U);
    std::vector<Operation> operations;
    for (std::size_t i = 1; i <= count; ++i) {
        char text[64];
        std::snprintf(text, sizeof text, "2001:db8:9::%zx:%zx/128", i >> 16, i & 0xffff);
        operations.push_back(SetRoute{prefix(text), OnLink{"access1", mac(1)}});
    }
    for (const auto& outcome : forwarder_->apply(operations)) {
        ASSERT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
    }
    std::size_t with_address = 0;
    for (const auto& [where, what] : installed().routes) {
        with_address += what == Forwarding(OnLink{"access1", mac(1)});
    }
    EXPECT_EQ(with_address, count);
}

TEST_F(NetlinkForwarderTest, ReadsBackRightlyWhileOthersChangeTheTables) {
    apply({SetRoute{kHost, kFirst}, SetRoute{kOther, OnLink{"access1", mac(1)}},
           AddDecapsulation{kEnd},
           AddReversePath{{prefix("2001:db8:9::/48"), "access1", kSecond}}});
    const auto wanted = installed();
    std::atomic<bool> stop = false;
    std::atomic<int> read = 0;
    std::thread others([&] {
        namespace_->enter();
        NetlinkSettings settings;
        settings.protocol = 99;
        settings.metric = 99;
        settings.first_nexthop = 1;
        settings.first_reverse_table = 9900;
        settings.rule_priority = 9900;
        auto other = NetlinkForwarder::open(settings);
        // Rules before ours, and more than one message of a dump holds: whoever goes on reading
        // after some of them went skips as many others.
        std::vector<Operation> add, remove;
        for (int i = 0; i < 900; ++i) {
            const ReversePath path{prefix("2001:db8:77::" + std::to_string(i)), "access1", kFirst};
            add.push_back(AddReversePath{path});
            remove.push_back(RemoveReversePath{path});
        }
        while (!stop) {
            const int seen = read;
            (*other)->apply(add);
            (*other)->apply(remove);
            while (read == seen && !stop) std::this_thread::yield();  // now one read can succeed
        }
    });
    for (int i = 0; i < 5000 && read < 40; ++i) {
        const auto state = forwarder_->installed();
        if (!state) continue;  // said that the tables never stood still
        EXPECT_EQ(*state, wanted);
        ++read;
    }
    stop = true;
    others.join();
    EXPECT_EQ(read, 40);
}

TEST_F(NetlinkForwarderTest, SetsTheTunnelSourceOfItsNamespace) {
    NetlinkSettings settings;
    settings.tunnel_source = address("2001:db8:5::9");
    restart(settings);
    EXPECT_NE(ip_output("sr tunsrc show").find("2001:db8:5::9"), std::string::npos);
}

TEST_F(NetlinkForwarderTest, SettingsThatCannotWorkAreRefusedByName) {
    const auto refusal = [](void (*change)(NetlinkSettings&)) {
        NetlinkSettings settings;
        change(settings);
        const auto opened = NetlinkForwarder::open(settings);
        return opened ? std::string("opened") : opened.error();
    };
    EXPECT_EQ(refusal([](NetlinkSettings& s) { s.protocol = 4; }),
              "protocol: 4; expected 5 to 255 (lower ones are the kernel's and the "
              "administrator's)");
    EXPECT_EQ(refusal([](NetlinkSettings& s) { s.batch = 257; }), "batch: 257; expected 1 to 256");
    EXPECT_EQ(
        refusal([](NetlinkSettings& s) { s.tunnel_source = IpAddress::parse("::1").value(); }),
        "tunnel source: ::1; expected a global IPv6 address");
    EXPECT_NE(refusal([](NetlinkSettings& s) { s.first_reverse_table = 250; }), "opened");
    EXPECT_NE(refusal([](NetlinkSettings& s) { s.rule_priority = 32766; }), "opened");
    EXPECT_NE(refusal([](NetlinkSettings& s) { s.nexthops = 0; }), "opened");
}

TEST_F(NetlinkForwarderTest, TheRangeOfNexthopIdsIsALimitThatIsSaid) {
    NetlinkSettings settings;
    settings.nexthops = 1;
    restart(settings);
    apply({SetRoute{kHost, kFirst}});
    const auto outcome = apply_one(SetRoute{kOther, kSecond});
    EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcome.reason, "all 1 nexthop ids from 213000000 are in use");
    EXPECT_EQ(installed().routes.size(), 1U);
}

/// Runs `body` in a child that has only these capabilities; its text comes back, empty for success.
template <typename Body>
std::string with_capabilities(std::uint32_t capabilities, Body body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return "pipe";
    const auto child = ::fork();
    if (child == 0) {
        __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
        __user_cap_data_struct data[2] = {{capabilities, capabilities, 0}, {0, 0, 0}};
        std::string said = "capset failed";
        if (::syscall(SYS_capset, &header, data) == 0) said = body();
        const auto written = ::write(ends[1], said.data(), said.size());
        ::_exit(written < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    std::string said(4096, '\0');
    const auto got = ::read(ends[0], said.data(), said.size());
    said.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return said;
}

std::string use_everything() {
    NetlinkSettings settings;
    settings.tunnel_source = address("2001:db8:5::9");
    auto opened = NetlinkForwarder::open(settings);
    if (!opened) return opened.error();
    const std::vector<Operation> operations{
        SetRoute{kHost, kFirst}, SetRoute{kOther, OnLink{"access1", mac(1)}},
        AddDecapsulation{kEnd}, AddReversePath{{prefix("2001:db8:9::/48"), "access1", kSecond}}};
    for (const auto& outcome : (*opened)->apply(operations)) {
        if (outcome.kind != Outcome::Kind::kDone) return outcome.reason;
    }
    const auto state = (*opened)->installed();
    return state ? "" : state.error();
}

TEST_F(NetlinkForwarderTest, CapNetAdminIsEnoughForEverything) {
    EXPECT_EQ(with_capabilities(1U << CAP_NET_ADMIN, &use_everything), "");
    EXPECT_EQ(installed().routes.size(), 2U);
}

TEST_F(NetlinkForwarderTest, WithoutCapNetAdminItSaysSoAtTheStart) {
    EXPECT_EQ(with_capabilities(0, &use_everything),
              "changing routes needs CAP_NET_ADMIN in this network namespace");
    EXPECT_EQ(installed(), ForwardingState{});
}

}  // namespace
}  // namespace mobility
