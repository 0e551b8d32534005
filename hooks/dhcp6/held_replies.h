// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The other way to hold a DHCPv6 Reply, where the query cannot be parked (hooks/committed.h): the
// Reply itself is taken away from Kea and sent later.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>

#include <memory>

#include "hooks/held_reply.h"

namespace mobility::dhcp6 {

/// `reply`, to a Confirm, is packed; the caller sets NEXT_STEP_DROP. Sending counts in the server's
/// statistics.
std::shared_ptr<HeldReply> take_away(isc::dhcp::Pkt6Ptr reply);

/// What Kea would have done: out of the interface, and counted.
void send_now(isc::dhcp::Pkt6Ptr& reply);

}  // namespace mobility::dhcp6
