// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The DHCPv4 half of the relay agent's loop: sockets in, Dhcp4Relay, sockets out. Belongs to
// RelayAgent and lives on its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/result.h"
#include "daemon/log.h"
#include "relay-agent/attestor.h"
#include "relay-agent/datagrams.h"
#include "relay-agent/descriptor.h"
#include "relay-agent/dhcp4_relay.h"

namespace mobility {

class Dhcp4Agent {
public:
    /// Opens every socket; needs CAP_NET_RAW, CAP_NET_BIND_SERVICE and better CAP_NET_ADMIN. What
    /// is done later needs none of them. Null when `config` has no section dhcp4. `attestor`: who
    /// is told of what is relayed; null: nobody.
    static Result<std::unique_ptr<Dhcp4Agent>> open(const RelayConfig& config, Log& log,
                                                    std::shared_ptr<Attestor> attestor);

    /// All to wait for.
    std::vector<int> descriptors() const;
    /// One of them can be read.
    void receive(int descriptor, Instant now);

    /// Whether what `running` does can become what `config` says. An error names what has no
    /// socket, and cannot have one any more. DHCPv4 is neither begun nor ended like this: null
    /// stays null.
    static Result<void> can_follow(const Dhcp4Agent* running, const RelayConfig& config);
    /// To one that it can follow.
    void reconfigure(const RelayConfig& config);

    /// Looks which access interfaces exist, and listens on new ones. Four times a second.
    void look();
    /// Looks whether giaddrs are there. Once a second.
    void look_at_addresses();
    void count_dropped(Instant now);
    /// Writes them to the log.
    void tell_counters();

private:
    /// An access interface; without giaddr it has no socket.
    struct Link {
        std::string name;
        Descriptor socket;
        unsigned index = 0;
        bool told = false;
    };
    /// An address of ours, and its port 67.
    struct Own {
        IpAddress address;
        Descriptor socket;
        std::uint64_t dropped = 0;
        bool told = false;
    };

    Dhcp4Agent(const RelayConfig& config, Log& log, std::vector<Link> links, std::vector<Own> own);

    Result<void> has_sockets_for(const RelayConfig& config) const;
    std::optional<std::size_t> find_link(unsigned interface_index) const;
    int socket_of(const IpAddress& own) const;
    void receive_packets(std::size_t link);
    void receive_datagrams(int descriptor);
    void relay_packet(std::size_t link, const Received& received);
    void relay_up(const Dhcp4FromAccess& message);
    /// What `message_` says of mobility.
    void attest();
    void relay_down(const Dhcp4FromCore& message);
    void send_to_client(const Dhcp4ToClient& to);
    void discard(const Dhcp4Discarded& discarded, std::optional<std::size_t> link,
                 const IpAddress& source);

    Log& log_;
    Dhcp4Relay relay_;
    std::vector<Link> links_;
    std::vector<Own> own_;
    Dhcp4Counters counters_;
    ReceiveBatch received_;
    std::shared_ptr<Attestor> attestor_;
    /// The message that is about to leave, and for clients the packet around it.
    std::vector<std::uint8_t> message_;
    std::vector<std::uint8_t> packet_;
    /// When the batch in hand arrived.
    Instant now_{};
};

}  // namespace mobility
