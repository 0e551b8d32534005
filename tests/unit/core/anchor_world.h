// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An Anchor between three ARs and two sources that do as the test says, with a kernel in memory.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/anchor.h"
#include "core/reconciler.h"
#include "tests/sim/memory_forwarder.h"
#include "tests/unit/core/examples.h"

namespace mobility::example {

/// How a message of an MN differs from a fresh one that was just committed.
struct Message {
    Proof proof = Proof::kCommit;
    std::uint32_t transaction = 0;  ///< 0: a new one
    Milliseconds elapsed{0};
    Milliseconds age{0};
};

class AnchorWorld : public AnchorOutput {
public:
    explicit AnchorWorld(AnchorSettings settings = default_settings()) : settings_(settings) {
        fill(inventory);
        start();
        for (int i = 1; i <= 3; ++i) connect(i);
    }
    static AnchorSettings default_settings() {
        AnchorSettings settings;
        settings.prefixes = {prefix("2001:db8:a::/48")};
        return settings;
    }

    NodeId ar(int number) const { return *inventory.ar_by_identity(ar_name(number)); }
    DomainId domain(const std::string& name = kDomain) { return inventory.domain(name); }
    Moment moment() const { return {now, wall_ms}; }
    void pass(Milliseconds time) {
        now += time;
        wall_ms += static_cast<std::uint64_t>(time.count());
    }

    /// The MN was heard by this AR; returns the number of the source's message.
    std::uint64_t attach(int ar, int number, std::vector<Prefix> prefixes, Message message = {}) {
        Attached event;
        event.mn = mn(number);
        event.attachment = attachment(ar, number);
        for (const auto& each : prefixes) event.items.push_back({1, each, Seconds{3600}});
        event.proof = message.proof;
        last_transaction = message.transaction ? message.transaction : ++fresh_transaction_;
        event.order = {last_transaction, message.elapsed, now - message.age};
        return say(event);
    }
    std::uint64_t say(const Attached& event, const std::string& source = kDomain) {
        anchor->attached(domain(source), ++number_, event, moment());
        return number_;
    }
    std::uint64_t detach(std::optional<MnId> mn, std::vector<Prefix> prefixes,
                         const std::string& source = kDomain) {
        anchor->detached(domain(source), ++number_,
                         {std::move(mn), std::move(prefixes), DetachReason::kReleased}, moment());
        return number_;
    }
    void list(std::vector<LeaseEntry> leases, const std::string& source = kDomain) {
        anchor->list_begin(domain(source));
        anchor->list_page(domain(source), leases, moment());
        anchor->list_end(domain(source), moment());
    }
    static LeaseEntry lease(int number) { return {mn(number), {1, home(number), Seconds{60}}}; }

    void connect(int number) {
        connected.insert(number);
        anchor->ar_connected(ar(number));
        for (const auto& each : records_at(number)) changed[number].insert(each);
    }
    void disconnect(int number) {
        connected.erase(number);
        anchor->ar_gone(ar(number));
    }
    /// The AR's kernel takes over what it is told, and it acknowledges.
    void acknowledge(int number, Answer answer = {}) {
        for (const auto& each : std::exchange(changed[number], {})) {
            const auto record = anchor->record(ar(number), each, now);
            if (!record) {
                ar_routes[number].erase(each);
                anchor->ar_acknowledged(ar(number), each, 0, answer);
                continue;
            }
            if (answer.verdict != Verdict::kRefused) ar_routes[number].insert(each);
            anchor->ar_acknowledged(ar(number), each, record->sequence, answer);
        }
    }
    std::vector<Prefix> records_at(int number) const {
        std::vector<Prefix> all;
        for (std::size_t bucket = 0; bucket < Buckets::kCount; ++bucket) {
            const auto some = anchor->records_at(ar(number), bucket);
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }
    /// The anchor's own kernel takes over what is wanted.
    void work() {
        while (reconciler->run(now) || anchor->work(moment())) {
        }
    }
    void settle() {
        for (int round = 0; round < 10; ++round) {
            work();
            for (const auto number : connected) acknowledge(number);
        }
    }

    /// The process ends; its kernel and the ARs stay as they are.
    void restart() {
        connected.clear();
        changed.clear();
        start();
        ASSERT_TRUE(reconciler->read_back());
        for (const auto& [each, forwarding] : reconciler->installed()) {
            anchor->found_in_kernel(each, forwarding);
        }
        kernel.forget_history();
    }

    bool answered(std::uint64_t number) const { return answers.contains(number); }
    Verdict verdict(std::uint64_t number, std::size_t item = 0) const {
        const auto found = answers.find(number);
        EXPECT_NE(found, answers.end()) << "message " << number << " is not answered";
        return found == answers.end() ? Verdict{} : found->second.at(item).verdict;
    }
    Refusal refusal(std::uint64_t number, std::size_t item = 0) const {
        EXPECT_EQ(verdict(number, item), Verdict::kRefused);
        return answered(number) ? answers.at(number).at(item).refusal : Refusal::kNone;
    }
    std::string reason(std::uint64_t number) const { return answers.at(number).at(0).text; }
    /// The AR that the anchor's kernel sends this prefix to; 0: none.
    int points_at(const Prefix& prefix) const {
        const auto found = kernel.state().routes.find(prefix);
        if (found == kernel.state().routes.end()) return 0;
        for (int i = 1; i <= 3; ++i) {
            const Tunnel there{ar_claim(i).tunnel_address, TunnelMode::kSeg6};
            if (found->second == Forwarding(there)) return i;
        }
        return -1;
    }
    bool has_record(int number, const Prefix& prefix) const {
        return anchor->record(ar(number), prefix, now).has_value();
    }
    const Binding* binding(const Prefix& prefix) const { return anchor->bindings().find(prefix); }
    bool noticed(const std::string& id) const {
        return std::any_of(notices.begin(), notices.end(),
                           [&](const auto& each) { return each.first == id; });
    }

    void answer(DomainId, std::uint64_t number, const std::vector<Answer>& given) override {
        EXPECT_TRUE(answers.emplace(number, given).second) << number << " was answered twice";
    }
    void record_changed(NodeId node, const Prefix& prefix) override {
        for (int i = 1; i <= 3; ++i) {
            if (ar(i) == node) changed[i].insert(prefix);
        }
    }
    void route_changed(const Prefix& prefix) override { reconciler->touch(prefix); }
    void binding_changed(const Prefix& prefix) override { unwritten.insert(prefix); }
    void notice(const Notice& notice) override { notices.emplace_back(notice.id, notice.text); }

    Inventory inventory;
    MemoryForwarder kernel;
    Instant now{std::chrono::hours{1000}};
    std::uint64_t wall_ms = 1'700'000'000'000;
    std::unique_ptr<Anchor> anchor;
    std::unique_ptr<Reconciler> reconciler;
    std::set<int> connected;
    std::map<int, std::set<Prefix>> changed;    ///< what each AR is still to be told
    std::set<Prefix> unwritten;                 ///< what the journal is still to be told
    std::map<int, std::set<Prefix>> ar_routes;  ///< what each AR's kernel has
    std::map<std::uint64_t, std::vector<Answer>> answers;
    std::vector<std::pair<std::string, std::string>> notices;
    std::uint32_t last_transaction = 0;

private:
    void start() {
        anchor = std::make_unique<Anchor>(settings_, inventory, *this);
        reconciler = std::make_unique<Reconciler>(kernel, *anchor);
    }

    AnchorSettings settings_;
    std::uint32_t fresh_transaction_ = 1000;
    std::uint64_t number_ = 0;
};

class AnchorTest : public ::testing::Test, protected AnchorWorld {};

}  // namespace mobility::example
