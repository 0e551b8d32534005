// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Questions to sysctls, devices and routing tables; changes nothing.
#include "route-agent/netlink_check.h"

#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>

#include "route-agent/netlink_objects.h"
#include "route-agent/netlink_seg6.h"
#include "route-agent/netlink_socket.h"

namespace mobility {
namespace {

constexpr std::uint32_t kOuterHeader = 40;  // one IPv6 header, no routing header (encap.red)

/// A sysctl of the thread's network namespace, as "net/ipv6/conf/all/forwarding"; nothing where
/// this namespace does not have it.
std::optional<std::size_t> sysctl(const std::string& path) {
    std::ifstream file("/proc/sys/" + path);
    std::size_t value = 0;
    if (!(file >> value)) return {};
    return value;
}

/// rp_filter as the kernel applies it: of "all" and the device's own, the larger one. 1 is strict.
std::size_t reverse_path_filter(const std::string& device) {
    const auto of = [](const std::string& name) {
        return sysctl("net/ipv4/conf/" + name + "/rp_filter").value_or(0);
    };
    return std::max(of("all"), of(device));
}

struct Device {
    bool up = false;
    bool loopback = false;
    std::uint32_t mtu = 0;
};

std::optional<Device> device(const std::string& name) {
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name) return {};
    std::memcpy(request.ifr_name, name.data(), name.size());
    const int descriptor = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return {};
    std::optional<Device> found;
    if (::ioctl(descriptor, SIOCGIFFLAGS, &request) == 0) {
        found.emplace();
        found->up = request.ifr_flags & IFF_UP;
        found->loopback = request.ifr_flags & IFF_LOOPBACK;
        if (::ioctl(descriptor, SIOCGIFMTU, &request) == 0) {
            found->mtu = static_cast<std::uint32_t>(request.ifr_mtu);
        }
    }
    ::close(descriptor);
    return found;
}

/// The device that has the address; empty when none has.
std::string assigned_to(const IpAddress& address) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return {};
    std::string device;
    for (const auto* each = all; each; each = each->ifa_next) {
        if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET6) continue;
        sockaddr_in6 assigned{};
        std::memcpy(&assigned, each->ifa_addr, sizeof assigned);
        if (*IpAddress::from_bytes(assigned.sin6_addr.s6_addr) == address) device = each->ifa_name;
    }
    ::freeifaddrs(all);
    return device;
}

class KernelCheck {
public:
    KernelCheck(NetlinkSocket& socket, const KernelExpectations& expected)
        : socket_(socket), expected_(expected) {}

    Result<std::vector<std::string>> run() {
        for (const auto& name : expected_.interfaces) check_interface(name);
        for (const auto& name : expected_.ipv4_interfaces) {
            check_ipv4(name, "an MN that did not notice that it has moved there cannot renew");
        }
        for (const auto& name : devices_to(expected_.ipv4_peers)) {
            check_ipv4(name, "IPv4 that comes out of tunnels there is dropped");
        }
        check_neighbour_limit();
        if (!expected_.nexthop_device.empty()) check_tunnels();
        for (const auto& aggregate : expected_.aggregates) {
            if (auto asked = check_aggregate(aggregate); !asked) return Error{asked.error()};
        }
        return std::move(findings_);
    }

private:
    void find(std::string finding) { findings_.push_back(std::move(finding)); }

    void check_interface(const std::string& name) {
        const auto found = device(name);
        if (!found) {
            return find("access-interfaces: \"" + name +
                        "\" does not exist on this machine: nothing is forwarded there until it "
                        "does; if it is not to come later, correct its name");
        }
        check_core(name, found->mtu);
        if (!found->up) {
            find("interface " + name + " is down: routes on it cannot be installed; ip link set " +
                 name + " up");
        }
        if (sysctl("net/ipv6/conf/" + name + "/forwarding") != std::size_t{1}) {
            find("IPv6 packets that come in by " + name +
                 " are not forwarded; sysctl -w net.ipv6.conf.all.forwarding=1");
        }
    }

    void check_core(const std::string& name, std::uint32_t mtu) {
        if (expected_.core_mtu == 0 || expected_.core_mtu >= mtu + kOuterHeader) return;
        find("core-mtu: " + std::to_string(expected_.core_mtu) + " is less than the MTU of " +
             name + " and the outer header (" + std::to_string(mtu) + " + " +
             std::to_string(kOuterHeader) +
             "): large packets vanish without a Packet Too Big to their sender; give the core's "
             "links " +
             std::to_string(mtu + kOuterHeader) + " or more, or the access link " +
             std::to_string(expected_.core_mtu - kOuterHeader) + " or less");
    }

    /// `consequence`: of a strict filter.
    void check_ipv4(const std::string& name, const std::string& consequence) {
        const auto forwards = sysctl("net/ipv4/conf/" + name + "/forwarding");
        if (!forwards) return;  // it does not exist: found already
        if (*forwards != 1) {
            find("IPv4 packets that come in by " + name +
                 " are not forwarded; sysctl -w net.ipv4.ip_forward=1");
        }
        if (reverse_path_filter(name) == 1) {
            find("the reverse path filter of " + name + " is strict: " + consequence +
                 "; sysctl -w net/ipv4/conf/" + name + "/rp_filter=2");
        }
    }

    std::set<std::string> devices_to(const std::vector<IpAddress>& peers) {
        std::set<std::string> devices;
        for (const auto& peer : peers) {
            const auto route = route_to(peer);
            if (!route || route->type != RTN_UNICAST) continue;
            char name[IF_NAMESIZE] = {};
            ::if_indextoname(route->interface, name);
            const auto found = device(name);
            if (found && !found->loopback) devices.insert(name);
        }
        return devices;
    }

    void check_neighbour_limit() {
        if (expected_.mns == 0) return;
        const std::string path = "net/ipv6/neigh/default/gc_thresh3";
        const auto limit = sysctl(path);  // only the first namespace has it, for all of them
        if (!limit || *limit >= expected_.mns) return;
        find("the neighbour table holds " + std::to_string(*limit) + " entries for " +
             std::to_string(expected_.mns) +
             " MNs: beyond that the kernel cannot resolve their link-local addresses; sysctl -w "
             "net.ipv6.neigh.default.gc_thresh3=" +
             std::to_string(2 * expected_.mns));
    }

    void check_tunnels() {
        const auto seg6 = find_seg6();
        if (!seg6) find(seg6.error());
        const auto found = device(expected_.nexthop_device);
        if (!found || !found->up) {
            find("device " + expected_.nexthop_device + (found ? " is down" : " does not exist") +
                 ": no tunnel can be installed; ip link set " + expected_.nexthop_device + " up");
        }
        if (expected_.tunnel_address) {
            const auto where = assigned_to(*expected_.tunnel_address);
            if (!where.empty()) {
                find("the tunnel address " + expected_.tunnel_address->text() + " is assigned to " +
                     where +
                     ": packets to it are delivered here instead of being unwrapped; choose a "
                     "tunnel-address that no interface has, or take it from that one");
            }
        }
        for (const auto& far_end : expected_.far_ends) check_far_end(far_end);
    }

    void check_far_end(const IpAddress& far_end) {
        const auto route = route_to(far_end);
        if (!route || route->type != RTN_UNICAST) {
            return find("there is no route to the tunnel address " + far_end.text() +
                        ": packets for MNs behind it are lost");
        }
        char name[IF_NAMESIZE] = {};
        ::if_indextoname(route->interface, name);
        const auto out = device(name);
        const auto mtu = route->mtu ? route->mtu : out ? out->mtu : 0;
        if (mtu >= expected_.access_mtu + kOuterHeader) return;
        find("the way to " + far_end.text() + " by " + name + " has an MTU of " +
             std::to_string(mtu) + ": with an access MTU of " +
             std::to_string(expected_.access_mtu) + " it needs " +
             std::to_string(expected_.access_mtu + kOuterHeader) +
             ", or large packets vanish without a Packet Too Big to their sender");
    }

    Result<void> check_aggregate(const Prefix& aggregate) {
        std::optional<KernelRoute> best;
        const auto request = dump_routes_message(aggregate.address().family(), 0);
        const auto read = socket_.read(request, [&](const nlmsghdr& message) {
            const auto route = read_route(message);
            if (!route || route->table != RT_TABLE_MAIN || !route->prefix.contains(aggregate)) {
                return;
            }
            const auto length = route->prefix.length();
            if (!best || length > best->prefix.length() ||
                (length == best->prefix.length() && route->metric < best->metric)) {
                best = route;
            }
        });
        if (!read) return Error{read.error()};
        if (best && (best->type == RTN_UNREACHABLE || best->type == RTN_BLACKHOLE ||
                     best->type == RTN_PROHIBIT)) {
            return {};
        }
        find("no unreachable route covers " + aggregate.text() +
             ": packets for addresses without a binding follow " +
             (best ? best->prefix.text() : std::string("no route")) +
             " and may circle between this anchor and the network; ip route add unreachable " +
             aggregate.text());
        return {};
    }

    struct Way {
        std::uint8_t type = 0;
        std::uint32_t interface = 0;
        std::uint32_t mtu = 0;  ///< 0: the device's
    };

    /// Nothing when the lookup fails: no route.
    std::optional<Way> route_to(const IpAddress& address) {
        auto message = make_netlink_message(RTM_GETROUTE, 0);
        rtmsg header{};
        header.rtm_family = address.family() == Family::kIpv4 ? AF_INET : AF_INET6;
        header.rtm_dst_len = static_cast<unsigned char>(address.bits());
        nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO);
        nla_put(message.get(), RTA_DST, static_cast<int>(address.bytes().size()),
                address.bytes().data());
        std::optional<Way> way;
        const auto read = socket_.read(message, [&](const nlmsghdr& answer) {
            const auto route = read_route(answer);
            if (!route) return;
            way = Way{route->type, route->interface, mtu_in(answer)};
        });
        return read ? way : std::nullopt;
    }

    static std::uint32_t mtu_in(const nlmsghdr& message) {
        std::array<nlattr*, RTA_MAX + 1> attributes{};
        auto* const raw = const_cast<nlmsghdr*>(&message);
        if (nlmsg_parse(raw, sizeof(rtmsg), attributes.data(), RTA_MAX, nullptr) < 0) return 0;
        std::array<nlattr*, RTAX_MAX + 1> metrics{};
        if (!attributes[RTA_METRICS] ||
            nla_parse_nested(metrics.data(), RTAX_MAX, attributes[RTA_METRICS], nullptr) < 0 ||
            !metrics[RTAX_MTU]) {
            return 0;
        }
        return nla_get_u32(metrics[RTAX_MTU]);
    }

    NetlinkSocket& socket_;
    const KernelExpectations& expected_;
    std::vector<std::string> findings_;
};

}  // namespace

Result<std::vector<std::string>> check_kernel(const KernelExpectations& expected) {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    if (!socket) return Error{socket.error()};
    return KernelCheck(*socket, expected).run();
}

}  // namespace mobility
