// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Adds giaddr and Relay Agent Information to what comes from access links, takes the latter off
// what comes from servers. Everything is checked to its last option before it is passed on: a relay
// that forwards rubbish lends it its own good name.
#include "relay-agent/dhcp4_relay.h"

#include <algorithm>

#include "dhcp-wire/dhcp4_contents.h"
#include "relay-agent/shown.h"

namespace mobility {
namespace {

using Reason = Dhcp4Reason;

const IpAddress kBroadcast = *IpAddress::parse("255.255.255.255");
constexpr std::size_t kEthernetAddress = 6;
constexpr std::size_t kOptionHeader = 2;

Dhcp4Discarded malformed_message(const std::string& error) { return {Reason::kMalformed, error}; }

/// Overwrites the option with Pads where it is in a field of fixed size, which `out` has at the
/// same place.
void blank(const Dhcp4Options& field, Dhcp4OptionCode code, std::vector<std::uint8_t>& out) {
    for (const Dhcp4Option option : field) {
        if (option.code == code) {
            const auto begin =
                out.begin() + static_cast<std::ptrdiff_t>(option.offset - kOptionHeader);
            std::fill_n(begin, kOptionHeader + option.data.size(), std::uint8_t{0});
        }
    }
}

/// The whole message but for Relay Agent Information, which is not the client's to see (RFC 3046
/// section 2.1).
Result<void> write_stripped(const Dhcp4Message& message, std::vector<std::uint8_t>& out) {
    constexpr auto kTaken = Dhcp4OptionCode::kRelayAgentInformation;
    Dhcp4Writer writer(out);
    writer.header_of(message);
    blank(message.file_options, kTaken, out);
    blank(message.sname_options, kTaken, out);
    for (const Dhcp4Option option : message.options) {
        if (option.code != kTaken) {
            writer.option(option.code, option.data);
        }
    }
    return writer.finish();
}

/// RFC 2131 section 4.1, seen from the client's link. A DHCPNAK goes to all: the client's address
/// is not to be used any more.
IpAddress destination_of(const Dhcp4Message& reply) {
    const Dhcp4Header& header = reply.header;
    if (reply.type == Dhcp4MessageType::kNak) {
        return kBroadcast;
    }
    if (header.ciaddr != kNoIpv4) {
        return header.ciaddr;
    }
    return header.broadcast || header.yiaddr == kNoIpv4 ? kBroadcast : header.yiaddr;
}

/// RFC 3527; nothing where Relay Agent Information selects no link.
std::optional<IpAddress> link_selected_by(const Dhcp4Contents& agent_option) {
    const auto relay = parse_dhcp4_relay_information(agent_option);
    if (!relay || !relay->link_selection) return std::nullopt;
    const auto link = IpAddress::from_bytes(*relay->link_selection);
    return link ? std::optional(*link) : std::nullopt;
}

}  // namespace

Dhcp4Relay::Dhcp4Relay(const RelayConfig& config) : config_(*config.dhcp4) {
    for (const AccessInterface& interface : config.access_interfaces) {
        links_.push_back(interface.dhcp4);
    }
}

/// These are ours also while they are on no interface.
bool Dhcp4Relay::is_own(const IpAddress& address) const {
    return own_.contains(address) || config_.server_identifier_override == address ||
           std::ranges::any_of(links_,
                               [&](const auto& link) { return link && link->giaddr == address; });
}

std::optional<Dhcp4Discarded> Dhcp4Relay::judge_from_access(const Dhcp4FromAccess& received,
                                                            const Dhcp4Message& message) const {
    const IpAddress& source = received.source;
    if (is_own(source)) {
        return Dhcp4Discarded{Reason::kOwnSource, "source " + source.text() + " is our own"};
    }
    if (source != kNoIpv4 && !is_unicast_ipv4(source) && !source.is_link_local()) {
        return Dhcp4Discarded{Reason::kUnusableSource, "source " + source.text()};
    }
    if (message.header.op != Dhcp4Op::kBootRequest || is_sent_by_servers_only(message.type)) {
        return Dhcp4Discarded{Reason::kServerMessageFromAccess, text(message.type)};
    }
    if (message.header.hops > config_.hop_limit) {
        return Dhcp4Discarded{Reason::kHopLimit, "hops " + std::to_string(message.header.hops)};
    }
    const IpAddress& giaddr = message.header.giaddr;
    if (giaddr != kNoIpv4 && is_own(giaddr)) {
        return Dhcp4Discarded{Reason::kOwnSource, "giaddr " + giaddr.text() + " is our own"};
    }
    if (giaddr != kNoIpv4 && !is_unicast_ipv4(giaddr)) {
        return Dhcp4Discarded{Reason::kUnusableSource, "giaddr " + giaddr.text()};
    }
    const auto agent_option = message.find(Dhcp4OptionCode::kRelayAgentInformation);
    if (!agent_option) return std::nullopt;
    if (giaddr == kNoIpv4) {
        return Dhcp4Discarded{Reason::kForeignAgentOption, text(message.type) + " with giaddr 0"};
    }
    // It would select a link of ours, which a lower relay agent has no business with.
    const auto link = link_selected_by(*agent_option);
    if (link && is_own(*link)) {
        return Dhcp4Discarded{Reason::kOwnSource, "link selection " + link->text() + " is our own"};
    }
    return std::nullopt;
}

/// False where there is no room for it.
bool Dhcp4Relay::write_relay_information(const Dhcp4FromAccess& received, Dhcp4Writer& writer,
                                         std::vector<std::uint8_t>& out) const {
    const std::size_t before = out.size();
    writer.relay_information({links_[received.access_interface]->circuit_id, config_.remote_id,
                              config_.server_identifier_override,
                              received.unicast ? kDhcp4UnicastFlag : std::uint8_t{0}});
    if (writer.size() <= kDhcp4MostWithAgentOption) return true;
    out.resize(before);
    return false;
}

/// RFC 1542 section 4.1.1, RFC 3046 section 2.1. What a lower relay agent has said stays: it names
/// the link, and the servers answer it directly.
std::variant<Dhcp4Relayed, Dhcp4Discarded> Dhcp4Relay::relay_from_access(
    const Dhcp4FromAccess& received, std::vector<std::uint8_t>& out) const {
    const auto message = parse_dhcp4_message(received.message);
    if (!message) {
        return malformed_message(message.error());
    }
    if (auto discarded = judge_from_access(received, *message)) {
        return std::move(*discarded);
    }
    const bool from_client = message->header.giaddr == kNoIpv4;
    Dhcp4Writer writer(out);
    writer.header_of(*message);
    writer.set_hops(static_cast<std::uint8_t>(message->header.hops + 1));
    writer.options(message->options);
    auto relayed = Dhcp4Relayed::kFromLowerRelay;
    if (from_client) {
        writer.set_giaddr(links_[received.access_interface]->giaddr);
        relayed = write_relay_information(received, writer, out)
                      ? Dhcp4Relayed::kFromClient
                      : Dhcp4Relayed::kFromClientWithoutAgentOption;
    }
    if (const auto finished = writer.finish(); !finished) {
        return Dhcp4Discarded{Reason::kTooLarge, finished.error()};
    }
    return relayed;
}

std::optional<Dhcp4Discarded> Dhcp4Relay::judge_from_core(const Dhcp4FromCore& received,
                                                          const Dhcp4Message& message) const {
    if (message.header.op != Dhcp4Op::kBootReply || is_sent_by_clients_only(message.type)) {
        return Dhcp4Discarded{Reason::kNotFromAccess, text(message.type)};
    }
    if (std::ranges::find(config_.servers, received.source, &Dhcp4Server::address) ==
        config_.servers.end()) {
        return Dhcp4Discarded{Reason::kNotAServer, "no server " + received.source.text()};
    }
    return std::nullopt;
}

/// For a reply that does not repeat our Relay Agent Information: giaddr must be enough.
std::variant<std::size_t, Dhcp4Discarded> Dhcp4Relay::find_only_link(
    const IpAddress& giaddr) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (!links_[i] || links_[i]->giaddr != giaddr) {
            continue;
        }
        if (found) {
            return Dhcp4Discarded{
                Reason::kUnknownLink,
                "no Agent Circuit ID, and several interfaces have giaddr " + giaddr.text()};
        }
        found = i;
    }
    if (!found) {
        return Dhcp4Discarded{Reason::kUnknownLink, "no interface has giaddr " + giaddr.text()};
    }
    return *found;
}

/// The link that giaddr and Agent Circuit ID name.
std::variant<std::size_t, Dhcp4Discarded> Dhcp4Relay::find_link(const Dhcp4Message& reply) const {
    const IpAddress& giaddr = reply.header.giaddr;
    const auto contents = reply.find(Dhcp4OptionCode::kRelayAgentInformation);
    if (!contents) {
        return find_only_link(giaddr);
    }
    const auto information = parse_dhcp4_relay_information(*contents);
    if (!information) {
        return malformed_message(information.error());
    }
    if (!information->circuit_id) {
        return Dhcp4Discarded{Reason::kUnknownLink, "Relay Agent Information without Circuit ID"};
    }
    const Bytes circuit = *information->circuit_id;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (links_[i] && links_[i]->giaddr == giaddr &&
            std::ranges::equal(links_[i]->circuit_id, circuit, {},
                               [](char c) { return static_cast<std::uint8_t>(c); })) {
            return i;
        }
    }
    return Dhcp4Discarded{Reason::kUnknownLink,
                          "giaddr " + giaddr.text() + ", Agent Circuit ID " + shown(circuit)};
}

/// RFC 1542 section 4.1.2.
std::variant<Dhcp4ToClient, Dhcp4Discarded> Dhcp4Relay::relay_from_core(
    const Dhcp4FromCore& received, std::vector<std::uint8_t>& out) const {
    const auto reply = parse_dhcp4_message(received.message);
    if (!reply) {
        return malformed_message(reply.error());
    }
    if (auto discarded = judge_from_core(received, *reply)) {
        return std::move(*discarded);
    }
    auto link = find_link(*reply);
    if (auto* const discarded = std::get_if<Dhcp4Discarded>(&link)) {
        return std::move(*discarded);
    }
    Dhcp4ToClient to{std::get<std::size_t>(link), destination_of(*reply), {}};
    if (to.destination != kBroadcast) {
        if (!is_unicast_ipv4(to.destination) || is_own(to.destination)) {
            return Dhcp4Discarded{Reason::kUnusableAddress, "for " + to.destination.text()};
        }
        if (reply->header.hardware_type == kHardwareEthernet &&
            reply->header.chaddr.size() == kEthernetAddress) {
            to.link_layer = reply->header.chaddr;
        }
    }
    if (const auto written = write_stripped(*reply, out); !written) {
        return Dhcp4Discarded{Reason::kTooLarge, written.error()};
    }
    return to;
}

}  // namespace mobility
