// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What happens in a random run: clients come, move and leave; networks and machines fail.
#pragma once

#include "tests/sim/simulation.h"

namespace mobility::sim {

/// Size and faults of the run with this seed. Every eighth run is without session faults and
/// restarts, so that the checks can be exact.
Size random_size(std::uint64_t seed);
Faults random_faults(std::uint64_t seed);

class Schedule {
public:
    Schedule(Simulation& world, Duration length)
        : world_(world), end_(world.timeline.now() + length) {}
    /// Puts everything on the timeline.
    void plan();

private:
    void live(MobileNode& mn);
    void act(MobileNode& mn);
    void move(MobileNode& mn, std::size_t ar);
    void ping_pong(MobileNode& mn);
    void trouble();
    void power_trouble();
    template <typename What>
    void at_rate(double per_second, What what);
    void restart(Host& host);
    void start_later(Host& host);
    SessionLink* any_session();

    Simulation& world_;
    Instant end_;
};

}  // namespace mobility::sim
