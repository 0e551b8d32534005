// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The beginning of an answer that Kea does not make: it goes back the way the message came.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/duid.h>
#include <dhcp/pkt6.h>

#include <cstdint>

namespace mobility::dhcp6 {

/// Transaction, relay headers, client and server identifier; the rest is the caller's. `server` is
/// Kea's own identifier.
isc::dhcp::Pkt6Ptr make_own_reply(const isc::dhcp::Pkt6Ptr& query, std::uint8_t type,
                                  const isc::dhcp::DuidPtr& server);

/// Kea's identifier; throws where the server has none yet.
isc::dhcp::DuidPtr server_identifier();

}  // namespace mobility::dhcp6
