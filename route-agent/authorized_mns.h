// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The file of MNs that may be served (service authorisation): one client identifier per line, made
// by an operator's own systems and read again at SIGHUP.
#pragma once

#include <string>
#include <unordered_set>

#include "core/mobility_event.h"

namespace mobility {

/// Lines as the logs print client identifiers; blank ones, and what follows a #, are nothing. An
/// MN may stand there twice. Throws a ConfigError that names file and line.
std::unordered_set<MnId> read_authorized_mns(const std::string& path);

}  // namespace mobility
