// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The one function that the library of unload_test exports.
#pragma once

/// A Dialer and a Listener (identity anchor.example) greet each other. Returns how many times this
/// copy of the library has done that; negative: it failed.
extern "C" __attribute__((visibility("default"))) int talk_over_loopback(const char* certificate,
                                                                         const char* key,
                                                                         const char* trust_anchor);
