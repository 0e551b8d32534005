// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a fuzz target says must hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace mobility {

/// Ends the process, which is how a fuzzer learns of a failure.
inline void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

}  // namespace mobility
