// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The dialogue with whoever scripts the player: one JSON object a line, in and out.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "dhcp-player/commands.h"

namespace mobility::player {

/// Lines with an "id" run side by side, and their answers carry it. A line without one is a step:
/// the lines behind it wait until it is answered. Every line is answered once.
class Conversation {
public:
    using Output = std::function<void(const std::string& line)>;

    Conversation(Commands& commands, Output output)
        : commands_(commands), output_(std::move(output)) {}

    /// Any piece of the input.
    void input(std::string_view text, Instant now);
    /// No more input comes. A last line without an end counts.
    void input_ended(Instant now);
    /// Everything was answered and nothing more comes.
    bool over() const { return ended_ && lines_.empty() && !in_step_ && open_ == 0; }

    /// Runs the lines whose turn it is. Call it after anything that may have answered a step.
    void carry_on(Instant now);

private:
    void run(const std::string& line, Instant now);
    void answer(const nlohmann::ordered_json& head, const nlohmann::ordered_json& body);

    Commands& commands_;
    Output output_;
    std::string partial_;
    std::deque<std::string> lines_;
    bool in_step_ = false;
    bool ended_ = false;
    std::uint64_t open_ = 0;
};

}  // namespace mobility::player
