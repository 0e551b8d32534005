// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Follows an exchange from its first transmission to its last answer.
#include "dhcp-player/exchange.h"

#include <algorithm>
#include <cassert>

namespace mobility::player {

bool Outcome::success() const {
    return error.empty() && !answers.empty() &&
           answers.front().answer.verdict().code == Dhcp6StatusCode::kSuccess;
}

std::chrono::nanoseconds Outcome::duration() const {
    if (steps.empty() || !steps.back().answered) {
        return {};
    }
    return *steps.back().answered - steps.front().began;
}

Exchange::Exchange(MnNumber mn, Script script) : script_(std::move(script)) {
    assert(!script_.messages.empty() && !script_.sends.empty());
    outcome_.mn = mn;
}

bool Exchange::honest() const {
    return !script_.claims.duid &&
           std::ranges::all_of(script_.sends, [](const Send& send) { return !send.mutation; });
}

bool Exchange::goes_on_after(const Answer& answer) const {
    return outcome_.steps.size() < script_.messages.size() &&
           answer.type == Dhcp6MessageType::kAdvertise &&
           answer.verdict().code == Dhcp6StatusCode::kSuccess;
}

void Exchange::begin_step(Question question, std::uint32_t transaction_id, Instant now) {
    question_ = std::move(question);
    next_send_ = 0;
    outcome_.answers.clear();
    outcome_.steps.push_back({.message = question_.type,
                              .transaction_id = transaction_id & 0xffffff,
                              .began = now,
                              .sends = 0,
                              .answered = std::nullopt});
}

bool Exchange::has_to_send() const {
    return next_send_ < script_.sends.size() && (!answered() || script_.sends_go_on);
}

Instant Exchange::due() const {
    const Step& step = outcome_.steps.back();
    if (has_to_send()) {
        return step.began + script_.sends[next_send_].after;
    }
    const Instant last = step.began + script_.sends.back().after;
    if (!step.answered) {
        return last + script_.patience;
    }
    const Instant collected = *step.answered + script_.collect;
    return script_.sends_go_on ? std::max(last + script_.collect, collected) : collected;
}

std::optional<Send> Exchange::next_send(Instant now) {
    if (!has_to_send() || due() > now) {
        return std::nullopt;
    }
    Step& step = outcome_.steps.back();
    Send send = script_.sends[next_send_++];
    if (!send.elapsed) {
        send.elapsed = script_.elapsed + std::chrono::duration_cast<Milliseconds>(now - step.began);
    }
    ++step.sends;
    return send;
}

Exchange::Verdict Exchange::hear(const HeardAnswer& heard) {
    if (heard.answer.transaction_id != transaction_id() ||
        heard.answer.client_id != question_.client_id) {
        return Verdict::kNotMine;
    }
    if (!expects(heard.answer)) {
        return Verdict::kUnexpected;
    }
    outcome_.answers.push_back(heard);
    if (answered()) {
        return Verdict::kFurther;
    }
    outcome_.steps.back().answered = heard.at;
    return Verdict::kAccepted;
}

/// RFC 9915 sections 16.3 and 18.2.10.
bool Exchange::expects(const Answer& answer) const {
    if (question_.registers) {  // RFC 9686 section 4.3
        return answer.registered && answer.registered->prefix == question_.registers->prefix;
    }
    if (question_.type != Dhcp6MessageType::kSolicit) {
        return answer.type == Dhcp6MessageType::kReply;
    }
    return answer.type == Dhcp6MessageType::kAdvertise ||
           (answer.rapid_commit && question_.rapid_commit);
}

bool Exchange::over(Instant now) const { return !has_to_send() && due() <= now; }

bool Exchange::spoke_on(const Link& link) const {
    const auto said = script_.sends.begin() + static_cast<std::ptrdiff_t>(next_send_);
    return std::any_of(script_.sends.begin(), said,
                       [&](const Send& send) { return send.link == &link; });
}

Outcome Exchange::take_outcome() {
    const Step& step = outcome_.steps.back();
    if (outcome_.error.empty() && !step.answered) {
        outcome_.error = "no answer to " + text(step.message) + " within " +
                         std::to_string(script_.patience.count()) + " ms of the last of " +
                         std::to_string(step.sends) + " transmissions";
    }
    return std::move(outcome_);
}

}  // namespace mobility::player
