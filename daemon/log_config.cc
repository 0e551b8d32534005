// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads the "log" map of a configuration.
#include "daemon/log_config.h"

#include <array>
#include <utility>

namespace mobility {
namespace {

constexpr std::array<std::pair<const char*, LogLevel>, 4> kLevels{{{"debug", LogLevel::kDebug},
                                                                   {"info", LogLevel::kInfo},
                                                                   {"warn", LogLevel::kWarn},
                                                                   {"error", LogLevel::kError}}};

LogLevel read_level(const ConfigValue& value) {
    const std::string text = value.string();
    for (const auto& [name, level] : kLevels) {
        if (text == name) {
            return level;
        }
    }
    value.refuse("is not a level; expected debug, info, warn or error");
}

std::string read_output(const ConfigValue& value) {
    std::string output = value.string();
    if (output != "stderr" && output != "syslog" && output[0] != '/') {
        value.refuse("is no output; expected stderr, syslog or the absolute path of a file");
    }
    return output;
}

}  // namespace

const char* text(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return "DEBUG";
        case LogLevel::kInfo:
            return "INFO";
        case LogLevel::kWarn:
            return "WARN";
        case LogLevel::kError:
            return "ERROR";
    }
    return "?";
}

LogConfig read_log_config(const std::optional<ConfigValue>& value) {
    LogConfig config;
    if (!value) {
        return config;
    }
    const ConfigMap map = value->map({"level", "output"});
    if (const auto level = map.optional("level")) {
        config.level = read_level(*level);
    }
    if (const auto output = map.optional("output")) {
        config.output = read_output(*output);
    }
    return config;
}

}  // namespace mobility
