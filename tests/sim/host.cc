// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Processes on hosts.
#include "tests/sim/host.h"

#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {
constexpr Duration kTick{100'000};
}

Host::Host(Simulation& world, std::string name)
    : world_(world),
      clock_(world.timeline,
             world.random.between(Duration{std::chrono::minutes{5}}, std::chrono::hours{1000}),
             static_cast<std::int64_t>(world.random.below(100)) - 50),
      name_(std::move(name)) {}

void Host::start() {
    if (running_) return;
    running_ = true;
    awake_ = stuck_ = false;
    ++life_;
    start_process();
    world_.timeline.after(world_.random.between(Duration{0}, kTick),
                          [this, life = life_] { tick_on(life); });
    wake();
}

void Host::stop() {
    if (!running_) return;
    running_ = false;
    ++life_;
    stop_process();
    world_.desert_links(*this);
}

void Host::get_stuck(Duration time) {
    if (!running_) return;
    stuck_ = true;
    for (auto* link : links) link->stall(time);
    world_.timeline.after(time, [this, life = life_] {
        if (life != life_) return;
        stuck_ = false;
        wake();
    });
}

void Host::tick_on(std::uint64_t life) {
    if (life != life_) return;
    if (!stuck_) {
        tick(clock_.now().now);
        for (auto* link : links) link->kick();
        wake();
    }
    world_.timeline.after(kTick, [this, life] { tick_on(life); });
}

void Host::wake() {
    if (!running_ || awake_) return;
    awake_ = true;
    const auto soon = world_.random.skewed(Duration{1}, Duration{300});
    world_.timeline.after(soon, [this, life = life_] {
        if (life != life_) return;
        awake_ = false;
        if (stuck_) return;
        const bool more = work();
        kick_links();
        if (more) wake();
    });
}

void Host::kick_links() {
    for (auto* link : links) {
        if (link->busy()) link->kick();
    }
}

AnchorHost::AnchorHost(Simulation& world, std::size_t index)
    : Host(world, plan::anchor_name(index)), number(index) {
    settings.prefixes = {plan::owned(index)};
}

void AnchorHost::start_process() {
    auto offer = world_.offer();
    if (offer.newest > 1) offer.features.insert(control::FEATURE_ATTESTATION);
    node = std::make_unique<AnchorNode>(
        settings,
        AnchorIdentity{name(), plan::anchor_tunnel(number), true, "sim", std::move(offer)},
        inventory, kernel, clock_, world_.timers,
        [this](const Notice& notice) { world_.notice(name(), notice); });
    const auto started = node->start(has_journal ? &journal : nullptr);
    assert(started);
    static_cast<void>(started);
}

void AnchorHost::stop_process() {
    node.reset();
    journal.process_died();
}

bool AnchorHost::work() {
    const bool more = node->work();
    write_journal();
    wait_for_deadline();
    return more;
}

void AnchorHost::wait_for_deadline() {
    const auto when = node->next_deadline();
    if (!when || when == woken_at_) return;
    woken_at_ = when;
    const auto left = std::chrono::ceil<Duration>(*when - clock_.now().now);
    world_.timeline.after(std::max(left, Duration{0}) + Duration{1}, [this, when] {
        if (woken_at_ == when) woken_at_.reset();
        wake();
    });
}

void AnchorHost::tick(Instant now) {
    node->tick(now);
    write_journal();
}

void AnchorHost::write_journal() {
    if (has_journal && world_.random.chance(0.2)) journal.write(1 + world_.random.index(40));
}

AccessHost::AccessHost(Simulation& world, std::size_t index)
    : DialingHost(world, plan::ar_name(index)), number(index) {}

void AccessHost::start_process() {
    AccessSettings settings;
    settings.identity = {name(), plan::ar_tunnel(number), {TunnelMode::kSeg6}, 1600, "sim", {}};
    settings.offer = world_.offer();
    if (world_.size.attestation && settings.offer.newest > 1) {
        settings.offer.features.insert(control::FEATURE_ATTESTATION);
    }
    settings.keep_bindings = keep_bindings;
    for (std::size_t i = 0; i < plan::kLinks; ++i) {
        settings.interfaces.push_back(plan::link(number, i));
    }
    for (const auto& anchor : world_.anchors) settings.anchors.push_back(anchor->name());
    node = std::make_unique<AccessNode>(
        std::move(settings), kernel, clock_, world_.timers,
        [this](const Notice& notice) { world_.notice(name(), notice); });
    const auto started = node->start();
    assert(started);
    static_cast<void>(started);
    for (std::size_t i = 0; i < world_.anchors.size(); ++i) world_.dial(*this, i);
}

}  // namespace mobility::sim
