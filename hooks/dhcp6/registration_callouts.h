// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An ADDR-REG-INFORM's way through the hook. Kea 2.2 drops the type unread behind pkt6_receive, so
// all of it happens there, and the answer is our own.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <hooks/callout_handle.h>

#include "hooks/running.h"

namespace mobility::dhcp6 {

/// At pkt6_receive, for a message of this type while register-addresses is on. What no relay with a
/// usable link-address sent, and what is of the class DROP, is left to Kea.
void take_registration(isc::hooks::CalloutHandle& handle, const isc::dhcp::Pkt6Ptr& inform,
                       Running& running);

/// At pkt6_send: tells a client that asks that addresses can be registered here.
void offer_registration(const isc::dhcp::Pkt6Ptr& query, isc::dhcp::Pkt6& answer,
                        const Running& running);

}  // namespace mobility::dhcp6
