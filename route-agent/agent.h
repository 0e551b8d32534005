// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A route agent, wired: roles on one side, sessions, kernel, clock and signals on the other. Read
// this first.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/nodes.h"
#include "daemon/log.h"
#include "daemon/signals.h"
#include "route-agent/settings.h"

namespace mobility {

/// Owner: main. One thread runs everything.
class RouteAgent {
public:
    /// Opens sockets and reads the kernel back; throws std::runtime_error that says what could not
    /// be had. `config_path` is read again for the log settings at a reload.
    RouteAgent(RouteAgentSettings settings, std::string config_path, Log& log, Signals& signals);
    ~RouteAgent();
    RouteAgent(const RouteAgent&) = delete;
    RouteAgent& operator=(const RouteAgent&) = delete;

    /// Gives up what is no longer needed, serves until it is told to stop.
    void run();

private:
    class Wiring;
    std::unique_ptr<Wiring> wiring_;
};

}  // namespace mobility
