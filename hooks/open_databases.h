// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which lease and host databases the server has open. Kea 2.2 opens those of a new configuration
// before it asks its libraries about it, and goes on with them when it is refused: what is listed
// from there would end the paths of all whom the configuration in force has leases for.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcpsrv/srv_config.h>

#include <optional>
#include <string>

namespace mobility {

/// On Kea's main thread, outside a critical section: opens the databases of `in_force` again if
/// `refused` has named others, or if Kea has no lease database at all any more. `refused`: nullptr
/// if there was none. Returns what is open and what was, if that has changed. Throws what Kea
/// throws when a database cannot be opened.
std::optional<std::string> open_databases_of(isc::dhcp::SrvConfig& in_force,
                                             isc::dhcp::SrvConfig* refused);

}  // namespace mobility
