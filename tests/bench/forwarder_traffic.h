// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Moves under traffic: what an anchor's change of tunnel does to the packets of one MN.
#pragma once

#include <cstdint>

namespace mobility {

struct TrafficFigures {
    std::uint64_t packets = 0;
    std::uint64_t moves = 0;
    /// The kernel's own: a packet that finds the old route between its replacement and its release
    /// counts as Ip6InNoRoutes (about one in 25,000 to 300,000 moves at this rate).
    std::uint64_t lost = 0;
    std::uint64_t reordered = 0;  ///< a sequence number below one that came before
    double packets_per_second = 0;
};

/// Builds CN - anchor - AR - MN in four namespaces, the AR with two tunnel addresses, sends for
/// `seconds` at up to `rate` packets a second and, if `moving`, moves the MN's prefix from one
/// tunnel to the other all the time. Throws std::runtime_error when no packet comes through at all.
TrafficFigures moves_under_traffic(double seconds, double rate, bool moving);

}  // namespace mobility
