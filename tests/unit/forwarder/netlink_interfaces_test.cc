// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Access interfaces that come late, or are down for a while.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "route-agent/netlink_forwarder.h"
#include "tests/unit/forwarder/network_namespace.h"

namespace mobility {
namespace {

Prefix prefix(const std::string& text) { return Prefix::parse(text).value(); }
IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }
LinkLayerAddress mac(char last) { return {std::string("\x02\0\0\0\0", 5) + last}; }

const auto kHost = prefix("2001:db8:9::1/128");
const Tunnel kFirst{address("2001:db8:5:1::1"), TunnelMode::kSeg6};

class NetlinkInterfaces : public testing::Test {
protected:
    void SetUp() override {
        const auto why_not = no_namespaces_reason();
        if (!why_not.empty()) GTEST_SKIP() << why_not;
        namespace_.emplace();
        NetworkNamespace::add_pair("access1", "mn1");
        auto opened = NetlinkForwarder::open({});
        ASSERT_TRUE(opened) << opened.error();
        forwarder_ = std::move(opened.value());
    }
    ForwardingState installed() { return forwarder_->installed().value(); }
    void apply(const std::vector<Operation>& operations) {
        for (const auto& outcome : forwarder_->apply(operations)) {
            EXPECT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
        }
    }

    std::optional<NetworkNamespace> namespace_;
    std::unique_ptr<NetlinkForwarder> forwarder_;
};

TEST_F(NetlinkInterfaces, RulesForAnInterfaceThatComesLateHoldOnceItIsThere) {
    const ForwardingState paths{{},
                                {},
                                {{prefix("2001:db8:9::/48"), "late1", kFirst}},
                                {{prefix("2001:db8:9::/48"), "late1"}}};
    apply({AddReversePath{paths.reverse_paths[0]}, AddDirectPath{paths.direct_paths[0]}});
    EXPECT_NE(ip_output("-6 rule").find("iif late1 [detached]"), std::string::npos);
    NetworkNamespace::add_pair("late1", "late2");
    EXPECT_EQ(ip_output("-6 rule").find("[detached]"), std::string::npos);
    const auto rules = ip_output("-6 rule show iif late1");
    EXPECT_EQ(std::count(rules.begin(), rules.end(), '\n'), 2);
    EXPECT_EQ(installed(), paths);
    apply({SetRoute{kHost, OnLink{"late1", mac(1)}}});
    ip("link del late1");
    EXPECT_EQ(installed(), paths);
}

TEST_F(NetlinkInterfaces, WhatIsDroppedWhileItsInterfaceIsDownIsReplacedAfterwards) {
    const auto delegated = prefix("2001:db8:9:1::/64");
    const Via via{address("fe80::1"), "access1", mac(2)};
    ip("link set access1 down");
    apply({SetRoute{kHost, Drop{}}, SetRoute{delegated, Drop{}}});
    ip("link set access1 up");
    apply({SetRoute{kHost, OnLink{"access1", mac(1)}}, SetRoute{delegated, via}});
    EXPECT_EQ(installed(),
              (ForwardingState{{{kHost, OnLink{"access1", mac(1)}}, {delegated, via}}, {}, {}}));
}

}  // namespace
}  // namespace mobility
