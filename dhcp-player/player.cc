// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Finds for each message its MN and exchange, and for each exchange its time.
#include "dhcp-player/player.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mobility::player {
namespace {

std::uint64_t send_failures(const Script& script) {
    std::uint64_t failures = 0;
    for (const Send& send : script.sends) {
        failures += send.link->counters().send_failures;
    }
    return failures;
}

/// "; ar1: Network is down" for each of its links that could not send.
std::string latest_failures(const Script& script) {
    std::set<const Link*> failing;
    std::string text;
    for (const Send& send : script.sends) {
        if (send.link->counters().send_failures > 0 && failing.insert(send.link).second) {
            text += "; " + send.link->name() + ": " + send.link->counters().latest_failure;
        }
    }
    return text;
}

/// Those that it holds, leased or registered.
std::vector<IpAddress> addresses_of(const MobileNode& mn) {
    std::vector<IpAddress> addresses;
    const auto add = [&](const Lease& lease) {
        if (lease.prefix.is_host()) {
            addresses.push_back(lease.prefix.address());
        }
    };
    for (const IdentityAssociation& ia : mn.held()) {
        std::ranges::for_each(ia.leases, add);
    }
    std::ranges::for_each(mn.registered(), add);
    return addresses;
}

/// A registration comes from the address itself (RFC 9686 section 4.2).
std::optional<IpAddress> speaks_from(const Exchange& exchange) {
    const auto& registers = exchange.question().registers;
    return registers ? std::optional(registers->prefix.address()) : std::nullopt;
}

}  // namespace

std::size_t Player::MacHash::operator()(const MacAddress& mac) const {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : mac.bytes) {
        value = value << 8 | byte;
    }
    return std::hash<std::uint64_t>{}(value);
}

Result<Link*> Player::add(std::unique_ptr<Link> link) {
    const std::string name = link->name();
    const auto [it, added] = links_.try_emplace(name, std::move(link));
    if (!added) {
        return Error{"there is a link \"" + name + "\" already"};
    }
    return it->second.get();
}

Link* Player::link(const std::string& name) const {
    const auto found = links_.find(name);
    return found == links_.end() ? nullptr : found->second.get();
}

MobileNode& Player::mn(MnNumber number) { return inhabitant(number).mn; }

const MobileNode* Player::known(MnNumber number) const {
    const auto found = inhabitants_.find(number);
    return found == inhabitants_.end() ? nullptr : &found->second.mn;
}

Player::Inhabitant& Player::inhabitant(MnNumber number) {
    const auto found = inhabitants_.find(number);
    if (found != inhabitants_.end()) {
        return found->second;
    }
    Identity identity = identity_of(number);
    const Identity host = identity_of(number % population_.hosts);
    identity.mac = host.mac;
    identity.link_local = host.link_local;
    return settle(MobileNode(number, std::move(identity), population_.kinds));
}

Player::Inhabitant& Player::settle(MobileNode mn) {
    const MnNumber number = mn.number();
    macs_[mn.identity().mac] = number;
    addresses_[mn.identity().link_local] = number;
    return inhabitants_.insert_or_assign(number, Inhabitant{std::move(mn), {}}).first->second;
}

Result<void> Player::define(MnNumber number, Identity identity,
                            std::vector<Dhcp6OptionCode> kinds) {
    if (const auto found = inhabitants_.find(number); found != inhabitants_.end()) {
        if (!found->second.open.empty()) {
            return Error{"MN " + std::to_string(number) + " is in the middle of an exchange"};
        }
        forget(number);
        macs_.erase(found->second.mn.identity().mac);
        addresses_.erase(found->second.mn.identity().link_local);
    }
    settle(MobileNode(number, std::move(identity), std::move(kinds)));
    return {};
}

void Player::forget(MnNumber number) {
    MobileNode& forgetful = mn(number);
    unindex_leases(forgetful);
    forgetful.forget();
}

Result<void> Player::play(MnNumber number, Script script, Instant now, Done done) {
    Inhabitant& at = inhabitant(number);
    if (script.messages.front() == Dhcp6MessageType::kRequest && at.mn.server_id().empty() &&
        !script.claims.server_id) {
        script.messages.insert(script.messages.begin(), Dhcp6MessageType::kSolicit);
    }
    auto question = ask(script.messages.front(), at.mn, script.claims);
    if (!question) {
        return Error{question.error()};
    }
    const std::uint32_t transaction = script.transaction_id.value_or(new_transaction());
    const ExchangeId id = next_id_++;
    const std::uint64_t failures = send_failures(script);
    Open& open = exchanges_
                     .try_emplace(id, Open{&at.mn, Exchange(number, std::move(script)),
                                           std::move(done), failures})
                     .first->second;
    at.open.push_back(id);
    begin_step(id, open, std::move(*question), transaction, now);
    return {};
}

bool Player::busy(MnNumber number) const {
    const auto found = inhabitants_.find(number);
    return found != inhabitants_.end() && !found->second.open.empty();
}

std::uint32_t Player::new_transaction() {
    std::uint32_t transaction = 0;
    do {
        transaction = static_cast<std::uint32_t>(random_()) & 0xffffff;
    } while (transactions_.contains(transaction));
    return transaction;
}

void Player::begin_step(ExchangeId id, Open& open, Question question, std::uint32_t transaction,
                        Instant now) {
    open.exchange.begin_step(std::move(question), transaction, now);
    transactions_.emplace(open.exchange.transaction_id(), id);
    carry_on(id, now);
}

/// Sends what is due and ends what is over; comes back when there is more.
void Player::carry_on(ExchangeId id, Instant now) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) {
        return;
    }
    Open& open = found->second;
    while (const auto send = open.exchange.next_send(now)) {
        say(open, *send);
    }
    if (open.exchange.over(now)) {
        end(id);
        return;
    }
    agenda_.at(open.exchange.due(), [this, id](Instant then) { carry_on(id, then); });
}

void Player::say(Open& open, const Send& send) {
    const Exchange& exchange = open.exchange;
    if (send.moves) {
        open.mn->be_on(send.link);
    }
    if (send.announce) {
        send.link->announce(open.mn->identity());
    }
    auto done = write(exchange.question(), exchange.transaction_id(), *send.elapsed, message_);
    if (done) {
        done =
            send.link->say({open.mn->identity(), message_, send.mutation, speaks_from(exchange)});
    }
    if (!done) {
        open.exchange.fail(send.link->name() + ": " + done.error());
    }
}

bool Player::heard(const Heard& heard) {
    auto answer = read_answer(heard.message);
    if (!answer) {
        ++counters_.malformed;
        counters_.latest_malformed = heard.link->name() + ": " + answer.error();
        return false;
    }
    const HeardAnswer message{heard.link, heard.at, std::move(*answer)};
    std::vector<ExchangeId> candidates;
    const auto [begin, end] = transactions_.equal_range(message.answer.transaction_id);
    for (auto it = begin; it != end; ++it) {
        candidates.push_back(it->second);
    }
    return std::ranges::any_of(candidates,
                               [&](ExchangeId id) { return deliver(id, message, heard.to); });
}

/// True when the answer belongs to this exchange.
bool Player::deliver(ExchangeId id, const HeardAnswer& heard, const std::optional<IpAddress>& to) {
    Open& open = exchanges_.at(id);
    const auto verdict = open.exchange.hear(heard);
    switch (verdict) {
        case Exchange::Verdict::kNotMine:
            return false;
        case Exchange::Verdict::kUnexpected:
            ++counters_.unexpected;
            return true;
        case Exchange::Verdict::kAccepted:
        case Exchange::Verdict::kFurther:
            break;
    }
    if (to && *to != speaks_from(open.exchange).value_or(open.mn->identity().link_local)) {
        ++counters_.misaddressed;
    }
    if (verdict == Exchange::Verdict::kAccepted) {
        accept(id, open, heard);
    }
    return true;
}

void Player::accept(ExchangeId id, Open& open, const HeardAnswer& heard) {
    Exchange& exchange = open.exchange;
    if (exchange.honest() || heard.answer.type == Dhcp6MessageType::kAdvertise) {
        learn(*open.mn, exchange.message(), heard.answer);
    }
    if (!exchange.goes_on_after(heard.answer)) {
        carry_on(id, heard.at);
        return;
    }
    auto question = ask(exchange.next_message(), *open.mn, exchange.script().claims);
    if (!question) {
        exchange.fail(question.error());
        end(id);
        return;
    }
    drop_transaction(id, exchange.transaction_id());
    begin_step(id, open, std::move(*question), new_transaction(), heard.at);
}

void Player::learn(MobileNode& mn, Dhcp6MessageType asked, const Answer& answer) {
    unindex_leases(mn);
    mn.learn(asked, answer);
    index_leases(mn);
}

void Player::index_leases(const MobileNode& mn) {
    for (const IpAddress& address : addresses_of(mn)) {
        if (address != mn.identity().link_local) {
            addresses_[address] = mn.number();
        }
    }
}

void Player::unindex_leases(const MobileNode& mn) {
    for (const IpAddress& address : addresses_of(mn)) {
        const auto found = addresses_.find(address);
        if (found != addresses_.end() && found->second == mn.number() &&
            address != mn.identity().link_local) {
            addresses_.erase(found);
        }
    }
}

void Player::drop_transaction(ExchangeId id, std::uint32_t transaction) {
    const auto [begin, end] = transactions_.equal_range(transaction);
    const auto found =
        std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; });
    if (found != end) {
        transactions_.erase(found);
    }
}

void Player::end(ExchangeId id) {
    auto node = exchanges_.extract(id);
    Open& open = node.mapped();
    drop_transaction(id, open.exchange.transaction_id());
    std::erase(inhabitants_.at(open.mn->number()).open, id);
    Outcome outcome = open.exchange.take_outcome();
    if (!outcome.error.empty() && send_failures(open.exchange.script()) > open.send_failures) {
        outcome.error += latest_failures(open.exchange.script());
    }
    open.done(std::move(outcome));
}

std::optional<MacAddress> Player::resolve(const Link& on, const IpAddress& address) const {
    const auto found = addresses_.find(address);
    if (found == addresses_.end()) {
        return std::nullopt;
    }
    const Inhabitant& at = inhabitants_.at(found->second);
    if (address.is_link_local() && population_.shares_hosts()) {
        return at.mn.identity().mac;
    }
    const bool waits_here =
        address.is_link_local() && std::ranges::any_of(at.open, [&](ExchangeId id) {
            return exchanges_.at(id).exchange.spoke_on(on);
        });
    if (at.mn.link() != &on && !waits_here) {
        return std::nullopt;
    }
    return at.mn.identity().mac;
}

bool Player::packet_arrived(const Link& on, const MacAddress& mac, const IpAddress& to,
                            Instant at) {
    const auto found = macs_.find(mac);
    if (found == macs_.end()) {
        return false;
    }
    MobileNode& mn = inhabitants_.at(found->second).mn;
    if (!mn.holds(to)) {
        return false;
    }
    mn.packet_arrived(on, at);
    return mn.link() == &on;
}

}  // namespace mobility::player
