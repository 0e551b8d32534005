// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A relay agent with two access links and two servers, and messages as clients, lower relay agents
// and servers would send them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"
#include "relay-agent/dhcp6_relay.h"

namespace mobility {

using Message = std::vector<std::uint8_t>;

inline IpAddress ip(const char* text) { return *IpAddress::parse(text); }

inline const IpAddress kClient = ip("fe80::c");
inline const IpAddress kServer = ip("2001:db8:5::1");
inline const IpAddress kLink1 = ip("2001:db8:1::1");
inline const IpAddress kLink2 = ip("2001:db8:2::1");
inline const IpAddress kLowerLink = ip("2001:db8:77::1");  // of a lower relay agent
inline const Message kMac{2, 0, 0, 0, 0, 5};

inline RelayConfig two_links() {
    RelayConfig config;
    config.access_interfaces = {{"wlan0", kLink1, "wlan0"}, {"wlan1", kLink2, "floor 2"}};
    config.servers = {{kServer, 547}, {ip("2001:db8:5::2"), 547}};
    return config;
}

inline Dhcp6Relay make_relay() {
    Dhcp6Relay relay(two_links());
    relay.set_own_addresses({{ip("fe80::1"), "wlan0"},
                             {ip("fe80::9"), "core"},
                             {kLink1, "wlan0"},
                             {ip("2001:db8:5::a"), "core"}});
    return relay;
}

inline Message client_message(Dhcp6MessageType type) {
    Message message;
    Dhcp6Writer writer(message);
    writer.message(type, 0xabcdef);
    writer.client_id(Message{0, 3, 0, 1, 2, 0, 0, 0, 0, 5});
    return message;
}

/// Around `inner`; `extra` writes further options behind it.
inline Message relay_message(
    Dhcp6MessageType type, std::uint8_t hop_count, const IpAddress& link, const IpAddress& peer,
    Bytes inner, const std::function<void(Dhcp6Writer&)>& extra = [](Dhcp6Writer&) {}) {
    Message message;
    Dhcp6Writer writer(message);
    writer.relay_message_header(type, hop_count, link, peer);
    writer.relay_message(inner);
    extra(writer);
    return message;
}

/// What a server answers to a client on wlan1.
inline Message relay_reply(const IpAddress& peer, Bytes inner) {
    return relay_message(Dhcp6MessageType::kRelayReply, 0, kLink2, peer, inner,
                         [](Dhcp6Writer& writer) { writer.interface_id("floor 2"); });
}

/// A message to ff02::1:2 from a client on wlan0.
inline FromAccess from_client(const Message& message) {
    return {0, kClient, true, Dhcp6LinkLayerAddress{1, kMac}, message};
}

FromAccess from_client(Message&&) = delete;  // it would be gone when the relay reads it

/// "relayed", or the reason why not and its text.
inline std::string verdict(const std::optional<Discarded>& discarded) {
    return discarded ? std::string(text(discarded->reason)) + ": " + discarded->text : "relayed";
}
inline std::string verdict(const std::variant<ToAccess, Discarded>& relayed) {
    const auto* const discarded = std::get_if<Discarded>(&relayed);
    return verdict(discarded ? std::optional(*discarded) : std::nullopt);
}

}  // namespace mobility
