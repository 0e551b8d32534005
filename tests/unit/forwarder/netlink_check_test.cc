// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Each finding of the start's check, provoked and cured.
#include "route-agent/netlink_check.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/forwarder/netlink_world.h"

namespace mobility {
namespace {

void set_sysctl(const std::string& path, int value) { std::ofstream("/proc/sys/" + path) << value; }

class NetlinkCheckTest : public InNamespace {
protected:
    void SetUp() override {
        InNamespace::SetUp();
        if (IsSkipped()) return;
        NetworkNamespace::add_pair("core", "corepeer");
        ip("addr add 2001:db8:c::1/64 dev core nodad");
        // It is ours once the kernel has noticed that the link is up, some time after its flag.
        const auto ours = [] {
            return ip_output("-6 route show table local").find("2001:db8:c::1 ") !=
                   std::string::npos;
        };
        for (int i = 0; i < 5000 && !ours(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        ASSERT_TRUE(ours());
    }

    static std::vector<std::string> findings(const KernelExpectations& expected) {
        const auto found = check_kernel(expected);
        EXPECT_TRUE(found) << found.error();
        return found ? *found : std::vector<std::string>{};
    }
    /// The only finding; empty when there is none.
    static std::string finding(const KernelExpectations& expected) {
        const auto all = findings(expected);
        EXPECT_LE(all.size(), 1U);
        return all.empty() ? "" : all.front();
    }
};

TEST_F(NetlinkCheckTest, AForwardingInterface) {
    KernelExpectations expected;
    expected.interfaces = {"core"};
    set_sysctl("net/ipv6/conf/all/forwarding", 0);
    EXPECT_EQ(finding(expected),
              "IPv6 packets that come in by core are not forwarded; sysctl -w "
              "net.ipv6.conf.all.forwarding=1");
    set_sysctl("net/ipv6/conf/all/forwarding", 1);
    EXPECT_EQ(finding(expected), "");
    ip("link set core down");
    EXPECT_EQ(finding(expected),
              "interface core is down: routes on it cannot be installed; ip link set core up");
    expected.interfaces = {"absent1"};
    EXPECT_EQ(finding(expected),
              "access-interfaces: \"absent1\" does not exist on this machine: nothing is forwarded "
              "there until it does; if it is not to come later, correct its name");
}

TEST_F(NetlinkCheckTest, AnAccessInterfaceWhosePacketsFitTheCore) {
    KernelExpectations expected;
    expected.interfaces = {"core"};
    expected.core_mtu = 1539;
    set_sysctl("net/ipv6/conf/all/forwarding", 1);
    EXPECT_EQ(finding(expected),
              "core-mtu: 1539 is less than the MTU of core and the outer header (1500 + 40): large "
              "packets vanish without a Packet Too Big to their sender; give the core's links 1540 "
              "or more, or the access link 1499 or less");
    ip("link set core mtu 1499");
    EXPECT_EQ(finding(expected), "");
    ip("link set core mtu 1500");
    expected.core_mtu = 1540;
    EXPECT_EQ(finding(expected), "");
    expected.core_mtu = 0;
    EXPECT_EQ(finding(expected), "") << "it is not known";
}

TEST_F(NetlinkCheckTest, AnybodyMayCheck) {
    KernelExpectations expected;
    expected.interfaces = {"absent1"};
    expected.tunnel_address = address("2001:db8:5::9");
    std::thread unprivileged([&] {
        ASSERT_EQ(::syscall(SYS_setresuid, 65534, 65534, 65534), 0) << "of this thread only";
        EXPECT_NE(finding(expected), "") << "one, and that is not about rights";
    });
    unprivileged.join();
}

TEST_F(NetlinkCheckTest, AnInterfaceWithIpv4BehindIt) {
    KernelExpectations expected;
    expected.ipv4_interfaces = {"core"};
    set_sysctl("net/ipv4/conf/all/rp_filter", 0);
    set_sysctl("net/ipv4/conf/core/rp_filter", 0);
    set_sysctl("net/ipv4/ip_forward", 0);
    EXPECT_EQ(finding(expected),
              "IPv4 packets that come in by core are not forwarded; sysctl -w "
              "net.ipv4.ip_forward=1");
    set_sysctl("net/ipv4/ip_forward", 1);
    EXPECT_EQ(finding(expected), "");
    const std::string strict =
        "the reverse path filter of core is strict: an MN that did not notice that it has moved "
        "there cannot renew; sysctl -w net/ipv4/conf/core/rp_filter=2";
    set_sysctl("net/ipv4/conf/core/rp_filter", 1);
    EXPECT_EQ(finding(expected), strict);
    set_sysctl("net/ipv4/conf/core/rp_filter", 0);
    set_sysctl("net/ipv4/conf/all/rp_filter", 1);
    EXPECT_EQ(finding(expected), strict) << "the larger of both holds";
    set_sysctl("net/ipv4/conf/core/rp_filter", 2);
    EXPECT_EQ(finding(expected), "") << "as the finding says";
}

TEST_F(NetlinkCheckTest, TheWayByWhichTunnelsCarryIpv4ToHere) {
    KernelExpectations expected;
    expected.ipv4_peers = {address("2001:db8:5:2::1"), address("2001:db8:5:3::1"),
                           address("2001:db8:c::1")};
    set_sysctl("net/ipv4/ip_forward", 1);
    set_sysctl("net/ipv4/conf/all/rp_filter", 1);
    EXPECT_EQ(finding(expected), "") << "there is no way yet";
    ip("-6 route add 2001:db8:5::/48 via 2001:db8:c::2");
    EXPECT_EQ(finding(expected),
              "the reverse path filter of core is strict: IPv4 that comes out of tunnels there is "
              "dropped; sysctl -w net/ipv4/conf/core/rp_filter=2");
    set_sysctl("net/ipv4/conf/core/rp_filter", 2);
    EXPECT_EQ(finding(expected), "");
    set_sysctl("net/ipv4/ip_forward", 0);
    EXPECT_NE(finding(expected).find("IPv4 packets that come in by core"), std::string::npos);
}

TEST_F(NetlinkCheckTest, TheDeviceOfTunnels) {
    ip("link set lo down");
    EXPECT_EQ(finding({}), "device lo is down: no tunnel can be installed; ip link set lo up");
    ip("link set lo up");
    EXPECT_EQ(finding({}), "");
}

TEST_F(NetlinkCheckTest, ATunnelAddressThatIsAssigned) {
    KernelExpectations expected;
    expected.tunnel_address = address("2001:db8:5::9");
    EXPECT_EQ(finding(expected), "");
    ip("addr add 2001:db8:5::9/128 dev core nodad");
    EXPECT_EQ(finding(expected),
              "the tunnel address 2001:db8:5::9 is assigned to core: packets to it are delivered "
              "here instead of being unwrapped; choose a tunnel-address that no interface has, "
              "or take it from that one");
    ip("addr del 2001:db8:5::9/128 dev core");
    auto forwarder = NetlinkForwarder::open({});
    ASSERT_TRUE(forwarder) << forwarder.error();
    const Operation end = AddDecapsulation{{*expected.tunnel_address, TunnelMode::kSeg6}};
    EXPECT_EQ((*forwarder)->apply({&end, 1})[0].reason, "");
    EXPECT_EQ(finding(expected), "") << "its own unwrapping is no assigned address";
}

TEST_F(NetlinkCheckTest, RoomForTheOuterHeader) {
    KernelExpectations expected;
    expected.far_ends = {address("2001:db8:5:2::1")};
    EXPECT_EQ(finding(expected),
              "there is no route to the tunnel address 2001:db8:5:2::1: packets for MNs behind it "
              "are lost");
    ip("-6 route add 2001:db8:5:2::/64 via 2001:db8:c::2");
    EXPECT_EQ(finding(expected),
              "the way to 2001:db8:5:2::1 by core has an MTU of 1500: with an access MTU of 1500 "
              "it needs 1540, or large packets vanish without a Packet Too Big to their sender");
    ip("link set core mtu 1540");
    EXPECT_EQ(finding(expected), "");
    ip("-6 route replace 2001:db8:5:2::/64 via 2001:db8:c::2 mtu 1539");
    EXPECT_NE(finding(expected), "");
    expected.access_mtu = 1400;
    EXPECT_EQ(finding(expected), "");
}

TEST_F(NetlinkCheckTest, AnUnreachableRouteForTheAnchorsPrefix) {
    KernelExpectations expected;
    expected.aggregates = {Prefix::parse("2001:db8:9::/48").value()};
    EXPECT_EQ(finding(expected),
              "no unreachable route covers 2001:db8:9::/48: packets for addresses without a "
              "binding follow no route and may circle between this anchor and the network; ip "
              "route add unreachable 2001:db8:9::/48");
    ip("-6 route add default via 2001:db8:c::2");
    EXPECT_NE(finding(expected).find("follow ::/0 and"), std::string::npos);
    ip("-6 route add unreachable 2001:db8::/32");
    EXPECT_EQ(finding(expected), "") << "a shorter one covers it";
    ip("-6 route add 2001:db8:9::/48 via 2001:db8:c::2");
    EXPECT_NE(finding(expected).find("follow 2001:db8:9::/48 and"), std::string::npos);
    ip("-6 route add unreachable 2001:db8:9::/48 metric 5");
    EXPECT_EQ(finding(expected), "");
    expected.aggregates = {Prefix::parse("192.0.2.0/24").value()};
    EXPECT_NE(finding(expected), "");
    ip("route add blackhole 192.0.2.0/24");
    EXPECT_EQ(finding(expected), "");
}

TEST(NetlinkCheck, NeighboursBeyondTheKernelsLimit) {
    // Only the first network namespace shows the limit; reading it changes nothing.
    std::size_t limit = 0;
    std::ifstream("/proc/sys/net/ipv6/neigh/default/gc_thresh3") >> limit;
    if (limit == 0) GTEST_SKIP() << "this network namespace does not show gc_thresh3";
    KernelExpectations expected;
    expected.nexthop_device = {};
    expected.mns = limit;
    const auto enough = check_kernel(expected);
    ASSERT_TRUE(enough) << enough.error();
    EXPECT_TRUE(enough->empty());
    expected.mns = limit + 1;
    const auto found = check_kernel(expected);
    ASSERT_TRUE(found) << found.error();
    ASSERT_EQ(found->size(), 1U);
    EXPECT_NE(found->front().find("gc_thresh3=" + std::to_string(2 * limit + 2)),
              std::string::npos);
}

}  // namespace
}  // namespace mobility
