// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Neighbour discovery (RFC 4861) and echo (RFC 4443) of a simulated MN.
#include "dhcp-player/neighbour.h"

#include <array>

namespace mobility::player {
namespace {

enum : std::uint8_t {
    kEchoRequest = 128,
    kEchoReply = 129,
    kRouterSolicitation = 133,
    kNeighbourSolicitation = 135,
    kNeighbourAdvertisement = 136,
    kSourceLinkLayerAddress = 1,
    kTargetLinkLayerAddress = 2,
    kSolicited = 0x40,
    kOverride = 0x20,
};

constexpr std::size_t kSolicitationSize = 24;
constexpr std::size_t kTarget = 8;

const IpAddress kAllNodes = *IpAddress::parse("ff02::1");
const IpAddress kAllRouters = *IpAddress::parse("ff02::2");

void append_link_layer_address(std::uint8_t option, const MacAddress& mac,
                               std::vector<std::uint8_t>& message) {
    message.push_back(option);
    message.push_back(1);  // in units of eight bytes
    message.insert(message.end(), mac.bytes.begin(), mac.bytes.end());
}

}  // namespace

std::optional<IpAddress> solicited_address(const Packet& packet) {
    if (packet.next_header != NextHeader::kIcmp6 || packet.payload.size() < kSolicitationSize ||
        packet.payload[0] != kNeighbourSolicitation || packet.payload[1] != 0 ||
        packet.hop_limit != 255) {
        return std::nullopt;
    }
    const IpAddress target = *IpAddress::from_bytes(packet.payload.subspan(kTarget, 16));
    return target.is_multicast() ? std::nullopt : std::optional(target);
}

void write_neighbour_advertisement(const Packet& solicitation, const IpAddress& target,
                                   const MacAddress& mac, std::vector<std::uint8_t>& out) {
    const bool detects_duplicates = solicitation.ends.from.is_unspecified();
    const Ends ends{
        .from_mac = mac,
        .to_mac = detects_duplicates ? multicast_mac(kAllNodes) : solicitation.ends.from_mac,
        .from = target,
        .to = detects_duplicates ? kAllNodes : solicitation.ends.from};
    const auto flags =
        static_cast<std::uint8_t>(detects_duplicates ? kOverride : kSolicited | kOverride);
    std::vector<std::uint8_t> message{kNeighbourAdvertisement, 0, 0, 0, flags, 0, 0, 0};
    message.insert(message.end(), target.bytes().begin(), target.bytes().end());
    append_link_layer_address(kTargetLinkLayerAddress, mac, message);
    write_icmp6_frame(ends, message, out);
}

void write_router_solicitation(const IpAddress& from, const MacAddress& mac,
                               std::vector<std::uint8_t>& out) {
    const Ends ends{
        .from_mac = mac, .to_mac = multicast_mac(kAllRouters), .from = from, .to = kAllRouters};
    std::vector<std::uint8_t> message{kRouterSolicitation, 0, 0, 0, 0, 0, 0, 0};
    append_link_layer_address(kSourceLinkLayerAddress, mac, message);
    write_icmp6_frame(ends, message, out);
}

bool is_echo_request(const Packet& packet) {
    return packet.next_header == NextHeader::kIcmp6 && packet.payload.size() >= 8 &&
           packet.payload[0] == kEchoRequest;
}

void write_echo_reply(const Packet& request, const MacAddress& mac,
                      std::vector<std::uint8_t>& out) {
    std::vector<std::uint8_t> message(request.payload.begin(), request.payload.end());
    message[0] = kEchoReply;
    write_icmp6_frame({.from_mac = mac,
                       .to_mac = request.ends.from_mac,
                       .from = request.ends.to,
                       .to = request.ends.from},
                      message, out);
}

}  // namespace mobility::player
