// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One exchange of one MN with the servers, played to the letter: what is said when and through
// which link, and what was heard.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "dhcp-player/answer.h"
#include "dhcp-player/link.h"
#include "dhcp-player/question.h"

namespace mobility::player {

/// One transmission of the message: the first, a retransmission, a copy, a delayed original.
struct Send {
    Link* link = nullptr;
    /// Since the step began.
    std::chrono::microseconds after{0};
    /// What the message says; without: how long the exchange really lasts already.
    std::optional<Milliseconds> elapsed;
    /// False for a message that comes from where the MN is no more.
    bool moves = true;
    /// The router learns the MN's MAC first.
    bool announce = false;
    /// How the message is spoiled, or null.
    const Mutation* mutation = nullptr;
};

struct Script {
    /// Each is one step, with a transaction of its own: {Solicit, Request}, {Confirm}.
    std::vector<Dhcp6MessageType> messages;
    Claims claims;
    /// Not empty, in the order of their times; the same for each step.
    std::vector<Send> sends;
    /// Copies go on after the answer; retransmissions end with it.
    bool sends_go_on = false;
    /// A step without an answer ends so long after its last transmission.
    Milliseconds patience{1000};
    /// How long after the last answer further ones are collected.
    Milliseconds collect{0};
    /// Of the first step; 24 bits. Without: chosen at random.
    std::optional<std::uint32_t> transaction_id;
    /// Elapsed Time at the beginning: for an exchange that is said to have begun earlier.
    Milliseconds elapsed{0};
};

struct Step {
    Dhcp6MessageType message{};
    std::uint32_t transaction_id = 0;
    Instant began;
    unsigned sends = 0;
    std::optional<Instant> answered;
};

struct HeardAnswer {
    const Link* link = nullptr;
    Instant at;
    Answer answer;
};

struct Outcome {
    MnNumber mn = 0;
    std::vector<Step> steps;
    /// Of the last step, the accepted one first.
    std::vector<HeardAnswer> answers;
    /// Why there is no answer; empty when there is one.
    std::string error;

    /// Answered at each step, and with Success.
    bool success() const;
    /// From the first transmission of the first step to the answer of the last. Zero without one.
    std::chrono::nanoseconds duration() const;
};

/// The state machine of an exchange; knows no socket and no clock. Belongs to the Player.
class Exchange {
public:
    enum class Verdict { kNotMine, kUnexpected, kAccepted, kFurther };

    Exchange(MnNumber mn, Script script);

    /// The MN spoke as itself and was not spoiled: what is granted to it is its own.
    bool honest() const;

    const Script& script() const { return script_; }
    Dhcp6MessageType message() const { return script_.messages[outcome_.steps.size() - 1]; }
    std::uint32_t transaction_id() const { return outcome_.steps.back().transaction_id; }
    const Question& question() const { return question_; }

    /// There is another message to say, given that the last answer was `answer`.
    bool goes_on_after(const Answer& answer) const;
    Dhcp6MessageType next_message() const { return script_.messages[outcome_.steps.size()]; }
    void begin_step(Question question, std::uint32_t transaction_id, Instant now);

    /// When it next wants to send or to end.
    Instant due() const;
    /// The transmission that is due, with its Elapsed Time; each is given once.
    std::optional<Send> next_send(Instant now);
    Verdict hear(const HeardAnswer& heard);
    /// Nothing more to send and nothing more to wait for.
    bool over(Instant now) const;
    /// It said something through this link in this step.
    bool spoke_on(const Link& link) const;

    Outcome take_outcome();
    void fail(std::string why) { outcome_.error = std::move(why); }

private:
    bool expects(const Answer& answer) const;
    bool answered() const { return outcome_.steps.back().answered.has_value(); }
    bool has_to_send() const;

    Script script_;
    Question question_;
    Outcome outcome_;
    std::size_t next_send_ = 0;
};

}  // namespace mobility::player
