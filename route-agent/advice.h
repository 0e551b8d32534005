// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is allowed in a configuration and its inventory, and probably not meant: said by --check,
// and in the log at the start and at each SIGHUP. A sentence each, with key, value and remedy.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/inventory.h"
#include "route-agent/settings.h"

namespace mobility {

/// Why every peer refuses our certificate as things are. No session comes of it, but the kernel is
/// still looked after, and SIGHUP reads a better one.
std::vector<std::string> certificate_faults(const RouteAgentSettings& settings,
                                            const TlsIdentity& identity);

/// What configuration and inventory say against each other.
std::vector<std::string> contradictions(const RouteAgentSettings& settings,
                                        const Inventory& inventory);

/// Interfaces of announcements that are not there: without them the agent does not start.
std::vector<std::string> absent_interfaces(const RouteAgentSettings& settings,
                                           const std::function<bool(const std::string&)>& exists);

}  // namespace mobility
