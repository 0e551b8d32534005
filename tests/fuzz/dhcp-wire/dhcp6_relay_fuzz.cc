// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to the relay agent, from both sides: whatever it relays holds the message unchanged,
// and what it sent to the servers leads their answer back to where the message came from.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"
#include "relay-agent/dhcp6_relay.h"
#include "relay-agent/udp6_packet.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

const IpAddress kClient = *IpAddress::parse("fe80::c");
const IpAddress kServer = *IpAddress::parse("2001:db8:5::1");
const std::vector<std::uint8_t> kMac{2, 0, 0, 0, 0, 5};

Dhcp6Relay make_relay() {
    RelayConfig config;
    config.access_interfaces = {{"wlan0", *IpAddress::parse("2001:db8:1::1"), "wlan0"},
                                {"wlan1", *IpAddress::parse("2001:db8:2::1"), "wlan1"}};
    config.servers = {{kServer, 547}};
    return Dhcp6Relay(config);
}

const Dhcp6Relay kRelay = make_relay();

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// What the server would send for this Relay-forward: its header and Interface-ID, around `inner`.
std::vector<std::uint8_t> answer(const Dhcp6RelayMessage& forward, Bytes inner) {
    std::vector<std::uint8_t> reply;
    Dhcp6Writer writer(reply);
    writer.relay_message_header(Dhcp6MessageType::kRelayReply, forward.hop_count,
                                forward.link_address, forward.peer_address);
    writer.interface_id(*forward.interface_id);
    writer.relay_message(inner);
    return reply;
}

void fuzz_from_access(Bytes message) {
    std::vector<std::uint8_t> out;
    const FromAccess received{1, kClient, true, Dhcp6LinkLayerAddress{1, kMac}, message};
    if (kRelay.relay_from_access(received, out)) {
        return;
    }
    const auto forward = parse_dhcp6_relay_message(out);
    require(bool(forward), "what is sent to servers is a relay message");
    require(forward->type == Dhcp6MessageType::kRelayForward, "it is a Relay-forward");
    require(same(forward->relay_message.data, message), "it holds the message unchanged");
    require(forward->hop_count <= kDhcp6HopCountLimit, "its hop-count is within the limit");
    const std::vector<std::uint8_t> inner{7, 0, 0, 1};
    const auto reply = answer(*forward, inner);
    const auto relayed = kRelay.relay_from_core({kServer, reply});
    const auto* const to = std::get_if<ToAccess>(&relayed);
    require(to && to->access_interface == 1U && to->peer == kClient && to->port == 546,
            "the answer finds its way back");
    require(same(to->message, inner), "the answer is unchanged");
}

void fuzz_from_core(Bytes message) {
    const auto relayed = kRelay.relay_from_core({kServer, message});
    if (const auto* const to = std::get_if<ToAccess>(&relayed)) {
        require(to->message.data() > message.data() &&
                    to->message.data() + to->message.size() <= message.data() + message.size(),
                "what goes to a client lies in the Relay-reply");
        require(!to->message.empty(), "what goes to a client is not empty");
        require(!to->access_interface || *to->access_interface < 2, "the interface exists");
    }
}

void fuzz_packet(Bytes bytes) {
    if (const auto packet = parse_udp6_packet(bytes)) {
        require(packet->payload.size() + 48 <= bytes.size(), "a payload lies in its packet");
        (void)udp6_checksum_is_right(*packet);
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
