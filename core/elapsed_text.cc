// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// To a tenth of a millisecond.
#include "core/elapsed_text.h"

#include <cstdio>

namespace mobility {

std::string elapsed_text(Instant::duration elapsed) {
    char text[32];
    const auto ms = std::chrono::duration<double, std::milli>(elapsed).count();
    std::snprintf(text, sizeof text, "%.1f ms", ms);
    return text;
}

}  // namespace mobility
