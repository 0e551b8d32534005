// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Everything that exists while one configuration is in force; made and destroyed as a whole.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "hooks/configuration.h"
#include "hooks/counters.h"
#include "hooks/in_flight.h"
#include "hooks/lease_pages.h"
#include "hooks/presence.h"
#include "hooks/service.h"

namespace mobility {

/// Made, started and destroyed on Kea's main thread; what is in it is shared as each member says.
struct Running {
    Running(Configuration chosen, bool multi_threaded, std::function<void()> wake_main_thread)
        : configuration(std::move(chosen)),
          in_flight(configuration.max_held),
          presence(configuration.parameters.anchors.size()),
          service(configuration, multi_threaded, std::move(wake_main_thread), leases, in_flight,
                  presence) {}

    const Configuration configuration;
    CalloutCounters counters;
    InFlight in_flight;
    Presence presence;
    LeasePages leases;
    std::atomic<HoldId> next_hold = 1;
    Service service;  ///< last: its thread uses what stands above
};

}  // namespace mobility
