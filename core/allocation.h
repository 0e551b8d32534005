// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an authority says of one MN: LMA Allocation in the NETLMM overview.
#pragma once

#include "core/mobility_event.h"

namespace mobility {

struct Allocation {
    MnId mn;
    bool granted = true;  ///< it may be served

    bool operator==(const Allocation&) const = default;
};

}  // namespace mobility
