// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Server Identifier of a reply where the relay says which (RFC 5107): Kea 2.2 accepts it in a
// client's message, and writes its own address all the same.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt4.h>

namespace mobility::dhcp4 {

/// Before it is packed: what the client renews with is what its relay wrote into Server Identifier
/// Override. Nothing changes where the query was not relayed, or its relay says nothing usable.
void set_server_identifier(const isc::dhcp::Pkt4& query, isc::dhcp::Pkt4& reply);

}  // namespace mobility::dhcp4
