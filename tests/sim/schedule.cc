// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Random lives and random trouble.
#include "tests/sim/schedule.h"

namespace mobility::sim {

Size random_size(std::uint64_t seed) {
    Random random(seed * 7919 + 1);
    Size size;
    size.mobile_nodes = 20 + random.index(random.chance(0.2) ? 400 : 120);
    size.access_routers = 2 + random.index(random.chance(0.3) ? 40 : 12);
    size.journals = random.chance(0.7);
    return size;
}

Faults random_faults(std::uint64_t seed) {
    Random random(seed * 104729 + 3);
    const auto maybe = [&](double most) {
        return random.chance(0.6) ? most * static_cast<double>(random.below(1000)) / 1000 : 0.0;
    };
    Faults faults;
    faults.dhcp_lost = maybe(0.2);
    faults.dhcp_copied = maybe(0.2);
    faults.heard_twice = maybe(0.1);
    faults.late_expiry = maybe(1.0);
    faults.kernel_busy = maybe(0.1);
    faults.dhcp_delay = Duration{1000 + random.below(random.chance(0.5) ? 5'000 : 3'000'000)};
    if (seed % 8 == 0) return faults;
    faults.pieces = random.chance(0.5);
    faults.stalls = maybe(1.0);
    if (faults.stalls > 0) {
        faults.longest_stall = random.chance(0.5) ? Duration{300'000} : Duration{9'000'000};
    }
    faults.cuts = maybe(1.0);
    faults.doubles = maybe(0.3);
    faults.ar_restarts = maybe(0.5);
    faults.source_restarts = maybe(0.1);
    faults.anchor_restarts = maybe(0.1);
    faults.old_versions = maybe(1.0);
    faults.anchor_power_cuts = maybe(0.05);
    faults.power_cuts = maybe(0.03);
    faults.full_disks = maybe(0.2);
    return faults;
}

void Schedule::plan() {
    for (auto& mn : world_.mobile_nodes) {
        world_.timeline.after(world_.random.skewed(Duration{0}, Duration{8'000'000}),
                              [this, &mn = *mn] {
                                  mn.start();
                                  live(mn);
                              });
    }
    trouble();
}

void Schedule::live(MobileNode& mn) {
    world_.timeline.after(world_.random.skewed(Duration{10'000}, Duration{20'000'000}),
                          [this, &mn] {
                              if (world_.timeline.now() >= end_) return;
                              act(mn);
                              live(mn);
                          });
}

void Schedule::act(MobileNode& mn) {
    const auto what = world_.random.below(100);
    const auto ar = world_.random.index(world_.access_routers.size());
    if (what < 84) return move(mn, ar);
    if (what < 92) return ping_pong(mn);
    if (what < 96) return mn.release();
    if (what < 97) return mn.decline();
    if (mn.prefixes().empty()) return;
    world_.servers[mn.server()]->remove_lease(mn.prefixes().front());
}

void Schedule::move(MobileNode& mn, std::size_t ar) {
    using OnMove = MobileNode::OnMove;
    constexpr OnMove kAll[] = {OnMove::kConfirm, OnMove::kConfirm,      OnMove::kConfirm,
                               OnMove::kRebind,  OnMove::kRapidSolicit, OnMove::kSolicit,
                               OnMove::kRequest, OnMove::kRenew,        OnMove::kGoOn,
                               OnMove::kMute};
    mn.move(ar, world_.random.index(plan::kLinks), kAll[world_.random.index(std::size(kAll))]);
}

void Schedule::ping_pong(MobileNode& mn) {
    const auto here = mn.ar(), there = world_.random.index(world_.access_routers.size());
    Duration when{0};
    for (auto times = 2 + world_.random.below(18); times > 0; --times) {
        when += world_.random.skewed(Duration{1'000}, Duration{200'000});
        world_.timeline.after(when, [this, &mn, ar = times % 2 ? here : there] {
            if (world_.timeline.now() < end_) move(mn, ar);
        });
    }
}

template <typename What>
void Schedule::at_rate(double per_second, What what) {
    if (per_second <= 0) return;
    const auto mean = Duration{static_cast<std::int64_t>(1e6 / per_second)};
    world_.timeline.after(world_.random.between(Duration{0}, mean * 2), [=, this] {
        if (world_.timeline.now() >= end_) return;
        what();
        at_rate(per_second, what);
    });
}

SessionLink* Schedule::any_session() {
    std::vector<SessionLink*> all;
    world_.for_each_session([&](SessionLink& link) { all.push_back(&link); });
    return all.empty() ? nullptr : all[world_.random.index(all.size())];
}

void Schedule::restart(Host& host) {
    if (!host.running()) return;
    host.stop();
    start_later(host);
}

void Schedule::start_later(Host& host) {
    world_.timeline.after(world_.random.skewed(Duration{1'000}, Duration{4'000'000}),
                          [&host] { host.start(); });
}

void Schedule::trouble() {
    const auto& faults = world_.faults;
    auto& random = world_.random;
    at_rate(faults.stalls, [this, &random] {
        const auto time = random.skewed(Duration{1'000}, world_.faults.longest_stall);
        if (auto* link = any_session()) link->stall(time);
    });
    at_rate(faults.cuts, [this, &random] {
        auto* link = any_session();
        if (!link) return;
        if (random.chance(0.3)) return link->cut();
        link->cut_after(random.index(2), 1 + random.index(random.chance(0.5) ? 200 : 20'000));
    });
    at_rate(faults.doubles, [this, &random] {
        auto& ar = *world_.access_routers[random.index(world_.access_routers.size())];
        if (ar.running()) world_.dial(ar, random.index(world_.anchors.size()));
    });
    at_rate(faults.doubles / 4, [this, &random] {
        auto& source = *world_.sources[random.index(world_.sources.size())];
        if (source.running()) world_.dial(source, random.index(world_.anchors.size()));
    });
    at_rate(faults.ar_restarts, [this, &random] {
        restart(*world_.access_routers[random.index(world_.access_routers.size())]);
    });
    at_rate(faults.source_restarts, [this, &random] {
        auto& source = *world_.sources[random.index(world_.sources.size())];
        std::vector<Prefix> pools;
        for (std::size_t i = 0; i < world_.anchors.size(); ++i) {
            pools.push_back(plan::home_pool(source.number, i));
            pools.push_back(plan::delegated_pool(source.number, i));
        }
        world_.truth.memory_lost(pools);
        restart(source);
    });
    at_rate(faults.anchor_restarts, [this, &random] {
        auto& anchor = *world_.anchors[random.index(world_.anchors.size())];
        world_.truth.memory_lost({plan::owned(anchor.number)});
        restart(anchor);
    });
    power_trouble();
}

void Schedule::power_trouble() {
    auto& random = world_.random;
    at_rate(world_.faults.anchor_power_cuts, [this, &random] {
        auto& anchor = *world_.anchors[random.index(world_.anchors.size())];
        world_.power_cut(anchor);
        start_later(anchor);
    });
    at_rate(world_.faults.power_cuts, [this] {
        world_.power_cut();
        for (auto& anchor : world_.anchors) start_later(*anchor);
        for (auto& ar : world_.access_routers) start_later(*ar);
        for (auto& source : world_.sources) start_later(*source);
    });
    at_rate(world_.faults.full_disks, [this, &random] {
        auto& journal = world_.anchors[random.index(world_.anchors.size())]->journal;
        journal.set_room(random.index(20));
        world_.timeline.after(random.skewed(Duration{1'000}, Duration{5'000'000}),
                              [&journal] { journal.set_room(MemoryJournal::kAll); });
    });
}

}  // namespace mobility::sim
