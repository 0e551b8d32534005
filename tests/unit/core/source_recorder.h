// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Source between two anchors, and everything that it says, in order.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/source.h"
#include "tests/unit/core/examples.h"

namespace mobility::example {

class SourceRecorder final : public SourceOutput {
public:
    struct Event {
        AnchorIndex anchor;
        std::uint64_t number;
        Attached event;
    };

    void send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) override {
        attached.push_back({anchor, number, event});
        said.push_back("attached");
    }
    void send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) override {
        detached.emplace_back(anchor, event);
        last_detached_number = number;
        said.push_back("detached");
    }
    bool compares(AnchorIndex) const override { return anchors_compare; }
    void send_digest(AnchorIndex, const StateDigest& digest) override {
        digests.push_back(digest);
        said.push_back("digest");
    }
    void send_list_begin(AnchorIndex, const Buckets& buckets) override {
        begun.push_back(buckets);
        said.push_back("begin");
    }
    void send_list_page(AnchorIndex, const std::vector<LeaseEntry>& page) override {
        for (const auto& entry : page) listed.push_back(entry);
        said.push_back("page");
    }
    void send_list_end(AnchorIndex) override { said.push_back("end"); }
    void read_leases(AnchorIndex anchor, std::uint64_t list,
                     const std::optional<Prefix>& after) override {
        reads.push_back({anchor, list, after});
    }
    bool congested(AnchorIndex) const override { return is_congested; }
    void complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>& items) override {
        EXPECT_TRUE(completed.emplace(hold, end).second) << "Hold " << hold << " completed twice";
        EXPECT_EQ(end == HoldEnd::kRefused, !items.empty());
        refused[hold] = items;
    }
    void notice(const Notice& notice) override { notices.push_back(notice.id); }

    /// How this Hold ended; fails when it has not.
    HoldEnd end_of(HoldId hold) const {
        const auto found = completed.find(hold);
        EXPECT_NE(found, completed.end()) << "Hold " << hold << " is open";
        return found == completed.end() ? HoldEnd{} : found->second;
    }
    bool open(HoldId hold) const { return !completed.contains(hold); }

    struct Read {
        AnchorIndex anchor;
        std::uint64_t list;
        std::optional<Prefix> after;
    };
    std::vector<Event> attached;
    std::vector<std::pair<AnchorIndex, Detached>> detached;
    std::uint64_t last_detached_number = 0;
    std::vector<LeaseEntry> listed;
    std::vector<Read> reads;
    std::vector<std::string> said;  ///< the order of all that was sent
    std::map<HoldId, HoldEnd> completed;
    std::map<HoldId, std::vector<RefusedItem>> refused;
    std::vector<std::string> notices;
    std::vector<StateDigest> digests;
    std::vector<Buckets> begun;  ///< what each list is about
    bool is_congested = false;
    bool anchors_compare = false;
};

/// Anchor 0 owns the addresses, anchor 1 the delegated prefixes.
class SourceWorld {
public:
    static SourceSettings settings() {
        SourceSettings made;
        made.anchors = {{"anchor-a.example", {prefix("2001:db8:a::/64")}},
                        {"anchor-b.example", {prefix("2001:db8:a:8000::/49")}}};
        return made;
    }

    Attached event(int ar, int number, std::vector<Prefix> prefixes) {
        Attached made;
        made.mn = mn(number);
        made.attachment = attachment(ar, number);
        for (const auto& each : prefixes) made.items.push_back({1, each, Seconds{3600}});
        made.order = {++transaction_, Milliseconds{0}, now};
        return made;
    }
    /// Says it to the Source, held, and returns the Hold.
    HoldId attach(const Attached& event) {
        source.attached(event, ++hold_, now);
        return hold_;
    }
    HoldId attach(int ar, int number, std::vector<Prefix> prefixes) {
        return attach(event(ar, number, std::move(prefixes)));
    }
    void answer(const SourceRecorder::Event& sent, Answer answer = {}) {
        source.answered(sent.anchor, sent.number,
                        std::vector<Answer>(sent.event.items.size(), answer));
    }
    void connect_both() {
        source.connected(0);
        source.connected(1);
        for (const auto& read : std::vector(out.reads)) {
            source.lease_page(read.anchor, read.list, {}, std::nullopt);
        }
        out.reads.clear();
    }
    void pass(Milliseconds time) {
        now += time;
        source.tick(now);
    }
    /// Every Hold that was ever given has exactly one reason in the counters.
    void expect_counters_agree() const {
        const auto& c = source.counters();
        EXPECT_EQ(c.holds, c.hold_installed + c.hold_refused + c.hold_limit + c.hold_session_lost +
                               c.hold_anchor_away + source.holds());
        EXPECT_EQ(c.holds, out.completed.size() + source.holds());
    }

    Instant now{std::chrono::hours{10}};
    SourceRecorder out;
    Source source{settings(), out};
    const Answer kRefused{Verdict::kRefused, Refusal::kUnauthorizedMn, "no"};

private:
    std::uint32_t transaction_ = 0;
    HoldId hold_ = 0;
};

class SourceTest : public ::testing::Test, protected SourceWorld {};

}  // namespace mobility::example
