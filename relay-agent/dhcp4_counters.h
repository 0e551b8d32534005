// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay counts of DHCPv4: messages relayed, and messages discarded by reason.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mobility {

/// Why a DHCPv4 message went no further. Each has a counter and a log message of its own.
enum class Dhcp4Reason : std::uint8_t {
    kMalformed,
    kBadChecksum,
    kHopLimit,
    kOwnSource,
    kUnusableSource,
    kServerMessageFromAccess,
    kForeignAgentOption,
    kNotFromAccess,
    kNotAServer,
    kUnknownLink,
    kUnusableAddress,
    kTooLarge,
    kInterfaceAbsent,
    kNotSent,
};
inline constexpr std::size_t kDhcp4Reasons = 14;

/// "hop-limit": the name of its counter.
const char* text(Dhcp4Reason reason);

struct Dhcp4Discarded {
    Dhcp4Reason reason;
    /// The particulars: which address, which offset.
    std::string text;
};

struct Dhcp4Counters {
    /// From clients, relayed to the servers.
    std::uint64_t client_messages_relayed = 0;
    /// From lower relay agents, relayed to the servers.
    std::uint64_t relayed_messages_relayed = 0;
    /// Datagrams given to the kernel for servers: the sum of the above times the number of servers.
    std::uint64_t datagrams_sent = 0;
    /// From servers, given to the kernel for clients. Of these and the above Dhcp4Reason::kNotSent
    /// counts those that the kernel refused.
    std::uint64_t replies_relayed = 0;
    /// Relayed without Relay Agent Information, for want of room.
    std::uint64_t without_agent_option = 0;
    /// Relayed, and the route agent could not be told.
    std::uint64_t not_attested = 0;
    /// Never seen by the relay, since a socket's buffer was full.
    std::uint64_t dropped_by_kernel_from_access = 0;
    std::uint64_t dropped_by_kernel_from_core = 0;
    std::array<std::uint64_t, kDhcp4Reasons> discarded{};

    std::uint64_t& operator[](Dhcp4Reason reason) {
        return discarded[static_cast<std::size_t>(reason)];
    }
};

/// "client-messages-relayed 12, …": all that say something; discards only where there are any.
std::string text(const Dhcp4Counters& counters);

}  // namespace mobility
