// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to the relay agent's DHCPv4, from both sides: whatever it relays is DHCP and says where
// it came from, its answer finds the way back, and no client sees Relay Agent Information; what it
// attests a route agent can read.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/wire.h"
#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp-wire/dhcp4_message.h"
#include "dhcp-wire/dhcp4_writer.h"
#include "relay-agent/dhcp4_exchange.h"
#include "relay-agent/dhcp4_relay.h"
#include "relay-agent/udp4_packet.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

const IpAddress kServer = *IpAddress::parse("192.0.2.1");
const IpAddress kGiaddr = *IpAddress::parse("198.51.100.2");
const IpAddress kGateway = *IpAddress::parse("10.0.0.1");
const IpAddress kLink = *IpAddress::parse("2001:db8::1");
constexpr auto kAgentOption = Dhcp4OptionCode::kRelayAgentInformation;

Dhcp4Relay make_relay() {
    RelayConfig config;
    config.access_interfaces = {{"wlan0", kLink, "wlan0", Dhcp4Link{kGiaddr, "wlan0"}},
                                {"wlan1", kLink, "wlan1", Dhcp4Link{kGiaddr, "wlan1"}},
                                {"wlan2", kLink, "wlan2"}};
    config.dhcp4 = Dhcp4Config{{{kServer, 67}}, {}, "ar1", 16, kGateway};
    return Dhcp4Relay(config);
}

const Dhcp4Relay kRelay = make_relay();

/// What the server would send for this: its header as a reply, and its Relay Agent Information.
std::vector<std::uint8_t> answer(const Dhcp4Message& request) {
    Dhcp4Header header = request.header;
    header.op = Dhcp4Op::kBootReply;
    header.ciaddr = kNoIpv4;
    header.yiaddr = *IpAddress::parse("10.0.0.9");
    std::vector<std::uint8_t> reply;
    Dhcp4Writer writer(reply);
    writer.message(header, Dhcp4MessageType::kAck);
    writer.option(kAgentOption, request.find(kAgentOption)->data());
    require(bool(writer.finish()), "an answer fits a datagram");
    return reply;
}

void require_way_back(const Dhcp4Message& relayed) {
    std::vector<std::uint8_t> out;
    const auto reply = answer(relayed);
    const auto result = kRelay.relay_from_core({kServer, reply}, out);
    const auto* const to = std::get_if<Dhcp4ToClient>(&result);
    require(to && to->access_interface == 1, "the answer finds its way back");
    require(to->destination == (relayed.header.broadcast ? *IpAddress::parse("255.255.255.255")
                                                         : *IpAddress::parse("10.0.0.9")),
            "to the client");
}

void fuzz_from_access(Bytes message) {
    std::vector<std::uint8_t> out;
    const auto result = kRelay.relay_from_access({1, kNoIpv4, message}, out);
    const auto* const how = std::get_if<Dhcp4Relayed>(&result);
    if (!how) {
        return;
    }
    const auto before = parse_dhcp4_message(message);
    const auto relayed = parse_dhcp4_message(out);
    require(bool(relayed), "what is sent to servers is DHCP");
    require(relayed->type == before->type && relayed->header.xid == before->header.xid,
            "it is the same message");
    require(relayed->header.hops == before->header.hops + 1 && relayed->header.hops <= 17,
            "hops are counted");
    require(relayed->header.giaddr != kNoIpv4, "giaddr names a link");
    for (const RelayedExchange& exchange : dhcp4_exchanges_in(out)) {
        const auto read = wire::decode_relayed_exchange(wire::encode(exchange));
        require(bool(read), "a route agent can read what is attested");
        require(read->mn == exchange.mn && read->attachment == exchange.attachment,
                "and reads what the relay meant");
    }
    if (*how == Dhcp4Relayed::kFromClient) {
        require(relayed->header.giaddr == kGiaddr, "it is ours");
        require(out.size() <= kDhcp4MostWithAgentOption, "it fits a link");
        const auto said = parse_dhcp4_relay_information(*relayed->find(kAgentOption));
        require(std::ranges::equal(*said->server_identifier_override, kGateway.bytes()),
                "servers learn what clients are to take for them");
        require_way_back(*relayed);
    }
}

void fuzz_from_core(Bytes message) {
    std::vector<std::uint8_t> out;
    const auto result = kRelay.relay_from_core({kServer, message}, out);
    const auto* const to = std::get_if<Dhcp4ToClient>(&result);
    if (!to) {
        return;
    }
    require(to->access_interface < 2, "the link relays DHCPv4");
    require(to->link_layer.empty() || to->link_layer.size() == 6, "the link is Ethernet");
    const auto before = parse_dhcp4_message(message);
    const auto given = parse_dhcp4_message(out);
    require(bool(given), "what a client gets is DHCP");
    require(!given->find(kAgentOption), "no client sees Relay Agent Information");
    for (const Dhcp4Option option : before->options) {
        require(option.code == kAgentOption || given->find(option.code), "all else is there");
    }
}

void fuzz_packet(Bytes bytes) {
    if (const auto packet = parse_udp4_packet(bytes)) {
        require(packet->payload.size() + 28 <= bytes.size(), "a payload lies in its packet");
        (void)udp4_checksum_is_right(*packet);
        fuzz_from_access(packet->payload);
    }
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const mobility::Bytes bytes(data, size);
    mobility::fuzz_from_access(bytes);
    mobility::fuzz_from_core(bytes);
    mobility::fuzz_packet(bytes);
    return 0;
}
