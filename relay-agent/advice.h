// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a configuration names and this machine has not now. It may come later: --check warns of it,
// and the relay agent waits for it.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "core/ip_address.h"
#include "relay-agent/relay_config.h"

namespace mobility {

struct Machine {
    std::unordered_set<std::string> interfaces;
    std::unordered_set<IpAddress> addresses;  ///< of both families
};

/// A sentence each, with key, value and remedy.
std::vector<std::string> absent_here(const RelayConfig& config, const Machine& machine);

}  // namespace mobility
