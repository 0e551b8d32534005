// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Good bits out of poor ones, for digests. Part of the protocol: docs/control-protocol.md.
#pragma once

#include <cstdint>

namespace mobility {

/// The finaliser of splitmix64: every bit of the value changes every bit of the result.
inline std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 30;
    value *= 0xbf58476d1ce4e5b9u;
    value ^= value >> 27;
    value *= 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

}  // namespace mobility
