// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads exchanges: of one MN, and of many at a pace.
#include <algorithm>
#include <array>
#include <string_view>

#include "dhcp-player/mutation.h"
#include "dhcp-player/request.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using std::chrono::microseconds;

constexpr std::int64_t kLongest = 3'600'000;  // ms: one hour
constexpr std::int64_t kMostRepeats = 1000;
constexpr std::int64_t kLargestRate = 1'000'000;

Milliseconds read_ms(const ConfigMap& map, const char* key, Milliseconds otherwise,
                     std::int64_t least = 0) {
    const auto value = map.optional(key);
    return value ? Milliseconds(value->integer(least, kLongest)) : otherwise;
}

bool read_flag(const ConfigMap& map, const char* key, bool otherwise) {
    const auto value = map.optional(key);
    return value ? value->boolean() : otherwise;
}

std::vector<Prefix> read_prefixes(const ConfigValue& value) {
    std::vector<Prefix> prefixes;
    for (const ConfigValue& element : value.list()) {
        const Prefix prefix = element.prefix();
        if (prefix.address().family() != Family::kIpv6) {
            element.refuse("is IPv4; expected IPv6");
        }
        prefixes.push_back(prefix);
    }
    return prefixes;
}

std::vector<RawOption> read_options(const ConfigValue& value) {
    std::vector<RawOption> options;
    for (const ConfigValue& element : value.list()) {
        const ConfigMap map = element.map({"code", "hex"});
        RawOption& option = options.emplace_back();
        option.code = static_cast<Dhcp6OptionCode>(map.required("code").integer(0, 65535));
        if (const auto hex = map.optional("hex")) {
            option.data = read_hex(*hex);
        }
    }
    return options;
}

std::uint32_t read_lifetime(const ConfigMap& map, const char* key, std::uint32_t otherwise) {
    const auto value = map.optional(key);
    return value ? static_cast<std::uint32_t>(value->integer(0, UINT32_MAX)) : otherwise;
}

/// {"address": …, "valid": 3600, "preferred": 1800}
std::optional<Lease> read_registration(const ConfigMap& map) {
    const auto value = map.optional("address");
    const auto valid = read_lifetime(map, "valid", 3600);
    const auto preferred = read_lifetime(map, "preferred", valid);
    if (!value) {
        return std::nullopt;
    }
    const IpAddress address = value->address();
    if (address.family() != Family::kIpv6) {
        value->refuse("is IPv4; expected IPv6");
    }
    return Lease{Prefix::host(address), preferred, valid};
}

Claims read_claims(const ConfigMap& map) {
    Claims claims;
    if (const auto duid = map.optional("duid")) {
        claims.duid = read_hex(*duid);
    }
    if (const auto server = map.optional("server_id")) {
        claims.server_id = read_hex(*server);
    }
    if (read_flag(map, "no_server_id", false)) {
        claims.server_id.emplace();
    }
    if (const auto iaid = map.optional("iaid")) {
        claims.iaid = static_cast<std::uint32_t>(iaid->integer(0, UINT32_MAX));
    }
    if (const auto addresses = map.optional("addresses")) {
        claims.addresses = read_prefixes(*addresses);
    }
    if (const auto prefixes = map.optional("prefixes")) {
        claims.prefixes = read_prefixes(*prefixes);
    }
    if (const auto options = map.optional("options")) {
        claims.options = read_options(*options);
    }
    claims.rapid_commit = read_flag(map, "rapid_commit", false);
    claims.registers = read_registration(map);
    return claims;
}

const Mutation* read_mutation(const ConfigMap& map, const Mutation* otherwise) {
    const auto value = map.optional("mutation");
    if (!value) {
        return otherwise;
    }
    const Mutation* const mutation = find_mutation(value->string());
    if (!mutation) {
        value->refuse("is no mutation; {\"do\": \"mutations\"} lists them");
    }
    return mutation;
}

Send read_send(const ConfigValue& value, const Player& player, const Send& usual) {
    const ConfigMap map =
        value.map({"after_us", "link", "elapsed_ms", "moves", "announce", "mutation"});
    Send send = usual;
    if (const auto after = map.optional("after_us")) {
        send.after = microseconds(after->integer(0, kLongest * 1000));
    }
    if (const auto link = map.optional("link")) {
        send.link = read_link(*link, player);
    }
    if (const auto elapsed = map.optional("elapsed_ms")) {
        send.elapsed = Milliseconds(elapsed->integer(0, kLongest));
    }
    send.moves = read_flag(map, "moves", usual.moves);
    send.announce = read_flag(map, "announce", usual.announce);
    send.mutation = read_mutation(map, usual.mutation);
    return send;
}

/// {"every_ms": 300, "times": 3, "link": "ar2"}: the same message again until it is answered.
void add_retransmissions(const ConfigValue& value, const Player& player, std::vector<Send>& sends) {
    const ConfigMap map = value.map({"every_ms", "times", "link"});
    const Milliseconds every(map.required("every_ms").integer(1, kLongest));
    const std::int64_t times = map.required("times").integer(1, kMostRepeats);
    Send again = sends.back();
    again.announce = false;
    if (const auto link = map.optional("link")) {
        again.link = read_link(*link, player);
    }
    for (std::int64_t i = 1; i <= times; ++i) {
        again.after = every * i;
        sends.push_back(again);
    }
}

void read_sends(const ConfigMap& map, const Player& player, Script& script) {
    Send usual;
    if (const auto link = map.optional("link")) {
        usual.link = read_link(*link, player);
    }
    usual.moves = read_flag(map, "moves", true);
    usual.announce = read_flag(map, "announce", false);
    usual.mutation = read_mutation(map, nullptr);
    const auto sends = map.optional("sends");
    const auto retransmit = map.optional("retransmit");
    if (sends && retransmit) {
        retransmit->refuse("stands beside \"sends\"; expected one of both");
    }
    if (!sends) {
        script.sends.push_back(usual);
        if (retransmit) {
            add_retransmissions(*retransmit, player, script.sends);
        }
        return;
    }
    for (const ConfigValue& send : sends->list_not_empty()) {
        script.sends.push_back(read_send(send, player, usual));
    }
    std::ranges::stable_sort(script.sends, {}, &Send::after);
    script.sends_go_on = true;
}

/// Of an exchange, alone on its line or within a batch.
const std::initializer_list<std::string_view> kExchangeKeys = {
    "do",           "id",       "mn",         "link",         "sends",      "retransmit",
    "moves",        "announce", "timeout_ms", "collect_ms",   "elapsed_ms", "transaction_id",
    "rapid_commit", "duid",     "server_id",  "no_server_id", "iaid",       "addresses",
    "prefixes",     "options",  "mutation",   "address",      "valid",      "preferred"};

Script read_script(const ConfigMap& map, const Player& player) {
    Script script;
    script.messages = messages_of(map.required("do").string());
    if (script.messages.empty()) {
        map.required("do").refuse(
            "is no exchange; expected attach, solicit, request, confirm, renew, rebind, release, "
            "decline, information-request or register");
    }
    script.claims = read_claims(map);
    if (script.messages.front() == Type::kAddrRegInform) {
        map.required("address");
    }
    read_sends(map, player, script);
    script.patience = read_ms(map, "timeout_ms", script.patience, 1);
    script.collect = read_ms(map, "collect_ms", script.collect);
    script.elapsed = read_ms(map, "elapsed_ms", script.elapsed);
    if (const auto transaction = map.optional("transaction_id")) {
        script.transaction_id = static_cast<std::uint32_t>(transaction->integer(0, 0xffffff));
    }
    return script;
}

std::vector<Link*> read_links(const ConfigValue& value, const Player& player) {
    std::vector<Link*> links;
    for (const ConfigValue& element : value.list_not_empty()) {
        links.push_back(read_link(element, player));
    }
    return links;
}

SeriesPlan read_series(const ConfigMap& map, const Player& player) {
    SeriesPlan plan;
    const ConfigMap exchange = map.required("exchange").map(kExchangeKeys);
    for (const char* const own : {"id", "mn"}) {
        if (const auto value = exchange.optional(own)) {
            value->refuse("has no place in the exchange of many MNs");
        }
    }
    plan.script = read_script(exchange, player);
    const MnRange mns = read_mns(map.required("mns"));
    plan.first_mn = mns.first;
    plan.mn_count = mns.count;
    plan.links = read_links(map.required("links"), player);
    plan.onward = read_flag(map, "onward", false);
    return plan;
}

}  // namespace

std::vector<Type> messages_of(const std::string& exchange) {
    struct Named {
        std::string_view name;
        std::vector<Type> messages;
    };
    static const std::array kExchanges{
        Named{"attach", {Type::kSolicit, Type::kRequest}},
        Named{"solicit", {Type::kSolicit}},
        Named{"request", {Type::kRequest}},
        Named{"confirm", {Type::kConfirm}},
        Named{"renew", {Type::kRenew}},
        Named{"rebind", {Type::kRebind}},
        Named{"release", {Type::kRelease}},
        Named{"decline", {Type::kDecline}},
        Named{"information-request", {Type::kInformationRequest}},
        Named{"register", {Type::kAddrRegInform}},
    };
    const auto found = std::ranges::find(kExchanges, exchange, &Named::name);
    return found == kExchanges.end() ? std::vector<Type>{} : found->messages;
}

PlayRequest read_play(const ConfigValue& line, const Player& player) {
    const ConfigMap map = line.map(kExchangeKeys);
    PlayRequest request;
    request.mn = read_mn(map.required("mn"));
    request.script = read_script(map, player);
    if (std::ranges::any_of(request.script.sends, [](const Send& send) { return !send.link; })) {
        map.required("link");
    }
    return request;
}

SeriesPlan read_batch(const ConfigValue& line, const Player& player) {
    const ConfigMap map = line.map({"do", "id", "exchange", "mns", "links", "onward", "within_ms"});
    SeriesPlan plan = read_series(map, player);
    plan.exchanges = plan.mn_count;
    plan.pace = std::chrono::nanoseconds(read_ms(map, "within_ms", Milliseconds{0})) /
                static_cast<std::int64_t>(plan.exchanges);
    return plan;
}

SeriesPlan read_load(const ConfigValue& line, const Player& player) {
    const ConfigMap map =
        line.map({"do", "id", "exchange", "mns", "links", "onward", "rate", "seconds"});
    SeriesPlan plan = read_series(map, player);
    const std::int64_t rate = map.required("rate").integer(1, kLargestRate);
    const std::int64_t seconds = map.required("seconds").integer(1, kLongest / 1000);
    plan.exchanges = static_cast<std::uint64_t>(rate * seconds);
    plan.pace = std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
    return plan;
}

}  // namespace mobility::player
