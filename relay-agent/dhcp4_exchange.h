// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a DHCPv4 server reads in a relayed message, for attestation.
#pragma once

#include <vector>

#include "core/mobility_event.h"
#include "dhcp-wire/bytes.h"

namespace mobility {

/// A Request only (no other message places anybody): link selection, else giaddr, with the Agent
/// Circuit-ID, chaddr, xid and secs. One for each name that a server may have for the client: by
/// its client identifier, and by chaddr (Kea's match-client-id false). Mostly these are the same.
std::vector<RelayedExchange> dhcp4_exchanges_in(Bytes relayed);

}  // namespace mobility
