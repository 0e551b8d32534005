// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bytes on their way.
#include "tests/sim/session_link.h"

namespace mobility::sim {

SessionLink::SessionLink(Timeline& timeline, Random& random, LinkSettings settings, End dialled,
                         End accepted, std::function<void()> when_over)
    : timeline_(timeline),
      random_(random),
      settings_(settings),
      ends_{std::move(dialled), std::move(accepted)},
      when_over_(std::move(when_over)) {
    MemoryLinkSettings link;
    for (std::size_t i = 0; i < 2; ++i) link.names[i] = {ends_[i].name};
    link_ = std::make_unique<MemoryLink>(std::move(link));
    for (std::size_t i = 0; i < 2; ++i) link_->attach(i, users_[i]);
}

void SessionLink::attach(std::size_t index, ConnectionUser& user) { users_[index].user = &user; }

void SessionLink::listen(const Listener& listener) {
    for (std::size_t i = 0; i < 2; ++i) {
        users_[i].listener = [listener, i](const control::Message& each) { listener(i, each); };
    }
}

void SessionLink::kick() {
    if (scheduled_) return;
    scheduled_ = true;
    const auto due = timeline_.now() + random_.skewed(settings_.least_delay, settings_.most_delay);
    timeline_.at(std::max(due, not_before_), [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) serve();
    });
}

void SessionLink::serve() {
    scheduled_ = false;
    bool more = true, happened = false;
    for (auto steps = 1 + random_.below(12); more && steps > 0; --steps) {
        const auto most =
            settings_.pieces && random_.chance(0.3) ? 1 + random_.index(60) : MemoryLink::kAll;
        more = link_->step(most);
        happened = happened || more;
    }
    if (!happened) return;
    for (const auto& end : ends_) end.wake();
    if (link_->over()) {
        if (const auto tell = std::exchange(when_over_, nullptr)) tell();
    } else if (more) {
        kick();
    }
}

void SessionLink::stall(Duration time) {
    for (std::size_t i = 0; i < 2; ++i) link_->stall(i, true);
    // A close that hangs in a stall lasts a second at most.
    for (Duration passed{1'000'000}; passed < time; passed += Duration{1'000'000}) {
        timeline_.after(passed, [this, alive = std::weak_ptr(alive_)] {
            if (alive.expired() || !link_->stalled(0)) return;
            link_->close_limit_passes();
            kick();
        });
    }
    timeline_.after(time, [this, alive = std::weak_ptr(alive_)] {
        if (alive.expired()) return;
        for (std::size_t i = 0; i < 2; ++i) link_->stall(i, false);
        kick();
    });
}

void SessionLink::cut(Duration noticed_after) {
    not_before_ = timeline_.now() + noticed_after;
    link_->cut();
    kick();
}

void SessionLink::desert(std::size_t index) {
    users_[index].user = nullptr;
    ends_[index].wake = [] {};
    cut(random_.skewed(Duration{100}, Duration{300'000}));
}

}  // namespace mobility::sim
