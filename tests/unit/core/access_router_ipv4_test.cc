// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An AR's links by their giaddr.
#include <gtest/gtest.h>

#include "core/access_router.h"
#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

TEST(AccessRouterIpv4, AHostHeardByTheGatewayAddressOfALinkIsOnIt) {
    struct Silent : AccessRouterOutput {
        void acknowledge(std::size_t, std::uint64_t, const std::vector<Answer>&) override {}
        void route_changed(const Prefix&, bool) override {}
        bool deregister(std::size_t,
                        const std::vector<std::pair<Prefix, std::uint64_t>>&) override {
            return true;
        }
        void notice(const Notice&) override {}
    } silent;
    const auto giaddr = address("198.51.100.1");
    AccessRouter router(address("2001:db8:0:1::2"),
                        {{"wlan0", attachment(1, 1).link_address, "wlan0"},
                         {"wlan0", giaddr, "wlan0"},
                         {"wlan1", giaddr, "wlan1"}},
                        {"anchor-a.example"}, silent);
    router.accepted(0, {{prefix("10.0.0.0/8")}, {}, true});
    auto place = attachment(1, 1);
    place.link_address = giaddr;
    place.interface_id = "wlan1";
    place.link_local = {};
    router.install(0, 1, {{prefix("10.0.0.5"), mn(1), 0, "metro/4", place, 7, Seconds{60}}});
    EXPECT_EQ(router.wanted(prefix("10.0.0.5")), Forwarding(OnLink{"wlan1", place.link_layer}));
}

}  // namespace
}  // namespace mobility
