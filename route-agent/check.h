// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// --check: everything that can be known of a configuration without running it.
#pragma once

#include <string>
#include <vector>

namespace mobility {

/// Throws a ConfigError: the agent would not start with it, or every peer would refuse us. Returns
/// what is worth a warning: contradictions that may be meant, and what this machine lacks now.
std::vector<std::string> check_configuration(const std::string& path);

}  // namespace mobility
