// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv6 as far as the simulation needs it: what an MN says, and what it is answered.
#pragma once

#include <cstdint>
#include <vector>

#include "core/mobility_event.h"

namespace mobility::sim {

struct DhcpMessage {
    enum class Type { kSolicit, kRequest, kConfirm, kRenew, kRebind, kRelease, kDecline };
    Type type = Type::kSolicit;
    std::size_t mn = 0;
    std::uint32_t transaction = 0;
    Milliseconds elapsed{0};
    bool rapid_commit = false;
    bool wants_delegated = false;
    std::vector<Prefix> prefixes;  ///< in its IA_NA and IA_PD options
    // The Relay-forward:
    std::size_t ar = 0;
    std::size_t link = 0;
};

struct DhcpReply {
    enum class Kind { kAdvertise, kSuccess, kNotOnLink, kNoBinding };
    Kind kind = Kind::kSuccess;
    std::size_t mn = 0;
    std::uint32_t transaction = 0;
    std::vector<Prefix> prefixes;
    Seconds valid{0};
    bool keep_times = false;  ///< a Confirm extends nothing
    // The Relay-reply:
    std::size_t ar = 0;
    std::size_t link = 0;
};

}  // namespace mobility::sim
