// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The boundary to the clocks: only sessions and programs ask; what they own is told.
#pragma once

#include "core/instant.h"

namespace mobility {

class Clock {
public:
    virtual ~Clock() = default;
    virtual Moment now() const = 0;
};

}  // namespace mobility
