// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wraps and unwraps, one header for each relay agent.
#include "dhcp-player/relay_forward.h"

#include <algorithm>
#include <cassert>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {
namespace {

Result<void> check(const RelayHeader& sent, const Dhcp6RelayMessage& got) {
    if (got.type != Dhcp6MessageType::kRelayReply) {
        return Error{"a " + text(got.type) + " came; expected a Relay-reply"};
    }
    if (got.link_address != sent.link_address) {
        return Error{"a Relay-reply with link-address " + got.link_address.text() + "; expected " +
                     sent.link_address.text()};
    }
    if (sent.peer_address && got.peer_address != *sent.peer_address) {
        return Error{"a Relay-reply with peer-address " + got.peer_address.text() + "; expected " +
                     sent.peer_address->text()};
    }
    if (!std::ranges::equal(got.interface_id.value_or(Bytes{}), sent.interface_id)) {
        return Error{"a Relay-reply with another Interface-ID than was sent"};
    }
    return {};
}

}  // namespace

Result<void> write_relay_forward(const RelayChain& chain, const Identity& mn, Bytes message,
                                 std::vector<std::uint8_t>& out,
                                 const std::optional<IpAddress>& from) {
    assert(!chain.empty());
    std::vector<std::uint8_t> inner(message.begin(), message.end());
    for (std::size_t level = 0; level < chain.size(); ++level) {
        const RelayHeader& header = chain[level];
        Dhcp6Writer writer(out);
        writer.relay_message_header(Dhcp6MessageType::kRelayForward,
                                    header.hop_count.value_or(static_cast<std::uint8_t>(level)),
                                    header.link_address,
                                    header.peer_address.value_or(from.value_or(mn.link_local)));
        if (header.client_link_layer) {
            const MacAddress mac = header.client_mac.value_or(mn.mac);
            writer.link_layer_address({.hardware_type = 1, .address = mac.bytes});
        }
        if (!header.interface_id.empty()) {
            writer.interface_id(Bytes(header.interface_id));
        }
        writer.relay_message(inner);
        if (const auto written = writer.finish(); !written) {
            return written;
        }
        if (level + 1 < chain.size()) {
            std::swap(inner, out);
        }
    }
    return {};
}

Result<RelayedAnswer> read_relay_reply(const RelayChain& chain, Bytes datagram) {
    RelayedAnswer answer{{}, datagram};
    for (auto header = chain.rbegin(); header != chain.rend(); ++header) {
        const auto relayed = parse_dhcp6_relay_message(answer.message);
        if (!relayed) {
            return Error{relayed.error()};
        }
        if (const auto checked = check(*header, *relayed); !checked) {
            return Error{checked.error()};
        }
        answer = {relayed->peer_address, relayed->relay_message.data};
    }
    if (is_relay_message(static_cast<Dhcp6MessageType>(answer.message.front()))) {
        return Error{"a Relay-reply with more levels than were sent"};
    }
    return answer;
}

Result<Bytes> innermost_message(Bytes relay_reply) {
    Bytes message = relay_reply;
    do {
        const auto relayed = parse_dhcp6_relay_message(message);
        if (!relayed) {
            return Error{relayed.error()};
        }
        message = relayed->relay_message.data;
    } while (is_relay_message(static_cast<Dhcp6MessageType>(message.front())));
    return message;
}

}  // namespace mobility::player
