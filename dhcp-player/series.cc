// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Paces exchanges and counts what became of them.
#include "dhcp-player/series.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mobility::player {

Series::Series(Player& player, SeriesPlan plan) : player_(player), plan_(std::move(plan)) {
    assert(plan_.mn_count > 0 && !plan_.links.empty());
}

void Series::begin(Instant now, Done done) {
    done_ = std::move(done);
    began_ = now;
    start_due(now);
}

void Series::start_due(Instant now) {
    const auto due = [&] { return began_ + plan_.pace * static_cast<std::int64_t>(turn_); };
    // One timer's worth: the links are flushed in between.
    constexpr int kAtOnce = 16;
    for (int i = 0; i < kAtOnce && turn_ < plan_.exchanges && due() <= now; ++i) {
        result_.behind = std::max<std::chrono::nanoseconds>(result_.behind, now - due());
        start_one(now);
    }
    if (turn_ < plan_.exchanges) {
        player_.agenda().at(due(), [this](Instant then) { start_due(then); });
    } else {
        end_if_over();
    }
}

void Series::start_one(Instant now) {
    const MnNumber mn = plan_.first_mn + static_cast<MnNumber>(turn_ % plan_.mn_count);
    Link* const link = next_link(mn);
    ++turn_;
    if (player_.busy(mn)) {
        ++result_.busy;
        return;
    }
    Script script = plan_.script;
    for (Send& send : script.sends) {
        send.link = send.link ? send.link : link;
    }
    ++result_.started;
    ++open_;
    result_.last_started = now - began_;
    const auto played = player_.play(mn, std::move(script), now,
                                     [this](const Outcome& outcome) { ended(outcome); });
    if (!played) {
        --open_;
        failed(mn, played.error());
    }
}

Link* Series::next_link(MnNumber mn) const {
    if (!plan_.onward) {
        return plan_.links[turn_ % plan_.links.size()];
    }
    const Link* const present = player_.mn(mn).link();
    const auto found = std::ranges::find(plan_.links, present);
    return found == plan_.links.end() || found + 1 == plan_.links.end() ? plan_.links.front()
                                                                        : *(found + 1);
}

void Series::ended(const Outcome& outcome) {
    --open_;
    for (const Step& step : outcome.steps) {
        result_.repeated += step.sends > 1 ? step.sends - 1 : 0;
    }
    if (!outcome.answers.empty()) {
        const Status status = outcome.answers.front().answer.verdict();
        ++result_.statuses[status.code];
        result_.last_answered = std::max<std::chrono::nanoseconds>(
            result_.last_answered, outcome.answers.front().at - began_);
    } else {
        ++result_.unanswered[outcome.steps.back().message];
    }
    if (outcome.success()) {
        ++result_.succeeded;
        result_.durations.add(outcome.duration());
    } else if (!outcome.error.empty()) {
        failed(outcome.mn, outcome.error);
    } else {
        failed(outcome.mn, text(outcome.answers.front().answer.verdict().code));
    }
    end_if_over();
}

void Series::failed(MnNumber mn, std::string what) {
    ++result_.failed;
    if (result_.failures.size() < kFailuresKept) {
        result_.failures.push_back({mn, std::move(what)});
    }
}

void Series::end_if_over() {
    if (open_ == 0 && turn_ == plan_.exchanges && done_) {
        // `done` may destroy this series.
        const Done done = std::exchange(done_, nullptr);
        const SeriesResult result = std::move(result_);
        done(result);
    }
}

}  // namespace mobility::player
