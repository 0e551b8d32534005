// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Encapsulates what comes from access links, decapsulates what comes from servers. Everything is
// checked to the innermost message before it is passed on: a relay that forwards rubbish lends it
// its own good name.
#include "relay-agent/dhcp6_relay.h"

#include <algorithm>

#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"
#include "relay-agent/shown.h"

namespace mobility {
namespace {

using Type = Dhcp6MessageType;

Discarded malformed_message(const std::string& error) { return {DiscardReason::kMalformed, error}; }

/// Types with the header of section 8; of others only the first byte is known to be a type.
bool has_known_format(Type type) {
    const auto number = static_cast<unsigned>(type);
    return (number >= 1 && number <= 22) || type == Type::kAddrRegInform ||
           type == Type::kAddrRegReply;
}

/// Nothing when a client's or server's message can be walked through.
std::optional<Discarded> check_innermost(Bytes message, std::size_t offset) {
    const auto type = dhcp6_message_type(message, offset);
    if (!type) {
        return malformed_message(type.error());
    }
    if (!has_known_format(*type)) {
        return std::nullopt;
    }
    const auto parsed = parse_dhcp6_message(message, offset);
    return parsed ? std::nullopt : std::optional(malformed_message(parsed.error()));
}

std::optional<Discarded> judge_type_from_access(Type type) {
    if (type == Type::kRelayReply || is_sent_by_servers_only(type)) {
        return Discarded{DiscardReason::kServerMessageFromAccess, text(type)};
    }
    return std::nullopt;
}

/// Checks the levels that a lower relay agent's message holds: as many as may relay, and no more.
/// None of them may name a link of ours: servers, and who attests, believe the innermost.
template <typename IsOwnLink>
std::optional<Discarded> check_nested(const Dhcp6RelayMessage& outermost, IsOwnLink is_own_link) {
    Dhcp6RelayMessage relay = outermost;
    for (unsigned level = 0; level <= kDhcp6HopCountLimit; ++level) {
        if (is_own_link(relay.link_address)) {
            return Discarded{DiscardReason::kOwnSource,
                             "link-address " + relay.link_address.text() + " is our own"};
        }
        const Dhcp6Option inner = relay.relay_message;
        const auto type = dhcp6_message_type(inner.data, inner.offset);
        if (!type) {
            return malformed_message(type.error());
        }
        if (auto discarded = judge_type_from_access(*type)) {
            return discarded;
        }
        if (!is_relay_message(*type)) {
            return check_innermost(inner.data, inner.offset);
        }
        const auto parsed = parse_dhcp6_relay_message(inner.data, inner.offset);
        if (!parsed) {
            return malformed_message(parsed.error());
        }
        relay = *parsed;
    }
    return Discarded{DiscardReason::kHopCountLimit, "more than 9 Relay-forwards in each other"};
}

std::optional<Discarded> finish(const Dhcp6Writer& writer) {
    const auto finished = writer.finish();
    return finished ? std::nullopt
                    : std::optional(Discarded{DiscardReason::kTooLarge, finished.error()});
}

}  // namespace

Dhcp6Relay::Dhcp6Relay(RelayConfig config)
    : config_(std::move(config)), own_link_local_(config_.access_interfaces.size()) {
    for (std::size_t i = 0; i < config_.access_interfaces.size(); ++i) {
        by_interface_id_.emplace(config_.access_interfaces[i].interface_id, i);
    }
}

void Dhcp6Relay::set_own_addresses(const std::vector<OwnAddress>& addresses) {
    own_global_.clear();
    std::ranges::for_each(own_link_local_, [](auto& own) { own.clear(); });
    for (const OwnAddress& own : addresses) {
        if (!own.address.is_link_local()) {
            own_global_.insert(own.address);
            continue;
        }
        for (std::size_t i = 0; i < config_.access_interfaces.size(); ++i) {
            if (config_.access_interfaces[i].name == own.interface) {
                own_link_local_[i].insert(own.address);
            }
        }
    }
}

bool Dhcp6Relay::is_own_on(std::size_t access_interface, const IpAddress& address) const {
    return address.is_link_local() ? own_link_local_[access_interface].contains(address)
                                   : own_global_.contains(address);
}

std::optional<Discarded> Dhcp6Relay::judge_source(const FromAccess& received) const {
    const IpAddress& source = received.source;
    if (source.is_unspecified() || source.is_multicast() || source.is_loopback()) {
        return Discarded{DiscardReason::kUnusableSource, "source " + source.text()};
    }
    if (is_own_on(received.access_interface, source)) {
        return Discarded{DiscardReason::kOwnSource, "source " + source.text() + " is our own"};
    }
    return std::nullopt;
}

std::optional<Discarded> Dhcp6Relay::relay_from_access(
    const FromAccess& received, std::vector<std::uint8_t>& relay_forward) const {
    if (auto discarded = judge_source(received)) {
        return discarded;
    }
    const auto type = dhcp6_message_type(received.message);
    if (!type) {
        return malformed_message(type.error());
    }
    if (auto discarded = judge_type_from_access(*type)) {
        return discarded;
    }
    if (*type == Type::kRelayForward) {
        return relay_from_lower_relay(received, relay_forward);
    }
    if (!received.multicast) {
        return Discarded{DiscardReason::kClientUnicast, text(*type)};
    }
    return relay_from_client(received, relay_forward);
}

/// RFC 9915 section 19.1.1.
std::optional<Discarded> Dhcp6Relay::relay_from_client(
    const FromAccess& received, std::vector<std::uint8_t>& relay_forward) const {
    if (auto discarded = check_innermost(received.message, 0)) {
        return discarded;
    }
    const AccessInterface& interface = config_.access_interfaces[received.access_interface];
    Dhcp6Writer writer(relay_forward);
    writer.relay_message_header(Type::kRelayForward, 0, interface.link_address, received.source);
    writer.interface_id(interface.interface_id);
    if (received.link_layer_source) {
        writer.link_layer_address(*received.link_layer_source);
    }
    writer.relay_message(received.message);
    return finish(writer);
}

/// RFC 9915 section 19.1.2. Link-address is 0 when the lower relay agent has a global address: it
/// has named the client's link itself.
std::optional<Discarded> Dhcp6Relay::relay_from_lower_relay(
    const FromAccess& received, std::vector<std::uint8_t>& relay_forward) const {
    const auto message = parse_dhcp6_relay_message(received.message);
    if (!message) {
        return malformed_message(message.error());
    }
    if (message->hop_count >= kDhcp6HopCountLimit) {
        return Discarded{DiscardReason::kHopCountLimit,
                         "a hop-count of " + std::to_string(message->hop_count)};
    }
    if (auto discarded = check_nested(*message, [this](const IpAddress& link) {
            return std::ranges::find(config_.access_interfaces, link,
                                     &AccessInterface::link_address) !=
                   config_.access_interfaces.end();
        })) {
        return discarded;
    }
    const AccessInterface& interface = config_.access_interfaces[received.access_interface];
    Dhcp6Writer writer(relay_forward);
    writer.relay_message_header(
        Type::kRelayForward, static_cast<std::uint8_t>(message->hop_count + 1),
        received.source.is_global() ? IpAddress() : interface.link_address, received.source);
    writer.interface_id(interface.interface_id);
    writer.relay_message(received.message);
    return finish(writer);
}

/// The link that Interface-ID names, else the only one that link-address names. None when the
/// server gave neither: then the peer's address must lead there.
std::variant<std::optional<std::size_t>, Discarded> Dhcp6Relay::find_interface(
    const Dhcp6RelayMessage& reply) const {
    if (reply.interface_id) {
        const auto found = by_interface_id_.find(
            std::string(reply.interface_id->begin(), reply.interface_id->end()));
        if (found == by_interface_id_.end()) {
            return Discarded{DiscardReason::kUnknownInterface,
                             "Interface-ID " + shown(*reply.interface_id)};
        }
        return found->second;
    }
    if (reply.link_address.is_unspecified()) {
        return std::nullopt;
    }
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < config_.access_interfaces.size(); ++i) {
        if (config_.access_interfaces[i].link_address != reply.link_address) {
            continue;
        }
        if (found) {
            return Discarded{DiscardReason::kUnknownInterface,
                             "no Interface-ID, and several interfaces have link-address " +
                                 reply.link_address.text()};
        }
        found = i;
    }
    if (!found) {
        return Discarded{
            DiscardReason::kUnknownInterface,
            "no Interface-ID, and no interface has link-address " + reply.link_address.text()};
    }
    return found;
}

std::variant<ToAccess, Discarded> Dhcp6Relay::relay_from_core(const FromCore& received) const {
    const auto type = dhcp6_message_type(received.message);
    if (!type) {
        return malformed_message(type.error());
    }
    if (*type != Type::kRelayReply) {
        return Discarded{DiscardReason::kNotFromAccess, text(*type)};
    }
    if (std::ranges::find(config_.servers, received.source, &ServerAddress::address) ==
        config_.servers.end()) {
        return Discarded{DiscardReason::kNotAServer, "no server " + received.source.text()};
    }
    const auto reply = parse_dhcp6_relay_message(received.message);
    if (!reply) {
        return malformed_message(reply.error());
    }
    const Dhcp6Option inner = reply->relay_message;
    const bool to_lower_relay = *dhcp6_message_type(inner.data) == Type::kRelayReply;
    if (to_lower_relay) {
        if (const auto parsed = parse_dhcp6_relay_message(inner.data, inner.offset); !parsed) {
            return malformed_message(parsed.error());
        }
    } else if (auto discarded = check_innermost(inner.data, inner.offset)) {
        return *discarded;
    }
    auto interface = find_interface(*reply);
    if (auto* const discarded = std::get_if<Discarded>(&interface)) {
        return std::move(*discarded);
    }
    auto& via = std::get<std::optional<std::size_t>>(interface);
    const IpAddress& peer = reply->peer_address;
    const bool own = via ? is_own_on(*via, peer) : is_own(peer);
    if (own || peer.is_unspecified() || peer.is_loopback() || peer.is_multicast()) {
        return Discarded{DiscardReason::kUnusablePeer, "peer-address " + peer.text()};
    }
    if (to_lower_relay && peer.is_global()) {
        via.reset();
    } else if (!via) {
        return Discarded{DiscardReason::kUnknownInterface,
                         "neither Interface-ID nor link-address, for peer-address " + peer.text()};
    }
    return ToAccess{via, peer, to_lower_relay ? kDhcp6ServerPort : kDhcp6ClientPort, inner.data};
}

}  // namespace mobility
