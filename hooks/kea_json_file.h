// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kea's configuration files: JSON with comments, trailing commas and includes, as the servers read
// them. Kea's own reader of them is inside its servers.
#pragma once

#include "hooks/json_section.h"

namespace mobility {

/// Throws ConfigurationError naming the file and what is wrong in it, with line and column.
isc::data::ElementPtr read_kea_file(const std::string& path);

/// Comments (#, //, /* */) and commas before a closing bracket become blanks, so that places stay
/// what they are.
std::string plain_json(const std::string& text);

}  // namespace mobility
