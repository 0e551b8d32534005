// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What relay agents write around a client's message, true or not.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-player/identity.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

/// One Relay-forward header and its options (RFC 9915 section 19.1.1, RFC 6939).
struct RelayHeader {
    IpAddress link_address;
    /// Without: the MN's link-local address.
    std::optional<IpAddress> peer_address;
    /// Empty: the option is left out.
    std::vector<std::uint8_t> interface_id;
    /// Without: the number of relay agents below.
    std::optional<std::uint8_t> hop_count;
    /// The Client Link-layer Address option has the MN's MAC, or `client_mac`.
    bool client_link_layer = false;
    std::optional<MacAddress> client_mac;
};

/// The relay agents between an MN and the server, the one next to the MN first. Not empty.
using RelayChain = std::vector<RelayHeader>;

/// Writes the Relay-forward into `out`, which is emptied first. `from`: where the MN speaks from,
/// else its link-local address.
Result<void> write_relay_forward(const RelayChain& chain, const Identity& mn, Bytes message,
                                 std::vector<std::uint8_t>& out,
                                 const std::optional<IpAddress>& from = std::nullopt);

/// What a Relay-reply that answers such a Relay-forward carries to the MN.
struct RelayedAnswer {
    /// As the innermost header says.
    IpAddress peer_address;
    Bytes message;
};
/// An error names what in which header is not what the chain had sent.
Result<RelayedAnswer> read_relay_reply(const RelayChain& chain, Bytes datagram);
/// The message behind all Relay-reply headers, whatever they say. An error where there is none.
Result<Bytes> innermost_message(Bytes relay_reply);

}  // namespace mobility::player
