// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What each command of the program does.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "daemon/config_value.h"
#include "dhcp-player/link_opener.h"
#include "dhcp-player/player.h"
#include "dhcp-player/report.h"
#include "dhcp-player/series.h"

namespace mobility::player {

class Commands {
public:
    /// Called once when the command is over, at once or later.
    using Answer = std::function<void(Json)>;

    Commands(Player& player, LinkOpener& links) : player_(player), links_(links) {}

    /// A ConfigError or another std::runtime_error when the line is refused: then nothing was
    /// done and `answer` is not called.
    void run(const std::string& command, const ConfigValue& line, Instant now, Answer answer);

private:
    void play(const ConfigValue& line, Instant now, Answer answer);
    void play_series(SeriesPlan plan, Instant now, Answer answer);
    void define(const ConfigValue& line, Answer answer);
    void show(const ConfigValue& line, Answer answer);
    void place(const ConfigValue& line, Answer answer);
    void forget(const ConfigValue& line, Answer answer);
    void sleep(const ConfigValue& line, Instant now, Answer answer);

    Player& player_;
    LinkOpener& links_;
    std::vector<std::unique_ptr<Series>> series_;
};

}  // namespace mobility::player
