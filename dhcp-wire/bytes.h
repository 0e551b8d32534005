// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The bytes of a datagram, and how errors of both families' readers speak of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"

namespace mobility {

using Bytes = std::span<const std::uint8_t>;

/// "offset 34: IA_NA (3) has 3 bytes, expected at least 12": the form of every error here.
inline Error malformed(std::size_t offset, const std::string& what) {
    return {"offset " + std::to_string(offset) + ": " + what};
}

}  // namespace mobility
