// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wraps MNs' messages as a relay agent would and checks what comes back for it.
#include "dhcp-player/relay_link.h"

#include <algorithm>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {
namespace {

sockaddr_in6 socket_address(const IpAddress& address, std::uint16_t port) {
    sockaddr_in6 socket{};
    socket.sin6_family = AF_INET6;
    socket.sin6_port = htons(port);
    std::ranges::copy(address.bytes(), socket.sin6_addr.s6_addr);
    return socket;
}

}  // namespace

RelayLink::RelayLink(std::string name, RelayPort& port, Path path, RelayHeader header)
    : Link(std::move(name)), port_(port), path_(path), header_(std::move(header)) {
    port_.add(*this);
}

Result<void> RelayLink::say(const Utterance& utterance) {
    RelayPort::Datagram& datagram = port_.next_datagram();
    datagram.source = path_.source;
    datagram.server = socket_address(path_.server, path_.server_port);
    datagram.counters = &counters_;
    ++counters_.sent;
    return write_relay_forward(header_, utterance, datagram.bytes);
}

Result<void> write_relay_forward(const RelayHeader& header, const Utterance& utterance,
                                 std::vector<std::uint8_t>& out) {
    Dhcp6Writer writer(out);
    writer.relay_message_header(Dhcp6MessageType::kRelayForward, header.hop_count,
                                header.link_address,
                                header.peer_address.value_or(utterance.mn.link_local));
    if (header.client_link_layer) {
        const MacAddress mac = header.client_mac.value_or(utterance.mn.mac);
        writer.link_layer_address({.hardware_type = 1, .address = mac.bytes});
    }
    if (!header.interface_id.empty()) {
        writer.interface_id(Bytes(header.interface_id));
    }
    writer.relay_message(utterance.message);
    return writer.finish();
}

std::size_t RelayPort::KeyHash::operator()(const Key& key) const {
    const std::hash<IpAddress> hash;
    return hash(key.source) * 31 + hash(key.link_address);
}

void RelayPort::add(RelayLink& link) {
    links_.emplace(Key{link.path().source, link.header().link_address}, &link);
}

RelayPort::Datagram& RelayPort::next_datagram() {
    if (queued_ == queue_.size()) {
        queue_.emplace_back();
    }
    return queue_[queued_++];
}

void RelayPort::take(Bytes datagram, const IpAddress& sent_to, Instant at,
                     Inhabitants& inhabitants) {
    const auto relayed = parse_dhcp6_relay_message(datagram);
    if (!relayed || relayed->type != Dhcp6MessageType::kRelayReply) {
        for (auto& [key, link] : links_) {
            if (key.source == sent_to) {
                ++link->counters_.malformed;
                link->counters_.latest_failure =
                    relayed ? "a " + text(relayed->type) + " came to it" : relayed.error();
                return;
            }
        }
        return;
    }
    const Bytes id = relayed->interface_id.value_or(Bytes{});
    const auto [begin, end] = links_.equal_range({sent_to, relayed->link_address});
    for (auto it = begin; it != end; ++it) {
        RelayLink& link = *it->second;
        const auto& forced_peer = link.header_.peer_address;
        if (std::ranges::equal(id, link.header_.interface_id) &&
            (!forced_peer || *forced_peer == relayed->peer_address)) {
            ++link.counters_.heard;
            inhabitants.heard(
                {.link = &link,
                 .to = forced_peer ? std::nullopt : std::optional(relayed->peer_address),
                 .message = relayed->relay_message.data,
                 .at = at});
            return;
        }
    }
    for (auto& [key, link] : links_) {
        if (key.source == sent_to) {
            ++link->counters_.malformed;
            link->counters_.latest_failure =
                "a Relay-reply with link-address " + relayed->link_address.text() +
                ", peer-address " + relayed->peer_address.text() + " and " +
                std::to_string(id.size()) + " bytes of Interface-ID, which it never sent";
            return;
        }
    }
}

}  // namespace mobility::player
