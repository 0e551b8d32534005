// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads the headers of DHCPv6 messages and checks that their options fit.
#include "dhcp-wire/dhcp6_message.h"

#include "dhcp-wire/network_order.h"

namespace mobility {
namespace {

constexpr std::size_t kMessageHeader = 4;
constexpr std::size_t kRelayHeader = 34;
constexpr std::size_t kLinkAddressAt = 2;
constexpr std::size_t kPeerAddressAt = 18;

Error too_short(std::size_t offset, Dhcp6MessageType type, std::size_t have, std::size_t need) {
    return malformed(offset, text(type) + " has " + std::to_string(have) +
                                 " bytes, its header alone " + std::to_string(need));
}

/// The options that the relay header's users need, each at most once.
Result<void> find_relay_options(Dhcp6RelayMessage& message, std::size_t offset) {
    const auto inner = message.options.find_single(Dhcp6OptionCode::kRelayMessage);
    if (!inner) {
        return Error{inner.error()};
    }
    if (!*inner) {
        return malformed(offset, text(message.type) + " has no RELAY_MSG (9)");
    }
    if ((*inner)->data.empty()) {
        return malformed((*inner)->offset, "RELAY_MSG (9) is empty");
    }
    message.relay_message = **inner;
    const auto interface_id = message.options.find_single(Dhcp6OptionCode::kInterfaceId);
    if (!interface_id) {
        return Error{interface_id.error()};
    }
    if (*interface_id) {
        message.interface_id = (*interface_id)->data;
    }
    return {};
}

}  // namespace

Result<Dhcp6MessageType> dhcp6_message_type(Bytes datagram, std::size_t offset) {
    if (datagram.empty()) {
        return malformed(offset, "an empty message");
    }
    return static_cast<Dhcp6MessageType>(datagram[0]);
}

Result<Dhcp6Message> parse_dhcp6_message(Bytes bytes, std::size_t offset) {
    const auto type = dhcp6_message_type(bytes, offset);
    if (!type) {
        return Error{type.error()};
    }
    if (is_relay_message(*type)) {
        return malformed(offset, text(*type) + " where a client's or server's message is expected");
    }
    if (bytes.size() < kMessageHeader) {
        return too_short(offset, *type, bytes.size(), kMessageHeader);
    }
    const auto options =
        Dhcp6Options::check(bytes.subspan(kMessageHeader), offset + kMessageHeader);
    if (!options) {
        return Error{options.error()};
    }
    return Dhcp6Message{*type, read_u32(bytes, 0) & 0xffffff, *options};
}

Result<Dhcp6RelayMessage> parse_dhcp6_relay_message(Bytes bytes, std::size_t offset) {
    const auto type = dhcp6_message_type(bytes, offset);
    if (!type) {
        return Error{type.error()};
    }
    if (!is_relay_message(*type)) {
        return malformed(offset, text(*type) + " where RELAY-FORW or RELAY-REPL is expected");
    }
    if (bytes.size() < kRelayHeader) {
        return too_short(offset, *type, bytes.size(), kRelayHeader);
    }
    const auto options = Dhcp6Options::check(bytes.subspan(kRelayHeader), offset + kRelayHeader);
    if (!options) {
        return Error{options.error()};
    }
    Dhcp6RelayMessage message{*type,
                              bytes[1],
                              *IpAddress::from_bytes(bytes.subspan(kLinkAddressAt, 16)),
                              *IpAddress::from_bytes(bytes.subspan(kPeerAddressAt, 16)),
                              *options,
                              {},
                              {}};
    if (const auto found = find_relay_options(message, offset); !found) {
        return Error{found.error()};
    }
    return message;
}

}  // namespace mobility
