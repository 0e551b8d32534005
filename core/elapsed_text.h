// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How long something took, for a line of the log.
#pragma once

#include <string>

#include "core/instant.h"

namespace mobility {

/// "2.4 ms"
std::string elapsed_text(Instant::duration elapsed);

}  // namespace mobility
