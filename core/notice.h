// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Something that an operator should hear of. Core has no log: the program that owns the state
// machine gives each notice its level and paragraph (by `id`) and writes it.
#pragma once

#include <string>

namespace mobility {

struct Notice {
    const char*
        id;  ///< e.g. "ANCHOR_MOVE_REFUSED": identifies the message in the operator's manual
    std::string text;  ///< the particulars: names, addresses, what was wrong
    /// The peer or MN that can cause it again and again, where the operator has given it a name:
    /// then it uses up its own share of the log only.
    std::string about{};
};

}  // namespace mobility
