// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The two ways to hold a DHCPv6 Reply: the query parked at leases6_committed, or the Reply itself
// taken away from Kea and sent later.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <hooks/parking_lots.h>

#include <memory>

#include "hooks/dhcp6/packet_state.h"
#include "hooks/held_reply.h"

namespace mobility::dhcp6 {

/// The query stands in the lot and has been referenced there by the caller, who sets
/// NEXT_STEP_PARK. What is refused is left in `state` for pkt6_send.
std::shared_ptr<HeldReply> parked(isc::hooks::ParkingLotHandlePtr lot, isc::dhcp::Pkt6Ptr query,
                                  std::shared_ptr<PacketState> state);

/// `reply`, to a Confirm, is packed; the caller sets NEXT_STEP_DROP. Sending counts in the server's
/// statistics.
std::shared_ptr<HeldReply> take_away(isc::dhcp::Pkt6Ptr reply);

/// What Kea would have done: out of the interface, and counted.
void send_now(isc::dhcp::Pkt6Ptr& reply);

}  // namespace mobility::dhcp6
