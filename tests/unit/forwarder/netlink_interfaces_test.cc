// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Access interfaces that come late, or are down for a while.
#include <algorithm>

#include "tests/unit/forwarder/netlink_world.h"

namespace mobility {
namespace {

using NetlinkInterfaces = NetlinkWorld;

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
