// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Runs commands on the player.
#include "dhcp-player/commands.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "dhcp-player/request.h"

namespace mobility::player {

void Commands::run(const std::string& command, const ConfigValue& line, Instant now,
                   Answer answer) {
    if (!messages_of(command).empty()) {
        play(line, now, std::move(answer));
    } else if (command == "batch") {
        play_series(read_batch(line, player_), now, std::move(answer));
    } else if (command == "load") {
        play_series(read_load(line, player_), now, std::move(answer));
    } else if (command == "access_link") {
        links_.open(read_access_link(line));
        answer(Json::object());
    } else if (command == "relay_link") {
        links_.open(read_relay_link(line));
        answer(Json::object());
    } else if (command == "mn") {
        define(line, std::move(answer));
    } else if (command == "show") {
        show(line, std::move(answer));
    } else if (command == "place") {
        place(line, std::move(answer));
    } else if (command == "forget") {
        forget(line, std::move(answer));
    } else if (command == "sleep") {
        sleep(line, now, std::move(answer));
    } else if (command == "leases") {
        const MnRange mns = read_mns(line.map({"do", "id", "mns"}).required("mns"));
        answer({{"leases", report_leases(player_, mns.first, mns.count)}});
    } else if (command == "counters") {
        line.map({"do", "id"});
        answer(report_counters(player_));
    } else if (command == "mutations") {
        line.map({"do", "id"});
        answer({{"mutations", report_mutations()}});
    } else if (command == "population") {
        player_.populate(read_population(line));
        answer(Json::object());
    } else {
        throw ConfigError("do: \"" + command +
                          "\" is no command; expected an exchange (attach, solicit, request, "
                          "confirm, renew, rebind, release, decline, information-request), batch, "
                          "load, access_link, relay_link, mn, show, place, forget, leases, "
                          "counters, mutations, population or sleep");
    }
}

void Commands::play(const ConfigValue& line, Instant now, Answer answer) {
    PlayRequest request = read_play(line, player_);
    const auto played = player_.play(request.mn, std::move(request.script), now,
                                     [this, answer = std::move(answer)](const Outcome& outcome) {
                                         answer(report(outcome, player_.mn(outcome.mn)));
                                     });
    if (!played) {
        throw std::runtime_error(played.error());
    }
}

void Commands::play_series(SeriesPlan plan, Instant now, Answer answer) {
    Series& series = *series_.emplace_back(std::make_unique<Series>(player_, std::move(plan)));
    series.begin(now, [this, &series, answer = std::move(answer)](const SeriesResult& result) {
        std::erase_if(series_, [&](const auto& other) { return other.get() == &series; });
        answer(report(result));
    });
}

void Commands::define(const ConfigValue& line, Answer answer) {
    MnRequest request = read_identity(line);
    const auto defined =
        player_.define(request.mn, std::move(request.identity), std::move(request.kinds));
    if (!defined) {
        throw std::runtime_error(defined.error());
    }
    answer(report(player_.mn(request.mn)));
}

void Commands::show(const ConfigValue& line, Answer answer) {
    const ConfigMap map = line.map({"do", "id", "mn"});
    answer(report(player_.mn(read_mn(map.required("mn")))));
}

void Commands::place(const ConfigValue& line, Answer answer) {
    const ConfigMap map = line.map({"do", "id", "mn", "link"});
    MobileNode& mn = player_.mn(read_mn(map.required("mn")));
    const auto link = map.optional("link");
    mn.be_on(link ? read_link(*link, player_) : nullptr);
    answer(report(mn));
}

void Commands::forget(const ConfigValue& line, Answer answer) {
    const ConfigMap map = line.map({"do", "id", "mn"});
    const MnNumber mn = read_mn(map.required("mn"));
    player_.forget(mn);
    answer(report(player_.mn(mn)));
}

void Commands::sleep(const ConfigValue& line, Instant now, Answer answer) {
    constexpr std::int64_t kLongest = 3'600'000;
    const Milliseconds duration(line.map({"do", "id", "ms"}).required("ms").integer(0, kLongest));
    player_.agenda().at(now + duration,
                        [answer = std::move(answer)](Instant) { answer(Json::object()); });
}

}  // namespace mobility::player
