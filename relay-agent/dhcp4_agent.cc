// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads a batch from whichever socket has one and relays it message by message. A link is known by
// its number in the configuration, its sockets by their descriptor.
#include "relay-agent/dhcp4_agent.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "relay-agent/dhcp4_exchange.h"
#include "relay-agent/dhcp4_messages.h"
#include "relay-agent/dhcp4_sockets.h"
#include "relay-agent/own_addresses.h"
#include "relay-agent/relay_messages.h"
#include "relay-agent/socket_address.h"
#include "relay-agent/sockets.h"
#include "relay-agent/udp4_packet.h"

namespace mobility {
namespace {

/// Those that servers answer to, that they see as our source, or that clients take for a server's;
/// each once.
std::vector<IpAddress> own_addresses_of(const RelayConfig& config) {
    std::vector<IpAddress> addresses;
    const auto add = [&](const IpAddress& address) {
        if (std::ranges::find(addresses, address) == addresses.end()) {
            addresses.push_back(address);
        }
    };
    for (const AccessInterface& interface : config.access_interfaces) {
        if (interface.dhcp4) {
            add(interface.dhcp4->giaddr);
        }
    }
    if (config.dhcp4->source_address) {
        add(*config.dhcp4->source_address);
    }
    if (config.dhcp4->server_identifier_override) {
        add(*config.dhcp4->server_identifier_override);
    }
    return addresses;
}

IpAddress source_of(const Received& received) {
    return from_in_addr(reinterpret_cast<const sockaddr_in*>(received.from)->sin_addr);
}

}  // namespace

Result<std::unique_ptr<Dhcp4Agent>> Dhcp4Agent::open(const RelayConfig& config, Log& log,
                                                     std::shared_ptr<Attestor> attestor) {
    if (!config.dhcp4) {
        return std::unique_ptr<Dhcp4Agent>();
    }
    std::vector<Link> links;
    for (const AccessInterface& interface : config.access_interfaces) {
        Link& link = links.emplace_back();
        link.name = interface.name;
        if (interface.dhcp4) {
            auto socket = open_dhcp4_packet_socket();
            if (!socket) {
                return Error{"interface " + interface.name + ": " + socket.error()};
            }
            link.socket = std::move(*socket);
        }
    }
    std::vector<Own> own;
    for (const IpAddress& address : own_addresses_of(config)) {
        auto socket = open_dhcp4_udp_socket(address);
        if (!socket) {
            return Error{socket.error()};
        }
        own.push_back({address, std::move(*socket)});
    }
    auto agent =
        std::unique_ptr<Dhcp4Agent>(new Dhcp4Agent(config, log, std::move(links), std::move(own)));
    agent->attestor_ = std::move(attestor);
    return agent;
}

Dhcp4Agent::Dhcp4Agent(const RelayConfig& config, Log& log, std::vector<Link> links,
                       std::vector<Own> own)
    : log_(log), relay_(config), links_(std::move(links)), own_(std::move(own)) {
    look();
    look_at_addresses();
}

std::vector<int> Dhcp4Agent::descriptors() const {
    std::vector<int> all;
    for (const Link& link : links_) {
        if (link.socket.get() >= 0) {
            all.push_back(link.socket.get());
        }
    }
    for (const Own& own : own_) {
        all.push_back(own.socket.get());
    }
    return all;
}

Result<void> Dhcp4Agent::can_follow(const Dhcp4Agent* running, const RelayConfig& config) {
    if (config.dhcp4.has_value() != (running != nullptr)) {
        return Error{"section dhcp4 " + std::string(config.dhcp4 ? "is new" : "is gone") +
                     ": that takes a restart"};
    }
    return running ? running->has_sockets_for(config) : Result<void>();
}

Result<void> Dhcp4Agent::has_sockets_for(const RelayConfig& config) const {
    for (const AccessInterface& interface : config.access_interfaces) {
        const auto link = std::ranges::find(links_, interface.name, &Link::name);
        if (interface.dhcp4 && (link == links_.end() || link->socket.get() < 0)) {
            return Error{"interface " + interface.name +
                         ": its DHCPv4 was not configured at the start"};
        }
    }
    for (const IpAddress& address : own_addresses_of(config)) {
        if (socket_of(address) < 0) {
            return Error{"address " + address.text() + " was not configured at the start"};
        }
    }
    return {};
}

/// Sockets that this configuration has no use for are kept for the next one, except those of links.
void Dhcp4Agent::reconfigure(const RelayConfig& config) {
    std::vector<Link> links;
    for (const AccessInterface& interface : config.access_interfaces) {
        const auto known = std::ranges::find(links_, interface.name, &Link::name);
        Link& link = links.emplace_back();
        if (interface.dhcp4 && known != links_.end()) {
            link = std::move(*known);
        }
        link.name = interface.name;
    }
    links_ = std::move(links);
    relay_ = Dhcp4Relay(config);
    look();
    look_at_addresses();
}

void Dhcp4Agent::look() {
    for (Link& link : links_) {
        if (link.socket.get() < 0) {
            continue;
        }
        const unsigned index = interface_index(link.socket.get(), link.name.c_str());
        if (index == link.index) {
            continue;
        }
        link.index = 0;
        if (index == 0) {
            continue;
        }
        const auto listening = listen_on(link.socket.get(), index, ETHERTYPE_IP);
        if (listening) {
            link.index = index;
        } else if (!link.told) {
            log_.write(kRelayDhcp4InterfaceUnusable, link.name + ": " + listening.error());
        }
        link.told = !listening;
    }
}

void Dhcp4Agent::look_at_addresses() {
    const auto addresses = read_own_ipv4_addresses();
    if (!addresses) {
        return;
    }
    const std::unordered_set<IpAddress> present(addresses->begin(), addresses->end());
    for (Own& own : own_) {
        const bool absent = !present.contains(own.address);
        if (absent && !own.told) {
            log_.write(kRelayDhcp4AddressAbsent, own.address.text());
        }
        own.told = absent;
    }
    relay_.set_own_addresses(present);
}

std::optional<std::size_t> Dhcp4Agent::find_link(unsigned interface_index) const {
    const auto found = std::ranges::find(links_, interface_index, &Link::index);
    return interface_index == 0 || found == links_.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - links_.begin()));
}

int Dhcp4Agent::socket_of(const IpAddress& address) const {
    const auto found = std::ranges::find(own_, address, &Own::address);
    return found == own_.end() ? -1 : found->socket.get();
}

void Dhcp4Agent::receive(int descriptor, Instant now) {
    now_ = now;
    for (std::size_t link = 0; link < links_.size(); ++link) {
        if (links_[link].socket.get() == descriptor) {
            receive_packets(link);
            return;
        }
    }
    receive_datagrams(descriptor);
}

void Dhcp4Agent::receive_packets(std::size_t link) {
    const std::size_t count = received_.receive(links_[link].socket.get());
    for (std::size_t i = 0; i < count; ++i) {
        relay_packet(link, received_[i]);
    }
}

void Dhcp4Agent::relay_packet(std::size_t link, const Received& received) {
    const auto packet = parse_udp4_packet(received.bytes);
    if (!packet || received.truncated) {
        discard({Dhcp4Reason::kMalformed, packet ? "truncated" : packet.error()}, link, kNoIpv4);
    } else if (!received.checksum_trusted && !udp4_checksum_is_right(*packet)) {
        discard({Dhcp4Reason::kBadChecksum, "in a whole packet"}, link, packet->source);
    } else {
        relay_up({link, packet->source, packet->payload});
    }
}

void Dhcp4Agent::receive_datagrams(int descriptor) {
    const std::size_t count = received_.receive(descriptor);
    for (std::size_t i = 0; i < count; ++i) {
        const Received received = received_[i];
        if (const auto link = find_link(received.interface_index)) {
            relay_up({*link, source_of(received), received.bytes, true});
        } else {
            relay_down({source_of(received), received.bytes});
        }
    }
}

void Dhcp4Agent::relay_up(const Dhcp4FromAccess& message) {
    const auto result = relay_.relay_from_access(message, message_);
    if (const auto* const discarded = std::get_if<Dhcp4Discarded>(&result)) {
        discard(*discarded, message.access_interface, message.source);
        return;
    }
    const auto relayed = std::get<Dhcp4Relayed>(result);
    if (relayed == Dhcp4Relayed::kFromClientWithoutAgentOption) {
        ++counters_.without_agent_option;
        log_.write_limited(kRelayDhcp4WithoutAgentOption, now_, [&] {
            return links_[message.access_interface].name + ": " +
                   std::to_string(message.message.size()) + " bytes";
        });
    }
    attest();
    ++(relayed == Dhcp4Relayed::kFromLowerRelay ? counters_.relayed_messages_relayed
                                                : counters_.client_messages_relayed);
    const Dhcp4Config& config = relay_.config();
    const IpAddress& source =
        config.source_address.value_or(relay_.link(message.access_interface)->giaddr);
    for (const Dhcp4Server& server : config.servers) {
        const sockaddr_in to = to_ipv4_socket_address(server.address, server.port);
        const auto sent = sendto(socket_of(source), message_.data(), message_.size(), 0,
                                 reinterpret_cast<const sockaddr*>(&to), sizeof to);
        ++counters_.datagrams_sent;
        if (sent < 0) {
            discard(
                {Dhcp4Reason::kNotSent, std::strerror(errno) + (" to " + server.address.text())},
                {}, source);
        }
    }
}

void Dhcp4Agent::attest() {
    if (!attestor_) {
        return;
    }
    for (const RelayedExchange& exchange : dhcp4_exchanges_in(message_)) {
        if (!attestor_->attest(exchange, now_)) {
            ++counters_.not_attested;
            log_.write_limited(kRelayNotAttested, now_, [&] { return attestor_->path(); });
        }
    }
}

void Dhcp4Agent::relay_down(const Dhcp4FromCore& message) {
    const auto result = relay_.relay_from_core(message, message_);
    if (const auto* const discarded = std::get_if<Dhcp4Discarded>(&result)) {
        discard(*discarded, {}, message.source);
        return;
    }
    const auto& to = std::get<Dhcp4ToClient>(result);
    if (links_[to.access_interface].index == 0) {
        discard({Dhcp4Reason::kInterfaceAbsent, "for " + to.destination.text()},
                to.access_interface, message.source);
        return;
    }
    send_to_client(to);
    ++counters_.replies_relayed;
}

void Dhcp4Agent::send_to_client(const Dhcp4ToClient& to) {
    const Link& link = links_[to.access_interface];
    const IpAddress& own = relay_.config().server_identifier_override.value_or(
        relay_.link(to.access_interface)->giaddr);
    write_udp4_packet(own, kDhcp4ServerPort, to.destination, kDhcp4ClientPort, message_, packet_);
    sockaddr_ll destination{};
    destination.sll_family = AF_PACKET;
    destination.sll_protocol = htons(ETHERTYPE_IP);
    destination.sll_ifindex = static_cast<int>(link.index);
    destination.sll_halen = ETH_ALEN;
    std::memset(destination.sll_addr, 0xff, ETH_ALEN);
    std::ranges::copy(to.link_layer, destination.sll_addr);
    if (sendto(link.socket.get(), packet_.data(), packet_.size(), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&destination), sizeof destination) < 0) {
        discard({Dhcp4Reason::kNotSent, std::strerror(errno) + (" to " + to.destination.text())},
                to.access_interface, own);
    }
}

void Dhcp4Agent::discard(const Dhcp4Discarded& discarded, std::optional<std::size_t> link,
                         const IpAddress& source) {
    ++counters_[discarded.reason];
    log_.write_limited(discard_message(discarded.reason), now_, [&] {
        const std::string place = link ? links_[*link].name + ": " : "";
        return place + "from " + source.text() + ": " + discarded.text;
    });
}

void Dhcp4Agent::count_dropped(Instant now) {
    std::uint64_t from_access = 0;
    for (const Link& link : links_) {
        from_access += link.socket.get() < 0 ? 0 : packets_dropped(link.socket.get());
    }
    std::uint64_t from_core = 0;
    for (Own& own : own_) {
        const std::uint64_t all = datagrams_dropped(own.socket.get());
        from_core += all - own.dropped;
        own.dropped = all;
    }
    counters_.dropped_by_kernel_from_access += from_access;
    counters_.dropped_by_kernel_from_core += from_core;
    if (from_access + from_core != 0) {
        log_.write_limited(kRelayDhcp4DroppedByKernel, now, [&] {
            return std::to_string(from_access) + " from access links, " +
                   std::to_string(from_core) + " from the core";
        });
    }
}

void Dhcp4Agent::tell_counters() { log_.write(kRelayDhcp4Counters, text(counters_)); }

}  // namespace mobility
