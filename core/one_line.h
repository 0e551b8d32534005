// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a stranger says, made fit for a log and for a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace mobility {

/// The text with a question mark for whatever could end a line, hide a part of it or steer a
/// terminal (control characters, line separators, bidirectional overrides), cut short after
/// `longest` octets.
std::string one_line(std::string text, std::size_t longest = 400);

}  // namespace mobility
