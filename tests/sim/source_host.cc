// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Events in, Replies out.
#include "tests/sim/source_host.h"

#include "tests/sim/dhcp_server.h"
#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {
/// The hook's timer is this late at most.
constexpr Milliseconds kTick{5};
/// From the overflow to the lists that make it good.
constexpr Seconds kListDelay{1};
}  // namespace

SourceHost::SourceHost(Simulation& world, std::size_t index)
    : DialingHost(world, plan::source_name(index)), number(index) {
    for (std::size_t i = 0; i < world.anchors.size(); ++i) {
        settings.anchors.push_back({plan::anchor_name(i), {plan::owned(i)}});
    }
}

void SourceHost::start_process() {
    ++process_;
    source_.reset(new Source(settings, *this));
    for (std::size_t i = 0; i < settings.anchors.size(); ++i) {
        sessions_.push_back(std::make_unique<SourceSession>(
            *source_, i, SourceIdentity{name(), plan::lease_domain(number), "sim"},
            settings.anchors[i].name,
            std::vector{plan::home_pool(number, i), plan::delegated_pool(number, i)},
            world_.timers.session, clock_, [this](const Notice& n) { notice(n); }, world_.offer()));
    }
    for (std::size_t i = 0; i < settings.anchors.size(); ++i) world_.dial(*this, i);
}

void SourceHost::stop_process() {
    // As the hook does: what is held is let go; clients retransmit.
    world_.checks.holds_dropped(held_.size());
    held_.clear();
    sessions_.clear();
    source_.reset();
    tick_due_ = mailbox_full_ = false;
    server->process_died();
}

ConnectionUser& SourceHost::connected(std::size_t anchor, Connection& connection) {
    return sessions_[anchor]->connected(connection);
}

bool SourceHost::work() {
    tick_source();
    return false;
}

void SourceHost::tick(Instant now) {
    for (auto& session : sessions_) session->tick(now);
}

void SourceHost::attached(Attached event, std::function<void(HoldEnd)> reply) {
    world_.truth.attached(event);
    if (mailbox_full_) {  // the Reply leaves; where the MN is, only its next message tells
        for (const auto& item : event.items) world_.truth.memory_lost({item.prefix});
        return world_.timeline.after(Duration{10}, [reply] { reply(HoldEnd::kSend); });
    }
    const auto hold = ++last_hold_;
    held_.emplace(hold, Held{now().now, std::move(reply)});
    source_->attached(std::move(event), hold, now().now);
    tick_source();
    kick_links();
}

void SourceHost::detached(const Detached& event) {
    world_.truth.detached(event);
    if (mailbox_full_) return;
    source_->detached(event);
    kick_links();
}

void SourceHost::set_mailbox_full(bool full) {
    if (!running()) return;
    mailbox_full_ = full;
    if (full) return;
    world_.timeline.after(kListDelay, [this, process = process_] {
        if (process != process_ || !running()) return;
        for (std::size_t i = 0; i < sessions_.size(); ++i) {
            if (sessions_[i]->associated()) source_->connected(i);
        }
    });
}

void SourceHost::tick_source() {
    source_->tick(now().now);
    const auto due = source_->next_deadline();
    if (!due || tick_due_) return;
    tick_due_ = true;
    const auto wait = std::chrono::ceil<Duration>(*due - now().now);
    world_.timeline.after(wait + world_.random.between(Duration{0}, kTick),
                          [this, process = process_] {
                              if (process != process_ || !running()) return;
                              tick_due_ = false;
                              tick_source();
                          });
}

void SourceHost::complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>&) {
    const auto found = held_.find(hold);
    if (found == held_.end()) {
        return world_.checks.violated(name() + " completed a Hold that is not open");
    }
    const auto lasted = now().now - found->second.since;
    world_.checks.hold_completed(name(), lasted, settings.hold_limit + kTick);
    world_.timeline.after(Duration{10},
                          [reply = std::move(found->second.reply), end] { reply(end); });
    held_.erase(found);
}

void SourceHost::read_leases(AnchorIndex anchor, std::uint64_t list,
                             const std::optional<Prefix>& after) {
    const auto mine = [this, process = process_] { return process == process_ && running(); };
    world_.timeline.after(world_.random.skewed(Duration{50}, Duration{3000}), [=, this] {
        if (!mine()) return;
        const auto page = server->read(anchor, after, 1 + world_.random.index(100));
        // Events may overtake the page on its way between the threads.
        const auto handed_over = world_.random.skewed(Duration{1}, Duration{3000});
        world_.timeline.after(handed_over, [=, this] {
            if (!mine()) return;
            source_->lease_page(anchor, list, page.leases, page.next_after);
            kick_links();
        });
    });
}

void SourceHost::notice(const Notice& notice) { world_.notice(name(), notice); }

}  // namespace mobility::sim
