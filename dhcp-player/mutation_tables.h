// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The parts of the table of mutations, in the order of a datagram's bytes.
#pragma once

#include <span>

#include "dhcp-player/mutation.h"

namespace mobility::player {

std::span<const Mutation> relay_header_mutations();
std::span<const Mutation> relay_option_mutations();
std::span<const Mutation> client_message_mutations();
std::span<const Mutation> client_option_mutations();

}  // namespace mobility::player
