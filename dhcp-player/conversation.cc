// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Cuts input into lines, keeps their order, and puts names to the answers.
#include "dhcp-player/conversation.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/config_file.h"

namespace mobility::player {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;

/// {"id": …, "do": …} of a line, as far as it can be read, so that also errors carry it.
Json head_of(const std::string& line) {
    Json head = Json::object();
    const auto json = Json::parse(line, nullptr, false, true);
    if (json.is_object()) {
        for (const char* const key : {"id", "do"}) {
            if (const auto found = json.find(key); found != json.end()) {
                head[key] = *found;
            }
        }
    }
    return head;
}

}  // namespace

void Conversation::input(std::string_view text, Instant now) {
    for (const char c : text) {
        if (c != '\n') {
            partial_ += c;
            continue;
        }
        lines_.push_back(std::move(partial_));
        partial_.clear();
    }
    if (partial_.size() > kLongestLine) {
        answer(Json::object(), {{"error", "a line of more than a million bytes"}});
        partial_.clear();
    }
    carry_on(now);
}

void Conversation::input_ended(Instant now) {
    if (!partial_.empty()) {
        lines_.push_back(std::move(partial_));
    }
    ended_ = true;
    carry_on(now);
}

void Conversation::carry_on(Instant now) {
    while (!in_step_ && !lines_.empty()) {
        const std::string line = std::move(lines_.front());
        lines_.pop_front();
        if (line.find_first_not_of(" \t\r") != std::string::npos) {
            run(line, now);
        }
    }
}

void Conversation::run(const std::string& line, Instant now) {
    const Json head = head_of(line);
    const bool step = !head.contains("id");
    in_step_ = step;
    ++open_;
    try {
        const ConfigFile parsed = ConfigFile::parse(line);
        if (!head.contains("do")) {
            throw ConfigError("do is missing");
        }
        const ConfigValue root = parsed.root();
        if (!head.at("do").is_string()) {
            throw ConfigError("do: expected a string");
        }
        commands_.run(head.at("do").get<std::string>(), root, now,
                      [this, head, step](const Json& body) {
                          in_step_ = step ? false : in_step_;
                          --open_;
                          answer(head, body);
                      });
    } catch (const std::runtime_error& refused) {
        in_step_ = step ? false : in_step_;
        --open_;
        answer(head, {{"error", refused.what()}});
    }
}

void Conversation::answer(const Json& head, const Json& body) {
    Json line = head;
    for (const auto& [key, value] : body.items()) {
        line[key] = value;
    }
    output_(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace mobility::player
