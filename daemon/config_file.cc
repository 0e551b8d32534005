// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Parses a configuration and refuses what JSON libraries let pass: the same key twice.
#include "daemon/config_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace mobility {
namespace {

using Event = nlohmann::json::parse_event_t;

/// Deeper than any configuration is; the JSON library shows a value by recursion.
constexpr int kDeepest = 100;

/// Follows the parser and throws where a map has a key twice, or where it goes too deep.
class Strictness {
public:
    bool operator()(int depth, Event event, nlohmann::json& parsed) {
        if (depth > kDeepest) {
            throw ConfigError("lists and maps are more than " + std::to_string(kDeepest) +
                              " deep in each other");
        }
        if (event == Event::object_start) {
            open_maps_.emplace_back();
        } else if (event == Event::object_end) {
            open_maps_.pop_back();
        } else if (event == Event::key) {
            const auto key = parsed.get<std::string>();
            if (!open_maps_.back().insert(key).second) {
                throw ConfigError("key \"" + key + "\" is there twice in one map");
            }
        }
        return true;
    }

private:
    std::vector<std::set<std::string>> open_maps_;
};

/// "line 3, column 7" of the byte where parsing stopped (counted from 1).
std::string position(const std::string& text, std::size_t byte) {
    const std::string before = text.substr(0, byte == 0 ? 0 : byte - 1);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto line_begin = before.rfind('\n');
    const std::size_t column =
        before.size() - (line_begin == std::string::npos ? 0 : line_begin + 1);
    return "line " + std::to_string(lines + 1) + ", column " + std::to_string(column + 1);
}

/// The library's text behind its own prefix, "[json.exception…] parse error at line…: ".
std::string reason(const std::string& what) {
    const auto colon = what.find(": ");
    return colon == std::string::npos ? what : what.substr(colon + 2);
}

}  // namespace

ConfigFile ConfigFile::read(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        throw ConfigError("cannot read " + path + ": " + std::strerror(errno));
    }
    return parse(text.str());
}

ConfigFile ConfigFile::parse(const std::string& text) {
    try {
        return ConfigFile(std::make_unique<const nlohmann::json>(
            nlohmann::json::parse(text, Strictness(), true, true)));
    } catch (const nlohmann::json::parse_error& error) {
        throw ConfigError(position(text, error.byte) + ": " + reason(error.what()));
    } catch (const nlohmann::json::out_of_range& error) {
        const std::string what = error.what();  // a number that no double holds: "[...] number ..."
        throw ConfigError(what.substr(what.find("] ") + 2));
    }
}

ConfigFile::ConfigFile(std::unique_ptr<const nlohmann::json> json) : json_(std::move(json)) {}
ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile::~ConfigFile() = default;

ConfigValue ConfigFile::root() const { return {*json_, ""}; }

}  // namespace mobility
