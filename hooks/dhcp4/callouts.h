// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What happens at each of kea-dhcp4's hook points, in the order in which a packet passes them.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <hooks/callout_handle.h>

#include "hooks/running.h"

namespace mobility::dhcp4 {

/// All run on Kea's threads and never wait; in a multi-threaded server on several at once.
void buffer_received(isc::hooks::CalloutHandle& handle, Running& running);
void packet_received(isc::hooks::CalloutHandle& handle, Running& running);
void select_subnet(isc::hooks::CalloutHandle& handle, Running& running);
void leases_committed(isc::hooks::CalloutHandle& handle, Running& running);
void packet_sending(isc::hooks::CalloutHandle& handle, Running& running);
void lease_expired(isc::hooks::CalloutHandle& handle, Running& running);

}  // namespace mobility::dhcp4
