// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Many MNs do the same at a steady pace: a thousand moves within 100 ms, or a load for a minute.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dhcp-player/figures.h"
#include "dhcp-player/player.h"

namespace mobility::player {

struct SeriesPlan {
    /// Of its sends, those without a link get the MN's.
    Script script;
    MnNumber first_mn = 0;
    /// MNs take turns, beginning again at the first when there are more exchanges than MNs.
    std::uint32_t mn_count = 0;
    std::uint64_t exchanges = 0;
    /// Between the beginnings of two exchanges.
    std::chrono::nanoseconds pace{0};
    /// The MNs' links: by turns, or with `onward` the one behind the link on which the MN is.
    std::vector<Link*> links;
    bool onward = false;
};

struct SeriesFailure {
    MnNumber mn = 0;
    std::string what;
};

struct SeriesResult {
    std::uint64_t started = 0;
    std::uint64_t succeeded = 0;
    /// Not started: the MN was still busy with its former exchange.
    std::uint64_t busy = 0;
    /// Of the successful ones.
    Figures durations;
    /// Of answered exchanges, by status.
    std::map<Dhcp6StatusCode, std::uint64_t> statuses;
    /// Steps that had no answer, by message.
    std::map<Dhcp6MessageType, std::uint64_t> unanswered;
    /// Transmissions beyond one for each step.
    std::uint64_t repeated = 0;
    /// The first kFailuresKept of those that failed.
    std::vector<SeriesFailure> failures;
    std::uint64_t failed = 0;
    /// Since the first began.
    std::chrono::nanoseconds last_started{0};
    std::chrono::nanoseconds last_answered{0};
    /// How far the player itself fell behind the pace at most.
    std::chrono::nanoseconds behind{0};
};

/// One series; belongs to whoever waits for its end and lives until then.
class Series {
public:
    static constexpr std::size_t kFailuresKept = 100;
    using Done = std::function<void(const SeriesResult&)>;

    Series(Player& player, SeriesPlan plan);
    Series(const Series&) = delete;
    Series& operator=(const Series&) = delete;

    /// `done` is called once, when nothing is open any more; it may destroy the series.
    void begin(Instant now, Done done);

private:
    void start_due(Instant now);
    void start_one(Instant now);
    Link* next_link(MnNumber mn) const;
    void ended(const Outcome& outcome);
    void failed(MnNumber mn, std::string what);
    void end_if_over();

    Player& player_;
    SeriesPlan plan_;
    Done done_;
    SeriesResult result_;
    Instant began_;
    std::uint64_t turn_ = 0;
    std::uint64_t open_ = 0;
};

}  // namespace mobility::player
