// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// This machine's addresses of both families, by which a relay agent recognises its own messages,
// and its interfaces.
#pragma once

#include <vector>

#include "core/result.h"
#include "relay-agent/advice.h"
#include "relay-agent/dhcp6_relay.h"

namespace mobility {

/// Of IPv6.
Result<std::vector<OwnAddress>> read_own_addresses();

Result<std::vector<IpAddress>> read_own_ipv4_addresses();

/// All of both families, and the names of all interfaces.
Result<Machine> read_machine();

}  // namespace mobility
