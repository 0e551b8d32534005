// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What flowed in a simulation, one line each, in the order of arrival: "kea0 -> anchor0: MN Address
// Setup", "ar1 -> anchor0: Routing Setup Ack: installed", "anchor0 +", "Confirm", "Reply".
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/sim/simulation.h"

namespace mobility::sim {

/// Heartbeats are left out. Must live as long as the simulation that it watches.
class MessageRecord {
public:
    using Lines = std::vector<std::string>;

    /// Before the simulation starts.
    void watch(Simulation& world);
    /// Since the last question.
    Lines take_lines() { return std::exchange(lines_, {}); }
    /// The last message of this line.
    const control::Message& last(const std::string& line) const { return messages_.at(line); }

private:
    void heard(const std::string& from, const std::string& to, const control::Message& message);

    Lines lines_;
    std::map<std::string, control::Message> messages_;
    /// Sender, receiver, number: what an acknowledgement is about.
    std::map<std::tuple<std::string, std::string, std::uint64_t>, std::string> numbered_;
};

}  // namespace mobility::sim
