// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Answers to clients that have just spoken, in whole frames to the link-layer address that they
// spoke from: past the kernel's neighbour table.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "relay-agent/dhcp6_relay.h"
#include "relay-agent/known_clients.h"

namespace mobility {

/// Owner: the relay agent's one thread.
class DirectAnswers {
public:
    /// What a client said, if a client said it.
    void heard(const FromAccess& message, Instant now);
    /// Our link-local on each access interface is the source of what is sent.
    void set_own_addresses(const std::vector<OwnAddress>& addresses);
    /// To somebody on an access interface. False where the kernel has to find the way: an unknown
    /// client, a lower relay agent, a message that may need fragments, a full device queue.
    bool send(const ToAccess& to, const std::string& interface, unsigned interface_index,
              int packet_socket);
    /// Access interfaces have other numbers now.
    void forget_clients() { clients_.forget_all(); }

private:
    KnownClients clients_;
    std::unordered_map<std::string, IpAddress> link_locals_;  ///< by the interface's name
    std::vector<std::uint8_t> packet_;
};

}  // namespace mobility
