// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Lease commands that have succeeded, by an operator or by an HA partner: command_processed is the
// only sign of them.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>

#include <string>
#include <vector>

#include "core/mobility_event.h"

namespace mobility {

struct CommandMeaning {
    std::vector<Detached> detached;
    /// Leases have gone that the command does not name one by one: list what is left.
    bool list_again = false;
};

/// Says nothing of a lease that was added or prolonged: nobody knows where its MN is until the MN
/// speaks. `arguments` may be null.
CommandMeaning meaning_of(const std::string& command, const isc::data::ConstElementPtr& arguments);

}  // namespace mobility
