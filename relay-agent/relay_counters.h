// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay counts: messages relayed, and messages discarded by reason.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace mobility {

/// Why a message went no further. Each has a counter and a log message of its own.
enum class DiscardReason : std::uint8_t {
    kMalformed,
    kBadChecksum,
    kHopCountLimit,
    kOwnSource,
    kUnusableSource,
    kServerMessageFromAccess,
    kClientUnicast,
    kNotFromAccess,
    kNotAServer,
    kUnknownInterface,
    kUnusablePeer,
    kTooLarge,
    kInterfaceAbsent,
    kNotSent,
};
inline constexpr std::size_t kDiscardReasons = 14;

/// "hop-count-limit": the name of its counter.
const char* text(DiscardReason reason);

struct Discarded {
    DiscardReason reason;
    /// The particulars: which address, which offset.
    std::string text;
};

struct RelayCounters {
    /// From clients, relayed to the servers.
    std::uint64_t client_messages_relayed = 0;
    /// From lower relay agents, relayed to the servers.
    std::uint64_t relay_forwards_relayed = 0;
    /// Datagrams given to the kernel for servers: the sum of the above times the number of servers.
    std::uint64_t relay_forwards_sent = 0;
    /// From servers, given to the kernel for clients and lower relay agents. Of these and the above
    /// DiscardReason::kNotSent counts those that the kernel refused.
    std::uint64_t relay_replies_relayed = 0;
    /// Never seen by the relay, since a socket's buffer was full.
    std::uint64_t dropped_by_kernel_from_access = 0;
    std::uint64_t dropped_by_kernel_from_core = 0;
    /// Relayed, but the route agent did not hear of it.
    std::uint64_t not_attested = 0;
    std::array<std::uint64_t, kDiscardReasons> discarded{};

    std::uint64_t& operator[](DiscardReason reason) {
        return discarded[static_cast<std::size_t>(reason)];
    }
    std::uint64_t operator[](DiscardReason reason) const {
        return discarded[static_cast<std::size_t>(reason)];
    }
};

/// "client-messages-relayed 12, …": all that say something; discards only where there are any.
std::string text(const RelayCounters& counters);

}  // namespace mobility
