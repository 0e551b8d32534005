// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an access router is told of a binding, and reports back: the record that travels.
#pragma once

#include <cstdint>
#include <string>

#include "core/mobility_event.h"

namespace mobility {

struct BindingRecord {
    Prefix prefix;
    MnId mn;
    std::uint32_t iaid = 0;
    std::string owner;           ///< lease domain of the source
    Attachment attachment;       ///< empty with sequence 0: keep what the kernel has
    std::uint64_t sequence = 0;  ///< of the owning anchor; grows with every move
    Seconds remaining{0};        ///< for display; no timer runs on it

    bool operator==(const BindingRecord&) const = default;
};

}  // namespace mobility
