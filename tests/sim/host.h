// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A machine of the simulation: its clocks, its sessions, and the process on it that may die and be
// started again while the kernel stays.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/nodes.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/sim/memory_journal.h"
#include "tests/sim/plan.h"
#include "tests/sim/session_link.h"

namespace mobility::sim {

class Simulation;

class Host {
public:
    Host(Simulation& world, std::string name);
    virtual ~Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    const std::string& name() const { return name_; }
    bool running() const { return running_; }
    void start();
    void stop();
    /// The process does nothing for so long, and hears nothing; its sessions stand still.
    void get_stuck(Duration time);
    bool stuck() const { return stuck_; }
    /// There is input to work on; soon it will be.
    void wake();
    void kick_links();
    Moment now() const { return clock_.now(); }
    void step_wall_clock(std::int64_t milliseconds) { clock_.step(milliseconds); }

    std::vector<SessionLink*> links;  ///< kept by the Simulation

protected:
    virtual void start_process() = 0;
    virtual void stop_process() = 0;
    virtual bool work() = 0;
    virtual void tick(Instant now) = 0;

    Simulation& world_;
    HostClock clock_;

private:
    void tick_on(std::uint64_t life);

    std::string name_;
    bool running_ = false;
    bool stuck_ = false;
    bool awake_ = false;
    std::uint64_t life_ = 0;  ///< of the process: the events of an earlier one are void
};

/// Who dials the anchors: ARs and sources.
class DialingHost : public Host {
public:
    using Host::Host;
    virtual ConnectionUser& connected(std::size_t anchor, Connection& connection) = 0;
};

class AnchorHost final : public Host {
public:
    AnchorHost(Simulation& world, std::size_t number);

    std::size_t number;
    Inventory inventory;
    AnchorSettings settings;
    MemoryForwarder kernel;
    MemoryJournal journal;
    bool has_journal = false;
    std::unique_ptr<AnchorNode> node;

private:
    void start_process() override;
    void stop_process() override;
    bool work() override;
    void tick(Instant now) override;
    void wait_for_deadline();
    /// The disk takes its time: what has not been written when the process dies is lost.
    void write_journal();

    std::optional<Instant> woken_at_;
};

class AccessHost final : public DialingHost {
public:
    AccessHost(Simulation& world, std::size_t number);
    ConnectionUser& connected(std::size_t anchor, Connection& connection) override {
        return node->connected(anchor, connection);
    }

    std::size_t number;
    std::optional<Seconds> keep_bindings;
    std::set<std::string> links_down;  ///< access interfaces, by name
    MemoryForwarder kernel;
    std::unique_ptr<AccessNode> node;

private:
    void start_process() override;
    void stop_process() override { node.reset(); }
    bool work() override { return node->work(); }
    void tick(Instant now) override { node->tick(now); }
};

}  // namespace mobility::sim
