// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Virtual time: what happens when, in an order that depends on the seed alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <utility>

#include "core/clock.h"

namespace mobility::sim {

using Duration = std::chrono::microseconds;

/// The same numbers from the same seed with every standard library (unlike <random>'s
/// distributions).
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    /// 0 .. below - 1.
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    std::size_t index(std::size_t size) { return static_cast<std::size_t>(below(size)); }
    bool chance(double probability) {
        return static_cast<double>(engine_() >> 11) < probability * 9007199254740992.0;
    }
    Duration between(Duration least, Duration most) {
        if (most <= least) return least;
        return least + Duration{static_cast<std::int64_t>(
                           below(static_cast<std::uint64_t>((most - least).count()) + 1))};
    }
    /// A few long delays among many short ones.
    Duration skewed(Duration least, Duration most) {
        auto limit = most;
        while (limit > least && chance(0.7)) limit = least + (limit - least) / 4;
        return between(least, limit);
    }

private:
    std::mt19937_64 engine_;
};

class Timeline {
public:
    Instant now() const { return now_; }
    void at(Instant when, std::function<void()> what) {
        events_.emplace(std::pair(std::max(when, now_), ++count_), std::move(what));
    }
    void after(Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

    /// Lets everything happen that is due until then.
    void run_until(Instant end) {
        while (!events_.empty() && events_.begin()->first.first <= end) {
            auto event = events_.extract(events_.begin());
            now_ = event.key().first;
            ++happened_;
            event.mapped()();
        }
        now_ = end;
    }
    void run_for(Duration time) { run_until(now_ + time); }
    std::uint64_t happened() const { return happened_; }

private:
    Instant now_{std::chrono::hours{24}};
    std::uint64_t count_ = 0;
    std::uint64_t happened_ = 0;
    std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> events_;
};

/// One machine's clocks: its monotonic clock began at its own boot, its wall clock is a little off.
class HostClock final : public Clock {
public:
    HostClock(const Timeline& timeline, Duration uptime, std::int64_t skew_ms)
        : timeline_(timeline), uptime_(uptime), skew_ms_(skew_ms) {}
    Moment now() const override {
        const auto since =
            std::chrono::duration_cast<Milliseconds>(timeline_.now().time_since_epoch());
        return {timeline_.now() + uptime_,
                static_cast<std::uint64_t>(1'700'000'000'000 + since.count() + skew_ms_)};
    }

    /// Somebody sets the wall clock; the monotonic one goes on.
    void step(std::int64_t milliseconds) { skew_ms_ += milliseconds; }

private:
    const Timeline& timeline_;
    Duration uptime_;
    std::int64_t skew_ms_;
};

}  // namespace mobility::sim
