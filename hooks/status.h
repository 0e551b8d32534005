// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The answer to the control command mobility-status.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>

#include "hooks/running.h"

namespace mobility {

/// `running` may be nullptr: then the answer says that there is no mobility.
isc::data::ConstElementPtr status_answer(const Running* running);

}  // namespace mobility
