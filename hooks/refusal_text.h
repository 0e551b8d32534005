// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a client may read of a refusal.
#pragma once

#include <string>
#include <vector>

#include "core/source.h"
#include "hooks/parameters.h"

namespace mobility {

/// The code, and the anchor's words where they speak of the client alone: of a hijack or an unknown
/// AR they name others.
std::string text_for_client(const RefusedItem& item);

/// What becomes of a Reply of whose items these are refused. Where nobody attests one, its client
/// is told nothing: the AR's word may be on its way, or somebody else has spoken in its name.
OnRefused on_refused(OnRefused configured, const std::vector<RefusedItem>& items);

}  // namespace mobility
