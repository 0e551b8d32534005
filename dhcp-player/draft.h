// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A datagram taken apart so that any part of it can be made wrong, lengths included.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

using ByteVector = std::vector<std::uint8_t>;

struct DraftOption {
    std::uint16_t code = 0;
    ByteVector data;
    /// What the length field says when that is not the truth.
    std::optional<std::uint16_t> length;
};

/// A client message, or one relay header, with its options in order.
struct DraftMessage {
    /// Type and transaction-id (4 bytes), or the relay header (34 bytes).
    ByteVector header;
    std::vector<DraftOption> options;
    /// Behind the last option.
    ByteVector tail;

    /// The first of this code; adds an empty one where there is none.
    DraftOption& option(Dhcp6OptionCode code);
    void remove(Dhcp6OptionCode code);
    void add(Dhcp6OptionCode code, ByteVector data);
    /// The first of this code once more, behind all others.
    void repeat(Dhcp6OptionCode code);

    ByteVector bytes() const;
};

/// A client message within one Relay-forward.
struct Draft {
    /// Without its Relay Message option: that comes from `client`.
    DraftMessage relay;
    DraftMessage client;
    /// More relay headers around the whole, each a copy of `relay` with a higher hop count.
    unsigned further_levels = 0;
    /// Done to the Relay Message option when `client` has been put into it.
    std::function<void(std::vector<DraftOption>& relay_options)> finish;
    /// Done to the bytes at last.
    std::function<void(ByteVector& datagram)> spoil;

    /// Of a valid Relay-forward around a client message (not around another Relay-forward).
    static Draft of(Bytes relay_forward);
    /// Of a valid client message alone.
    static Draft of_client(Bytes message);

    ByteVector relay_forward() const;
};

/// The bytes of one option, for options inside options.
ByteVector option_bytes(std::uint16_t code, const ByteVector& data);
ByteVector address_bytes(std::string_view address);
ByteVector operator+(ByteVector a, const ByteVector& b);

}  // namespace mobility::player
