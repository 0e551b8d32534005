// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an MN holds or is offered: leases, grouped as in the messages.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ip_address.h"
#include "dhcp-wire/dhcp6_codes.h"

namespace mobility::player {

/// An address (as its /128) or a delegated prefix; lifetimes in seconds.
struct Lease {
    Prefix prefix;
    std::uint32_t preferred_lifetime = 0;
    std::uint32_t valid_lifetime = 0;
};

/// IA_NA or IA_PD; times in seconds.
struct IdentityAssociation {
    Dhcp6OptionCode code = Dhcp6OptionCode::kIaNa;
    std::uint32_t iaid = 0;
    std::uint32_t t1 = 0;
    std::uint32_t t2 = 0;
    std::vector<Lease> leases;
};

}  // namespace mobility::player
