// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The two headers of DHCPv6: client/server messages, and Relay-forward/Relay-reply around them.
#pragma once

#include <cstdint>
#include <optional>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

/// A client/server message (RFC 9915 section 8), a view of the datagram.
struct Dhcp6Message {
    Dhcp6MessageType type{};
    /// 24 bits.
    std::uint32_t transaction_id = 0;
    Dhcp6Options options;
};

/// A Relay-forward or Relay-reply (RFC 9915 section 9), a view of the datagram.
struct Dhcp6RelayMessage {
    Dhcp6MessageType type{};
    std::uint8_t hop_count = 0;
    IpAddress link_address;
    IpAddress peer_address;
    Dhcp6Options options;
    /// Contents of the one Relay Message option that must be there: not empty, not looked into.
    Dhcp6Option relay_message;
    /// Contents of the Interface-ID option, where there is one.
    std::optional<Bytes> interface_id;
};

/// The type of a datagram's message. An error when it is empty.
Result<Dhcp6MessageType> dhcp6_message_type(Bytes datagram, std::size_t offset = 0);

/// `offset` is where `bytes` begins in the datagram, for errors about a nested message. An error
/// for a relay message, and where the header or an option does not fit.
Result<Dhcp6Message> parse_dhcp6_message(Bytes bytes, std::size_t offset = 0);

/// An error for any other message, and where the header or an option does not fit, or where the
/// Relay Message option is missing, empty or there twice, or Interface-ID is there twice.
/// One level is read: read `relay_message.data` with its `offset` for the next.
Result<Dhcp6RelayMessage> parse_dhcp6_relay_message(Bytes bytes, std::size_t offset = 0);

}  // namespace mobility
