// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Tells whoever started a daemon that it serves now.
#pragma once

namespace mobility {

/// Writes the line "PROGRAM ready" to standard output, and READY=1 to the socket in NOTIFY_SOCKET
/// where a service manager gave one (sd_notify(3), Type=notify).
void announce_ready(const char* program);

}  // namespace mobility
