// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The relay agent's loop: sockets in, Dhcp6Relay, sockets out. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/result.h"
#include "daemon/log.h"
#include "daemon/signals.h"
#include "relay-agent/access_links.h"
#include "relay-agent/attestor.h"
#include "relay-agent/datagrams.h"
#include "relay-agent/descriptor.h"
#include "relay-agent/dhcp4_agent.h"
#include "relay-agent/dhcp6_relay.h"
#include "relay-agent/direct_answers.h"
#include "relay-agent/sockets.h"

namespace mobility {

class RelayAgent {
public:
    /// Opens every socket; needs CAP_NET_RAW, CAP_NET_BIND_SERVICE and better CAP_NET_ADMIN. What
    /// is done later needs none of them.
    static Result<std::unique_ptr<RelayAgent>> open(const RelayConfig& config, Log& log);

    /// Relays until SIGTERM or SIGINT. `read_config` reads the configuration again at SIGHUP and
    /// may throw a ConfigError. An error when the kernel refuses the loop itself.
    Result<void> run(Signals& signals, const std::function<RelayConfig()>& read_config);

    static constexpr long kTicksPerSecond = 4;

private:
    /// What is known of where a discarded message came from.
    struct Origin {
        std::optional<std::size_t> link;
        std::optional<IpAddress> source;
    };
    struct Sockets {
        Descriptor claim;
        UdpSocket udp;
        Descriptor fragments;
    };

    RelayAgent(const RelayConfig& config, Log& log, Sockets sockets, AccessLinks links);

    Result<Descriptor> watch(const Signals& signals) const;
    Result<void> watch_links(int epoll) const;
    void receive(std::uint64_t socket);
    void receive_packets(std::size_t link);
    void receive_fragments();
    void receive_unicast();
    void relay_packet(std::size_t link, const Received& received);
    void relay_up(const FromAccess& message);
    void wait_for_route_agent(int epoll);
    void tell_route_agent();
    void not_attested();
    void relay_down(const FromCore& message);
    void discard(const Discarded& discarded, const Origin& origin);
    void tick(Instant now);
    void look_at_addresses();
    void count_dropped(Instant now);
    void reload(int epoll, const std::function<RelayConfig()>& read_config);
    std::string name(std::size_t link) const;

    Log& log_;
    Sockets sockets_;
    AccessLinks links_;
    Dhcp6Relay relay_;
    /// Null: no DHCPv4 is relayed.
    std::unique_ptr<Dhcp4Agent> dhcp4_;
    RelayCounters counters_;
    ReceiveBatch received_;
    SendBatch sending_;
    /// Relay-forwards of one batch, until they are sent.
    std::array<std::vector<std::uint8_t>, kBatch> relay_forwards_;
    std::size_t relay_forwards_used_ = 0;
    DirectAnswers direct_;
    /// Null: nobody is told of what is relayed.
    std::shared_ptr<Attestor> attestor_;
    bool waiting_for_route_agent_ = false;
    unsigned ticks_ = 0;
    bool told_of_source_address_ = false;
    /// When the batch in hand arrived.
    Instant now_{};
};

}  // namespace mobility
