// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a server said: an Advertise, Reply or ADDR-REG-REPLY, read whole and out of its datagram.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "dhcp-player/lease.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

struct Status {
    Dhcp6StatusCode code = Dhcp6StatusCode::kSuccess;
    std::string message;
};

/// An IA of an answer, and the Status Code inside it or inside one of its addresses.
struct AnsweredIa {
    IdentityAssociation ia;
    std::optional<Status> status;
};

struct Answer {
    Dhcp6MessageType type{};
    std::uint32_t transaction_id = 0;
    std::vector<std::uint8_t> client_id;
    std::vector<std::uint8_t> server_id;
    bool rapid_commit = false;
    /// The one outside the IAs.
    std::optional<Status> status;
    std::vector<AnsweredIa> ias;
    /// Of an ADDR-REG-REPLY: what it acknowledges.
    std::optional<Lease> registered;
    /// Addresses can be registered here (RFC 9686 section 4.1).
    bool registers = false;

    /// The one status that a test asks for: the message's own if it is not Success, else the first
    /// of an IA that is not, else Success.
    Status verdict() const;
};

/// An error for a message that is malformed, or of another type than these, and for an
/// ADDR-REG-REPLY without one IA Address.
Result<Answer> read_answer(Bytes message);

}  // namespace mobility::player
