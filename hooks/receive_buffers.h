// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Room for a burst: when a train arrives, a thousand clients move within a tenth of a second, and
// what does not fit into the server's socket is lost until the client's retransmission a second
// later.
#pragma once

#include <cstddef>

namespace mobility {

/// What every receiving socket of the server should hold, in bytes of kernel memory.
inline constexpr std::size_t kReceiveBuffer = 4 << 20;

/// Enlarges the receive buffers of all sockets on which this server hears clients. Returns the
/// smallest size that resulted: below kReceiveBuffer where net.core.rmem_max forbids more and
/// CAP_NET_ADMIN is missing; 0 without any socket. Main thread.
std::size_t enlarge_receive_buffers();

}  // namespace mobility
