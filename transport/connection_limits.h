// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The limits of every connection of one Dialer or Listener: how long things may take and how much
// may be queued.
#pragma once

#include <cstddef>

#include "core/instant.h"

namespace mobility {

struct ConnectionLimits {
    /// What the peer may take for the TCP connect and for each of its steps in the TLS handshake,
    /// of which there are few: bytes that complete no step gain no time.
    Milliseconds establish{5'000};
    /// close() gives what is queued, and the peer's own close, this long.
    Milliseconds close{1'000};
    /// Data sent and not acknowledged by the peer's kernel, or not taken by a peer that has stopped
    /// reading, for this long ends the connection (TCP_USER_TIMEOUT, RFC 5482). 0: the kernel's
    /// own limit, about a quarter of an hour.
    Milliseconds tcp_user{10'000};
    /// ConnectionUser::drained() is called when unsent() has been above this many bytes and has
    /// fallen below half of them. Who holds back above a mark of its own (Session does, at the
    /// default) must not set this one higher: it would wait for a drained() that never comes.
    std::size_t high_water = 256 * 1024;
};

}  // namespace mobility
