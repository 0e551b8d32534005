// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an MN says: one client message, the same at each retransmission but for its Elapsed Time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/instant.h"
#include "core/result.h"
#include "dhcp-player/lease.h"
#include "dhcp-player/mobile_node.h"

namespace mobility::player {

/// An option with any code and any contents.
struct RawOption {
    Dhcp6OptionCode code{};
    std::vector<std::uint8_t> data;
};

/// What a test makes an MN say instead of the truth.
struct Claims {
    std::optional<std::vector<std::uint8_t>> duid;
    /// In any message; an empty one leaves the Server Identifier out.
    std::optional<std::vector<std::uint8_t>> server_id;
    std::optional<std::uint32_t> iaid;
    /// Addresses (as /128) of the one IA_NA, or prefixes of the one IA_PD: instead of all IAs.
    std::optional<std::vector<Prefix>> addresses;
    std::optional<std::vector<Prefix>> prefixes;
    /// Which IAs to speak of: without, those that the MN asks for.
    std::optional<std::vector<Dhcp6OptionCode>> kinds;
    bool rapid_commit = false;
    /// What to register: a self-made address (as /128) with its lifetimes.
    std::optional<Lease> registers;
    /// Put at the end of the message.
    std::vector<RawOption> options;
};

struct Question {
    Dhcp6MessageType type{};
    std::vector<std::uint8_t> client_id;
    std::vector<std::uint8_t> server_id;
    std::vector<IdentityAssociation> ias;
    bool rapid_commit = false;
    std::optional<Lease> registers;
    std::vector<RawOption> options;
};

/// What the MN would say now (RFC 9915 section 18.2): a Request takes up the offer, or without one
/// speaks of the leases held; every other message speaks of the leases. An error when the message
/// needs an offer, a lease or a server that the MN does not have.
Result<Question> ask(Dhcp6MessageType type, const MobileNode& mn, const Claims& claims);

/// Writes the message into `out`, which is emptied first.
Result<void> write(const Question& question, std::uint32_t transaction_id, Milliseconds elapsed,
                   std::vector<std::uint8_t>& out);

}  // namespace mobility::player
