// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Confirm's way through the hook, and what it shares with other messages.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <hooks/callout_handle.h>

#include "hooks/running.h"

namespace mobility::dhcp6 {

/// At subnet6_select, whose arguments it uses: verdict, event, and what Kea does next.
void confirm(isc::hooks::CalloutHandle& handle, const isc::dhcp::Pkt6Ptr& query,
             const Attachment& attachment, Running& running);

/// Among the argument "subnet6collection"; nullptr when it has none with this id.
isc::dhcp::Subnet6Ptr find_subnet(const isc::hooks::CalloutHandle& handle, isc::dhcp::SubnetID id);

}  // namespace mobility::dhcp6
