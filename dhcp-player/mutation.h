// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The table of ways to spoil a message: what hostile tests send to relay agents and servers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dhcp-player/draft.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

enum class Spoils : std::uint8_t {
    kRelayHeader,    ///< what a relay agent writes: for relay links only
    kClientMessage,  ///< what a client writes: for access links too
};

struct Mutation {
    std::string_view name;
    /// One clause: what is wrong.
    std::string_view what;
    Spoils spoils;
    void (*change)(Draft&);
};

/// A mutation's number is its place in this list, from 1; it may change when the list grows, its
/// name does not.
std::span<const Mutation> mutations();
/// By its name, or its number as text; null when there is none.
const Mutation* find_mutation(std::string_view name_or_number);

std::vector<std::uint8_t> mutate_relay_forward(const Mutation& mutation, Bytes relay_forward);
/// Of one that spoils the client message.
std::vector<std::uint8_t> mutate_client_message(const Mutation& mutation, Bytes message);

}  // namespace mobility::player
