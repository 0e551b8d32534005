// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a Reply says of a lease that an anchor refused (on-refused: status).
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt4.h>

#include "core/source.h"

namespace mobility::dhcp4 {

/// Before it is packed: makes a DHCPNAK of the answer to a Request (RFC 2131 table 3).
void set_refused(isc::dhcp::Pkt4& reply, const RefusedItem& item);

}  // namespace mobility::dhcp4
