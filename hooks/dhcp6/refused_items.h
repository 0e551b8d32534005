// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a Reply says of items that an anchor refused (on-refused: status). Why these codes:
// hooks/parameters.md.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>

#include <cstdint>
#include <vector>

#include "core/source.h"

namespace mobility::dhcp6 {

/// Before the Reply is packed, to a message of `query_type`: an IA with nothing left carries
/// NoAddrsAvail or NoPrefixAvail (Solicit, Request) or NoBinding (Renew, Rebind); beside what is
/// left of an IA the refused has lifetimes of 0. Other IAs stay as they are.
void set_refused(isc::dhcp::Pkt6& reply, std::uint8_t query_type,
                 const std::vector<RefusedItem>& items);

/// To a Confirm, whose Reply has no IAs (RFC 9915 section 18.3.3): NotOnLink for all of it.
void set_not_on_link(isc::dhcp::Pkt6& reply, const std::vector<RefusedItem>& items);

}  // namespace mobility::dhcp6
