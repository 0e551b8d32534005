// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The layouts of <linux/seg6_iptunnel.h>, <linux/seg6_local.h> and <linux/seg6_genl.h>.
#include "route-agent/netlink_seg6.h"

#include <linux/genetlink.h>
#include <linux/lwtunnel.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/seg6_genl.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cassert>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace mobility {
namespace {

constexpr std::size_t kSegmentBytes = 16;
constexpr std::uint8_t kRoutingTypeSegments = 4;  // RFC 8754 section 2
/// seg6_iptunnel_encap with a routing header of one segment.
constexpr std::size_t kEncapBytes =
    sizeof(seg6_iptunnel_encap) + sizeof(ipv6_sr_hdr) + kSegmentBytes;

std::array<std::uint8_t, kEncapBytes> encap_bytes(const IpAddress& segment) {
    std::array<std::uint8_t, kEncapBytes> bytes{};
    const int mode = SEG6_IPTUN_MODE_ENCAP_RED;
    ipv6_sr_hdr header{};
    header.hdrlen = kSegmentBytes / 8;
    header.type = kRoutingTypeSegments;
    std::memcpy(bytes.data(), &mode, sizeof mode);
    std::memcpy(bytes.data() + sizeof(seg6_iptunnel_encap), &header, sizeof header);
    std::memcpy(bytes.data() + kEncapBytes - kSegmentBytes, segment.bytes().data(), kSegmentBytes);
    return bytes;
}

std::optional<IpAddress> segment_in(nlattr* encap) {
    std::array<nlattr*, SEG6_IPTUNNEL_MAX + 1> parts{};
    if (nla_parse_nested(parts.data(), SEG6_IPTUNNEL_MAX, encap, nullptr) != 0) return {};
    const auto* const header = parts[SEG6_IPTUNNEL_SRH];
    if (!header || nla_len(header) != static_cast<int>(kEncapBytes)) return {};
    const auto* const bytes = static_cast<const std::uint8_t*>(nla_data(header));
    int mode = 0;
    std::memcpy(&mode, bytes, sizeof mode);
    if (mode != SEG6_IPTUN_MODE_ENCAP_RED) return {};
    return *IpAddress::from_bytes({bytes + kEncapBytes - kSegmentBytes, kSegmentBytes});
}

/// With this next hop End.DX4 looks for a route to the inner packet's destination.
constexpr std::uint32_t kDestinationInside = INADDR_ANY;

/// The family of what is unwrapped into the main table.
std::optional<Family> unwrapped_in(nlattr* encap) {
    std::array<nlattr*, SEG6_LOCAL_MAX + 1> parts{};
    if (nla_parse_nested(parts.data(), SEG6_LOCAL_MAX, encap, nullptr) != 0) return {};
    const auto is = [&](int part, std::uint32_t value) {
        return parts[static_cast<std::size_t>(part)] &&
               nla_get_u32(parts[static_cast<std::size_t>(part)]) == value;
    };
    if (is(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_DT6) && is(SEG6_LOCAL_TABLE, RT_TABLE_MAIN)) {
        return Family::kIpv6;
    }
    if (is(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_DX4) &&
        is(SEG6_LOCAL_NH4, kDestinationInside)) {
        return Family::kIpv4;
    }
    return {};
}

NetlinkMessage generic_message(int family, std::uint8_t command, std::uint8_t version) {
    auto message = make_netlink_message(family, 0);
    genlmsghdr header{};
    header.cmd = command;
    header.version = version;
    nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO);
    return message;
}

/// Attributes of a generic netlink message, behind its genlmsghdr.
template <std::size_t size>
std::array<nlattr*, size> generic_attributes(const nlmsghdr& message) {
    std::array<nlattr*, size> attributes{};
    auto* const header = const_cast<nlmsghdr*>(&message);
    nlmsg_parse(header, GENL_HDRLEN, attributes.data(), static_cast<int>(size) - 1, nullptr);
    return attributes;
}

/// The number under which SEG6 is registered with generic netlink.
Result<int> seg6_family(NetlinkSocket& socket) {
    const auto message = generic_message(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
    nla_put_string(message.get(), CTRL_ATTR_FAMILY_NAME, SEG6_GENL_NAME);
    int family = 0;
    const auto read = socket.read(message, [&](const nlmsghdr& answer) {
        const auto attributes = generic_attributes<CTRL_ATTR_MAX + 1>(answer);
        if (attributes[CTRL_ATTR_FAMILY_ID]) family = nla_get_u16(attributes[CTRL_ATTR_FAMILY_ID]);
    });
    if (!read || family == 0) {
        return Error{
            "this kernel has no SRv6 (CONFIG_IPV6_SEG6_LWTUNNEL), which the data plane seg6 needs"};
    }
    return family;
}

}  // namespace

void put_seg6(nl_msg* message, const NexthopUse& use) {
    const std::uint16_t type = use.segment ? LWTUNNEL_ENCAP_SEG6 : LWTUNNEL_ENCAP_SEG6_LOCAL;
    nla_put_u16(message, NHA_ENCAP_TYPE, type);
    auto* const nest = nla_nest_start(message, NHA_ENCAP | NLA_F_NESTED);
    if (use.segment) {
        assert(use.segment->family() == Family::kIpv6);
        const auto bytes = encap_bytes(*use.segment);
        nla_put(message, SEG6_IPTUNNEL_SRH, static_cast<int>(bytes.size()), bytes.data());
    } else if (use.family == Family::kIpv4) {
        nla_put_u32(message, SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_DX4);
        nla_put_u32(message, SEG6_LOCAL_NH4, kDestinationInside);
    } else {
        nla_put_u32(message, SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_DT6);
        nla_put_u32(message, SEG6_LOCAL_TABLE, RT_TABLE_MAIN);
    }
    nla_nest_end(message, nest);
}

std::optional<NexthopUse> read_seg6(Family family, const nlattr* encap_type, nlattr* encap) {
    if (!encap_type || !encap) return {};
    const auto type = nla_get_u16(encap_type);
    if (type == LWTUNNEL_ENCAP_SEG6) {
        if (auto segment = segment_in(encap)) return NexthopUse{family, segment};
    } else if (type == LWTUNNEL_ENCAP_SEG6_LOCAL && family == Family::kIpv6) {
        if (const auto inside = unwrapped_in(encap)) return NexthopUse{*inside, std::nullopt};
    }
    return {};
}

Result<void> set_tunnel_source(const IpAddress& source) {
    assert(source.family() == Family::kIpv6);
    auto socket = NetlinkSocket::open(NETLINK_GENERIC);
    if (!socket) return Error{socket.error()};
    const auto family = seg6_family(*socket);
    if (!family) return Error{family.error()};
    const auto message = generic_message(*family, SEG6_CMD_SET_TUNSRC, SEG6_GENL_VERSION);
    nla_put(message.get(), SEG6_ATTR_DST, static_cast<int>(source.bytes().size()),
            source.bytes().data());
    const auto answer = socket->request(message);
    if (answer.error) {
        return Error{"setting the tunnel source " + source.text() + ": " + answer.reason()};
    }
    return {};
}

Result<void> find_seg6() {
    auto socket = NetlinkSocket::open(NETLINK_GENERIC);
    if (!socket) return Error{socket.error()};
    const auto family = seg6_family(*socket);
    return family ? Result<void>() : Error{family.error()};
}

}  // namespace mobility
