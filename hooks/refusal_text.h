// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a client may read of a refusal.
#pragma once

#include <string>

#include "core/source.h"

namespace mobility {

/// The code, and the anchor's words where they speak of the client alone: of a hijack or an unknown
/// AR they name others.
std::string text_for_client(const RefusedItem& item);

}  // namespace mobility
