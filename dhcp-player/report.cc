// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Puts outcomes, figures and states into JSON.
#include "dhcp-player/report.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "dhcp-player/mutation.h"

namespace mobility::player {
namespace {

/// "Reply", "Information-request": as RFC 9915 writes them.
std::string name(Dhcp6MessageType type) {
    std::string name = text(type);
    for (std::size_t i = 1; i < name.size(); ++i) {
        name[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return name;
}

/// To the microsecond.
double ms(std::chrono::nanoseconds duration) {
    return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3;
}

/// CLOCK_MONOTONIC, as time.monotonic_ns() gives it.
std::int64_t ns(Instant at) { return at.time_since_epoch().count(); }

std::string hex(std::span<const std::uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// An address without its /128.
std::string lease_text(const Prefix& prefix) {
    return prefix.is_host() ? prefix.address().text() : prefix.text();
}

Json leases_of(const MobileNode& mn, Dhcp6OptionCode code) {
    Json list = Json::array();
    for (const IdentityAssociation& ia : mn.held()) {
        for (const Lease& lease : ia.leases) {
            if (ia.code == code) {
                list.push_back(lease_text(lease.prefix));
            }
        }
    }
    return list;
}

Json registered(const MobileNode& mn) {
    Json list = Json::array();
    for (const Lease& lease : mn.registered()) {
        list.push_back(lease_text(lease.prefix));
    }
    return list;
}

Json report(const IdentityAssociation& ia) {
    Json leases = Json::array();
    for (const Lease& lease : ia.leases) {
        leases.push_back(
            {{ia.code == Dhcp6OptionCode::kIaNa ? "address" : "prefix", lease_text(lease.prefix)},
             {"preferred", lease.preferred_lifetime},
             {"valid", lease.valid_lifetime}});
    }
    return {{"kind", ia.code == Dhcp6OptionCode::kIaNa ? "na" : "pd"},
            {"iaid", ia.iaid},
            {"t1", ia.t1},
            {"t2", ia.t2},
            {"leases", leases}};
}

Json report(const AnsweredIa& answered) {
    Json json = report(answered.ia);
    if (answered.status) {
        json["status"] = text(answered.status->code);
        json["message"] = answered.status->message;
    }
    return json;
}

Json report(const Step& step) {
    Json json{{"message", name(step.message)},
              {"transaction_id", step.transaction_id},
              {"sends", step.sends},
              {"sent_ns", ns(step.began)}};
    if (step.answered) {
        json["answered_ns"] = ns(*step.answered);
        json["ms"] = ms(*step.answered - step.began);
    }
    return json;
}

Json report(const HeardAnswer& heard, Instant since) {
    Json json{{"link", heard.link->name()},
              {"reply", name(heard.answer.type)},
              {"status", text(heard.answer.verdict().code)},
              {"ms", ms(heard.at - since)}};
    return json;
}

Json ias_of(const Answer& answer) {
    Json ias = Json::array();
    for (const AnsweredIa& ia : answer.ias) {
        ias.push_back(report(ia));
    }
    return ias;
}

Json report(const Arrivals& arrivals) {
    Json json{{"here", arrivals.here}, {"elsewhere", arrivals.elsewhere}};
    if (arrivals.first_here) {
        json["first_here_ns"] = ns(*arrivals.first_here);
        json["last_here_ns"] = ns(*arrivals.last_here);
    }
    if (arrivals.last_elsewhere) {
        json["last_elsewhere_ns"] = ns(*arrivals.last_elsewhere);
    }
    return json;
}

}  // namespace

Json report(const Outcome& outcome, const MobileNode& mn) {
    Json json{{"mn", outcome.mn}, {"link", nullptr}, {"reply", nullptr}};
    if (!outcome.answers.empty()) {
        const HeardAnswer& first = outcome.answers.front();
        const Status verdict = first.answer.verdict();
        json["link"] = first.link->name();
        json["reply"] = name(first.answer.type);
        json["status"] = text(verdict.code);
        json["message"] = verdict.message;
        json["ms"] = ms(outcome.duration());
        json["ias"] = ias_of(first.answer);
        json["server_id"] = hex(first.answer.server_id);
        json["registers"] = first.answer.registers;
    }
    if (!outcome.error.empty()) {
        json["error"] = outcome.error;
    }
    json["addresses"] = leases_of(mn, Dhcp6OptionCode::kIaNa);
    json["prefixes"] = leases_of(mn, Dhcp6OptionCode::kIaPd);
    json["registered"] = registered(mn);
    Json& steps = json["steps"] = Json::array();
    for (const Step& step : outcome.steps) {
        steps.push_back(report(step));
    }
    Json& answers = json["answers"] = Json::array();
    for (const HeardAnswer& heard : outcome.answers) {
        answers.push_back(report(heard, outcome.steps.back().began));
    }
    return json;
}

Json report(const SeriesResult& result) {
    Json json{{"started", result.started},
              {"succeeded", result.succeeded},
              {"failed", result.failed},
              {"busy", result.busy},
              {"repeated", result.repeated}};
    json["ms"] = {{"p50", ms(result.durations.percentile(50))},
                  {"p99", ms(result.durations.percentile(99))},
                  {"max", ms(result.durations.percentile(100))}};
    json["last_started_ms"] = ms(result.last_started);
    json["last_answered_ms"] = ms(result.last_answered);
    json["behind_ms"] = ms(result.behind);
    Json& statuses = json["statuses"] = Json::object();
    for (const auto& [code, count] : result.statuses) {
        statuses[text(code)] = count;
    }
    Json& unanswered = json["unanswered"] = Json::object();
    for (const auto& [message, count] : result.unanswered) {
        unanswered[name(message)] = count;
    }
    Json& failures = json["failures"] = Json::array();
    for (const SeriesFailure& failure : result.failures) {
        failures.push_back({{"mn", failure.mn}, {"what", failure.what}});
    }
    json["failures_left_out"] = result.failed - result.failures.size();
    return json;
}

Json report(const MobileNode& mn) {
    const Identity& identity = mn.identity();
    Json json{{"mn", mn.number()},
              {"duid", hex(identity.duid)},
              {"iaid", identity.iaid},
              {"mac", identity.mac.text()},
              {"link_local", identity.link_local.text()},
              {"link", nullptr},
              {"server_id", hex(mn.server_id())},
              {"addresses", leases_of(mn, Dhcp6OptionCode::kIaNa)},
              {"prefixes", leases_of(mn, Dhcp6OptionCode::kIaPd)},
              {"registered", registered(mn)}};
    if (mn.link()) {
        json["link"] = mn.link()->name();
    }
    Json& held = json["held"] = Json::array();
    for (const IdentityAssociation& ia : mn.held()) {
        held.push_back(report(ia));
    }
    json["arrivals"] = report(mn.arrivals());
    return json;
}

Json report_leases(const Player& player, MnNumber first, std::uint32_t count) {
    Json leases = Json::array();
    for (MnNumber number = first; number - first < count; ++number) {
        const MobileNode* const mn = player.known(number);
        if (!mn) {
            continue;
        }
        const Json link = mn->link() ? Json(mn->link()->name()) : Json(nullptr);
        for (const IdentityAssociation& ia : mn->held()) {
            for (const Lease& lease : ia.leases) {
                leases.push_back({number, lease_text(lease.prefix), link});
            }
        }
    }
    return leases;
}

Json report_counters(const Player& player) {
    const PlayerCounters& all = player.counters();
    Json json{{"malformed", all.malformed},
              {"unexpected", all.unexpected},
              {"misaddressed", all.misaddressed},
              {"latest_malformed", all.latest_malformed}};
    Json& links = json["links"] = Json::object();
    for (const auto& [link_name, link] : player.links()) {
        const LinkCounters& counters = link->counters();
        links[link_name] = {{"sent", counters.sent},
                            {"heard", counters.heard},
                            {"unmatched", counters.unmatched},
                            {"resolved", counters.resolved},
                            {"malformed", counters.malformed},
                            {"send_failures", counters.send_failures},
                            {"latest_failure", counters.latest_failure}};
    }
    return json;
}

Json report_mutations() {
    Json list = Json::array();
    for (const Mutation& mutation : mutations()) {
        const bool relay = mutation.spoils == Spoils::kRelayHeader;
        list.push_back({{"number", list.size() + 1},
                        {"name", mutation.name},
                        {"what", mutation.what},
                        {"spoils", relay ? "relay header" : "client message"}});
    }
    return list;
}

}  // namespace mobility::player
