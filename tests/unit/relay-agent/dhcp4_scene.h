// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A relay agent with four access links (two share a giaddr, the last has none) and two servers, and
// DHCPv4 messages as clients, lower relay agents and servers would send them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp-wire/dhcp4_message.h"
#include "dhcp-wire/dhcp4_writer.h"
#include "relay-agent/dhcp4_relay.h"

namespace mobility {

using Message4 = std::vector<std::uint8_t>;

inline IpAddress ip4(const char* text) { return *IpAddress::parse(text); }

inline const IpAddress kServer4 = ip4("192.0.2.1");
inline const IpAddress kGiaddr1 = ip4("198.51.100.1");
inline const IpAddress kGiaddr2 = ip4("198.51.100.2");
inline const IpAddress kLowerRelay = ip4("198.51.100.77");
inline const IpAddress kOwnCore = ip4("192.0.2.65");
inline const IpAddress kAll = ip4("255.255.255.255");
inline const Message4 kMac4{2, 0, 0, 0, 0, 5};

inline RelayConfig four_links() {
    const IpAddress link = ip4("2001:db8:1::1");
    RelayConfig config;
    config.access_interfaces = {{"wlan0", link, "wlan0", Dhcp4Link{kGiaddr1, "wlan0"}},
                                {"wlan1", link, "wlan1", Dhcp4Link{kGiaddr2, "floor 2"}},
                                {"wlan2", link, "wlan2", Dhcp4Link{kGiaddr2, "floor 3"}},
                                {"wlan3", link, "wlan3"}};
    config.dhcp4 = Dhcp4Config{{{kServer4, 67}, {ip4("192.0.2.2"), 67}}, {}, "", 16};
    return config;
}

inline Dhcp4Relay make_relay4(const RelayConfig& config = four_links()) {
    Dhcp4Relay relay(config);
    relay.set_own_addresses({kGiaddr1, kOwnCore, ip4("fe80::1")});
    return relay;
}

inline Dhcp4Header header4(Dhcp4Op op, const std::function<void(Dhcp4Header&)>& change) {
    Dhcp4Header header;
    header.op = op;
    header.xid = 0x12345678;
    header.chaddr = kMac4;
    change(header);
    return header;
}

inline Message4 message4(Dhcp4MessageType type, const Dhcp4Header& header,
                         const std::function<void(Dhcp4Writer&)>& extra) {
    Message4 message;
    Dhcp4Writer writer(message);
    writer.message(header, type);
    extra(writer);
    (void)writer.finish();
    return message;
}

inline void as_it_is(Dhcp4Header&) {}
inline void no_more(Dhcp4Writer&) {}

inline Message4 request4(
    Dhcp4MessageType type, const std::function<void(Dhcp4Header&)>& change = as_it_is,
    const std::function<void(Dhcp4Writer&)>& extra = [](Dhcp4Writer& writer) {
        writer.client_id(kMac4);
    }) {
    return message4(type, header4(Dhcp4Op::kBootRequest, change), extra);
}

/// What a server answers to a client on wlan1, which it offers or gives 10.0.0.9.
inline Message4 reply4(
    Dhcp4MessageType type, const std::function<void(Dhcp4Header&)>& change = as_it_is,
    const std::function<void(Dhcp4Writer&)>& extra = [](Dhcp4Writer& writer) {
        writer.relay_information({"floor 2", ""});
    }) {
    const auto header = header4(Dhcp4Op::kBootReply, [&](Dhcp4Header& reply) {
        reply.giaddr = kGiaddr2;
        reply.yiaddr = ip4("10.0.0.9");
        change(reply);
    });
    return message4(type, header, extra);
}

inline Dhcp4FromAccess from_client4(const Message4& message, std::size_t link = 0) {
    return {link, kNoIpv4, message};
}
Dhcp4FromAccess from_client4(Message4&&, std::size_t link = 0) = delete;

/// "relayed", or the reason why not and its text.
template <typename Relayed>
std::string verdict4(const std::variant<Relayed, Dhcp4Discarded>& result) {
    const auto* const discarded = std::get_if<Dhcp4Discarded>(&result);
    return discarded ? std::string(text(discarded->reason)) + ": " + discarded->text : "relayed";
}

inline std::string as_text(const std::optional<Bytes>& bytes) {
    return bytes ? std::string(bytes->begin(), bytes->end()) : "none";
}

}  // namespace mobility
