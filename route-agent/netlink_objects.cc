// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The layouts of <linux/rtnetlink.h> and its neighbours.
#include "route-agent/netlink_objects.h"

#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <span>

#include "route-agent/netlink_seg6.h"

namespace mobility {
namespace {

unsigned char kernel_family(Family family) { return family == Family::kIpv4 ? AF_INET : AF_INET6; }

std::optional<Family> family_of(unsigned char family) {
    if (family == AF_INET) return Family::kIpv4;
    if (family == AF_INET6) return Family::kIpv6;
    return {};
}

template <typename Header>
NetlinkMessage start(int type, int flags, const Header& header) {
    auto message = make_netlink_message(type, flags);
    nlmsg_append(message.get(), const_cast<Header*>(&header), sizeof header, NLMSG_ALIGNTO);
    return message;
}

void put_address(const NetlinkMessage& message, int attribute, const IpAddress& address) {
    nla_put(message.get(), attribute, static_cast<int>(address.bytes().size()),
            address.bytes().data());
}

std::optional<IpAddress> address_in(const nlattr* attribute) {
    if (!attribute) return {};
    const auto address =
        IpAddress::from_bytes({static_cast<const std::uint8_t*>(nla_data(attribute)),
                               static_cast<std::size_t>(nla_len(attribute))});
    return address ? std::optional(*address) : std::nullopt;
}

/// The prefix of an attribute that the kernel leaves out for the default route.
std::optional<Prefix> prefix_in(Family family, const nlattr* attribute, unsigned length) {
    const std::array<std::uint8_t, 16> zeros{};
    const auto any = *IpAddress::from_bytes(
        std::span(zeros).first(family == Family::kIpv4 ? std::size_t{4} : std::size_t{16}));
    const auto prefix = Prefix::make(address_in(attribute).value_or(any), length);
    return prefix ? std::optional(*prefix) : std::nullopt;
}

std::uint32_t number_in(const nlattr* attribute, std::uint32_t otherwise = 0) {
    return attribute ? nla_get_u32(attribute) : otherwise;
}

template <std::size_t size, typename Header>
struct Parsed {
    Header header{};
    std::array<nlattr*, size> attributes{};
};

template <int last, typename Header>
std::optional<Parsed<static_cast<std::size_t>(last) + 1, Header>> parse(const nlmsghdr& message) {
    Parsed<static_cast<std::size_t>(last) + 1, Header> parsed;
    auto* const raw = const_cast<nlmsghdr*>(&message);
    if (nlmsg_datalen(raw) < static_cast<int>(sizeof(Header))) return {};
    std::memcpy(&parsed.header, nlmsg_data(raw), sizeof(Header));
    if (nlmsg_parse(raw, sizeof(Header), parsed.attributes.data(), last, nullptr) < 0) return {};
    return parsed;
}

rtmsg route_header(const KernelRoute& route) {
    rtmsg header{};
    header.rtm_family = kernel_family(route.prefix.address().family());
    header.rtm_dst_len = static_cast<unsigned char>(route.prefix.length());
    header.rtm_table = RT_TABLE_UNSPEC;  // RTA_TABLE has it in full
    header.rtm_protocol = route.protocol;
    return header;
}

void put_route_key(const NetlinkMessage& message, const KernelRoute& route) {
    put_address(message, RTA_DST, route.prefix.address());
    nla_put_u32(message.get(), RTA_TABLE, route.table);
    nla_put_u32(message.get(), RTA_PRIORITY, route.metric);
}

void put_gateway(const NetlinkMessage& message, const KernelRoute& route) {
    if (route.gateway->family() == route.prefix.address().family()) {
        put_address(message, RTA_GATEWAY, *route.gateway);
        return;
    }
    // An IPv4 prefix behind an IPv6 next hop (RFC 8950's way of forwarding): family, then address.
    std::array<std::uint8_t, sizeof(sa_family_t) + 16> via{};
    const sa_family_t family = kernel_family(route.gateway->family());
    const auto address = route.gateway->bytes();
    std::memcpy(via.data(), &family, sizeof family);
    std::memcpy(via.data() + sizeof family, address.data(), address.size());
    nla_put(message.get(), RTA_VIA, static_cast<int>(sizeof family + address.size()), via.data());
}

std::optional<IpAddress> via_in(const nlattr* attribute) {
    if (!attribute || nla_len(attribute) <= static_cast<int>(sizeof(sa_family_t))) return {};
    const auto address = IpAddress::from_bytes(
        {static_cast<const std::uint8_t*>(nla_data(attribute)) + sizeof(sa_family_t),
         static_cast<std::size_t>(nla_len(attribute)) - sizeof(sa_family_t)});
    return address ? std::optional(*address) : std::nullopt;
}

NetlinkMessage neighbour_message(int type, int flags, const KernelNeighbour& neighbour) {
    ndmsg header{};
    header.ndm_family = kernel_family(neighbour.address.family());
    header.ndm_ifindex = static_cast<int>(neighbour.interface);
    if (type == RTM_NEWNEIGH) {
        header.ndm_state = NUD_REACHABLE;
        header.ndm_flags = NTF_EXT_LEARNED;
    }
    auto message = start(type, flags, header);
    put_address(message, NDA_DST, neighbour.address);
    return message;
}

NetlinkMessage rule_message(int type, int flags, const KernelRule& rule) {
    fib_rule_hdr header{};
    const bool from = rule.match == KernelRule::Match::kFrom;
    header.family = kernel_family(rule.prefix.address().family());
    (from ? header.src_len : header.dst_len) = static_cast<std::uint8_t>(rule.prefix.length());
    header.action = FR_ACT_TO_TBL;
    auto message = start(type, flags, header);
    if (rule.prefix.length() > 0) {
        put_address(message, from ? FRA_SRC : FRA_DST, rule.prefix.address());
    }
    if (rule.suppressed) nla_put_u32(message.get(), FRA_SUPPRESS_PREFIXLEN, *rule.suppressed);
    if (!rule.interface.empty()) {
        nla_put_string(message.get(), FRA_IIFNAME, rule.interface.c_str());
    }
    if (rule.ip_protocol) nla_put_u8(message.get(), FRA_IP_PROTO, rule.ip_protocol);
    nla_put_u32(message.get(), FRA_TABLE, rule.table);
    nla_put_u32(message.get(), FRA_PRIORITY, rule.priority);
    nla_put_u8(message.get(), FRA_PROTOCOL, rule.protocol);
    return message;
}

NetlinkMessage nexthop_message(int type, int flags, const KernelNexthop& nexthop, nhmsg header) {
    auto message = start(type, flags, header);
    nla_put_u32(message.get(), NHA_ID, nexthop.id);
    return message;
}

}  // namespace

NetlinkMessage add_message(const KernelRoute& route, int flags) {
    auto header = route_header(route);
    header.rtm_type = route.type;
    const bool ipv4 = route.prefix.address().family() == Family::kIpv4;
    const bool on_link = ipv4 && route.interface && !route.gateway;
    header.rtm_scope = on_link ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    if (ipv4 && route.gateway) header.rtm_flags = RTNH_F_ONLINK;
    auto message = start(RTM_NEWROUTE, flags, header);
    put_route_key(message, route);
    if (route.nexthop) nla_put_u32(message.get(), RTA_NH_ID, route.nexthop);
    if (route.interface) nla_put_u32(message.get(), RTA_OIF, route.interface);
    if (route.gateway) put_gateway(message, route);
    return message;
}

NetlinkMessage remove_message(const KernelRoute& route) {
    auto header = route_header(route);
    header.rtm_scope = RT_SCOPE_NOWHERE;  // any
    auto message = start(RTM_DELROUTE, 0, header);
    put_route_key(message, route);
    return message;
}

NetlinkMessage add_message(const KernelNexthop& nexthop, std::uint32_t device) {
    nhmsg header{};
    header.nh_family = kernel_family(nexthop.use->segment ? nexthop.use->family : Family::kIpv6);
    header.nh_protocol = nexthop.protocol;
    auto message = nexthop_message(RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL, nexthop, header);
    nla_put_u32(message.get(), NHA_OIF, device);
    put_seg6(message.get(), *nexthop.use);
    return message;
}

NetlinkMessage remove_message(const KernelNexthop& nexthop) {
    return nexthop_message(RTM_DELNEXTHOP, 0, nexthop, nhmsg{});
}

NetlinkMessage add_message(const KernelNeighbour& neighbour) {
    auto message = neighbour_message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, neighbour);
    nla_put(message.get(), NDA_LLADDR, static_cast<int>(neighbour.link_layer.bytes.size()),
            neighbour.link_layer.bytes.data());
    nla_put_u8(message.get(), NDA_PROTOCOL, neighbour.protocol);
    return message;
}

NetlinkMessage remove_message(const KernelNeighbour& neighbour) {
    return neighbour_message(RTM_DELNEIGH, 0, neighbour);
}

NetlinkMessage add_message(const KernelRule& rule) {
    return rule_message(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
}

NetlinkMessage remove_message(const KernelRule& rule) { return rule_message(RTM_DELRULE, 0, rule); }

NetlinkMessage dump_routes_message(Family family, std::uint8_t protocol) {
    rtmsg header{};
    header.rtm_family = kernel_family(family);
    header.rtm_protocol = protocol;
    return start(RTM_GETROUTE, NLM_F_DUMP, header);
}

NetlinkMessage dump_nexthops_message() { return start(RTM_GETNEXTHOP, NLM_F_DUMP, nhmsg{}); }

NetlinkMessage dump_neighbours_message(Family family) {
    ndmsg header{};
    header.ndm_family = kernel_family(family);
    return start(RTM_GETNEIGH, NLM_F_DUMP, header);
}

NetlinkMessage dump_rules_message(Family family) {
    fib_rule_hdr header{};
    header.family = kernel_family(family);
    return start(RTM_GETRULE, NLM_F_DUMP, header);
}

std::optional<KernelRoute> read_route(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE) return {};
    const auto parsed = parse<RTA_MAX, rtmsg>(message);
    if (!parsed) return {};
    const auto& [header, attributes] = *parsed;
    const auto family = family_of(header.rtm_family);
    if (!family) return {};
    const auto prefix = prefix_in(*family, attributes[RTA_DST], header.rtm_dst_len);
    if (!prefix) return {};
    KernelRoute route;
    route.prefix = *prefix;
    route.table = number_in(attributes[RTA_TABLE], header.rtm_table);
    route.metric = number_in(attributes[RTA_PRIORITY]);
    route.protocol = header.rtm_protocol;
    route.type = header.rtm_type;
    route.nexthop = number_in(attributes[RTA_NH_ID]);
    route.interface = number_in(attributes[RTA_OIF]);
    route.gateway = address_in(attributes[RTA_GATEWAY]);
    if (!route.gateway) route.gateway = via_in(attributes[RTA_VIA]);
    return route;
}

std::optional<KernelNexthop> read_nexthop(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWNEXTHOP) return {};
    const auto parsed = parse<NHA_MAX, nhmsg>(message);
    if (!parsed || !parsed->attributes[NHA_ID]) return {};
    const auto& [header, attributes] = *parsed;
    KernelNexthop nexthop;
    nexthop.id = nla_get_u32(attributes[NHA_ID]);
    nexthop.protocol = header.nh_protocol;
    if (const auto family = family_of(header.nh_family)) {
        nexthop.use = read_seg6(*family, attributes[NHA_ENCAP_TYPE], attributes[NHA_ENCAP]);
    }
    return nexthop;
}

std::optional<KernelNeighbour> read_neighbour(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWNEIGH) return {};
    const auto parsed = parse<NDA_MAX, ndmsg>(message);
    if (!parsed) return {};
    const auto& [header, attributes] = *parsed;
    const auto address = address_in(attributes[NDA_DST]);
    if (!address) return {};
    KernelNeighbour neighbour;
    neighbour.interface = static_cast<std::uint32_t>(header.ndm_ifindex);
    neighbour.address = *address;
    if (const auto* const bytes = attributes[NDA_LLADDR]) {
        neighbour.link_layer.bytes.assign(static_cast<const char*>(nla_data(bytes)),
                                          static_cast<std::size_t>(nla_len(bytes)));
    }
    if (attributes[NDA_PROTOCOL]) neighbour.protocol = nla_get_u8(attributes[NDA_PROTOCOL]);
    return neighbour;
}

std::optional<KernelRule> read_rule(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWRULE) return {};
    const auto parsed = parse<FRA_MAX, fib_rule_hdr>(message);
    if (!parsed) return {};
    const auto& [header, attributes] = *parsed;
    const auto family = family_of(header.family);
    if (!family) return {};
    const bool to = attributes[FRA_DST] != nullptr;
    if (to && attributes[FRA_SRC]) return {};
    const auto prefix = to ? prefix_in(*family, attributes[FRA_DST], header.dst_len)
                           : prefix_in(*family, attributes[FRA_SRC], header.src_len);
    if (!prefix || (!attributes[FRA_IIFNAME] && !attributes[FRA_IP_PROTO])) return {};
    KernelRule rule;
    rule.match = to ? KernelRule::Match::kTo : KernelRule::Match::kFrom;
    rule.prefix = *prefix;
    // The kernel says -1 where nothing is suppressed.
    const auto suppressed = number_in(attributes[FRA_SUPPRESS_PREFIXLEN], UINT32_MAX);
    if (suppressed != UINT32_MAX) rule.suppressed = suppressed;
    if (attributes[FRA_IIFNAME]) rule.interface = nla_get_string(attributes[FRA_IIFNAME]);
    if (attributes[FRA_IP_PROTO]) rule.ip_protocol = nla_get_u8(attributes[FRA_IP_PROTO]);
    rule.table = number_in(attributes[FRA_TABLE], header.table);
    rule.priority = number_in(attributes[FRA_PRIORITY]);
    if (attributes[FRA_PROTOCOL]) rule.protocol = nla_get_u8(attributes[FRA_PROTOCOL]);
    return rule;
}

}  // namespace mobility
