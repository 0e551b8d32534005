// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Sorts what arrives on an access link, and frames what MNs say there.
#include "dhcp-player/access_link.h"

#include "dhcp-player/mutation.h"
#include "dhcp-player/neighbour.h"
#include "dhcp-wire/dhcp6_codes.h"

namespace mobility::player {
namespace {

const IpAddress kRelayAgents = *IpAddress::parse(kAllDhcpRelayAgentsAndServers);

}  // namespace

AccessLink::AccessLink(std::string name, std::unique_ptr<FrameDevice> device)
    : Link(std::move(name)), device_(std::move(device)) {}

Result<void> AccessLink::say(const Utterance& utterance) {
    const Ends ends{.from_mac = utterance.mn.mac,
                    .to_mac = multicast_mac(kRelayAgents),
                    .from = utterance.from.value_or(utterance.mn.link_local),
                    .to = kRelayAgents};
    const Mutation* const mutation = utterance.mutation;
    if (mutation && mutation->spoils == Spoils::kRelayHeader) {
        return Error{"mutation " + std::string(mutation->name) +
                     " spoils what a relay agent writes; expected a relay link"};
    }
    const auto spoiled =
        mutation ? mutate_client_message(*mutation, utterance.message) : ByteVector{};
    write_udp_frame(ends, kDhcp6ClientPort, kDhcp6ServerPort,
                    mutation ? Bytes(spoiled) : utterance.message, device_->next_frame());
    ++counters_.sent;
    return {};
}

void AccessLink::announce(const Identity& mn) {
    write_router_solicitation(mn.link_local, mn.mac, device_->next_frame());
}

std::size_t AccessLink::receive(Inhabitants& inhabitants) {
    return device_->receive([&](const ReceivedFrame& frame) { take(frame, inhabitants); });
}

void AccessLink::flush() {
    if (const auto sent = device_->flush(); !sent) {
        ++counters_.send_failures;
        counters_.latest_failure = sent.error();
    }
}

void AccessLink::take(const ReceivedFrame& frame, Inhabitants& inhabitants) {
    const auto packet = parse_frame(frame.bytes);
    if (!packet) {
        malformed(packet.error());
    } else if (packet->next_header == NextHeader::kUdp) {
        take_udp(*packet, frame, inhabitants);
    } else {
        take_icmp6(*packet, frame, inhabitants);
    }
}

void AccessLink::take_udp(const Packet& packet, const ReceivedFrame& frame,
                          Inhabitants& inhabitants) {
    if (packet.ends.to.is_multicast()) {
        return;
    }
    // The answer to a registration comes to the address itself.
    const auto udp = parse_udp(packet, frame.checksum_is_set);
    const bool answer = udp && udp->to_port == kDhcp6ClientPort;
    if (!answer && !packet.ends.to.is_link_local()) {
        inhabitants.packet_arrived(*this, packet.ends.to_mac, packet.ends.to, frame.at);
    } else if (!udp) {
        malformed(udp.error());
    } else if (answer) {
        ++counters_.heard;
        const bool known = inhabitants.heard(
            {.link = this, .to = packet.ends.to, .message = udp->data, .at = frame.at});
        counters_.unmatched += known ? 0 : 1;
    }
}

void AccessLink::take_icmp6(const Packet& packet, const ReceivedFrame& frame,
                            Inhabitants& inhabitants) {
    if (const auto target = solicited_address(packet)) {
        if (const auto mac = inhabitants.resolve(*this, *target)) {
            write_neighbour_advertisement(packet, *target, *mac, device_->next_frame());
            ++counters_.resolved;
        }
    } else if (is_echo_request(packet) && packet.ends.to.is_global() &&
               inhabitants.packet_arrived(*this, packet.ends.to_mac, packet.ends.to, frame.at)) {
        write_echo_reply(packet, packet.ends.to_mac, device_->next_frame());
    }
}

void AccessLink::malformed(const std::string& why) {
    ++counters_.malformed;
    counters_.latest_failure = why;
}

}  // namespace mobility::player
