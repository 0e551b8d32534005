// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Full state first, then changes; whatever happens in between, the copy ends up equal.
#include "core/record_stream.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

/// Holds the records, and the copy that a perfect receiver makes of what is sent.
class Ends final : public RecordStreamEnds {
public:
    std::optional<BindingRecord> record(const Prefix& prefix) const override {
        const auto found = records.find(prefix);
        if (found == records.end()) return std::nullopt;
        return found->second;
    }
    std::vector<Prefix> in_bucket(std::size_t bucket) const override {
        std::vector<Prefix> some;
        for (const auto& [prefix, record] : records) {
            if (Buckets::of(prefix) == bucket) some.push_back(prefix);
        }
        return some;
    }
    void send_begin(const Buckets&) override {
        ++begins;
        said.clear();
    }
    void send_records(std::uint64_t number, const std::vector<BindingRecord>& some) override {
        EXPECT_FALSE(some.empty());
        EXPECT_LE(some.size(), RecordStream::kPage);
        EXPECT_TRUE(numbers.insert(number).second) << "a number was used twice";
        for (const auto& each : some) {
            copy[each.prefix] = each.sequence;
            said.insert(each.prefix);
            ++sent_records;
        }
        unacknowledged.push_back(number);
    }
    void send_removals(std::uint64_t number, const std::vector<Prefix>& some) override {
        EXPECT_FALSE(some.empty());
        EXPECT_TRUE(numbers.insert(number).second) << "a number was used twice";
        for (const auto& each : some) copy.erase(each);
        removals += some.size();
        unacknowledged.push_back(number);
    }
    void send_end() override {
        ++ends;
        std::erase_if(copy, [&](const auto& entry) { return !said.contains(entry.first); });
    }
    bool congested() const override { return is_congested; }

    void put(int number, std::uint64_t sequence) {
        records[home(number)] = {home(number),     mn(1),    1,         kDomain,
                                 attachment(1, 1), sequence, Seconds{1}};
    }
    std::map<Prefix, std::uint64_t> wanted() const {
        std::map<Prefix, std::uint64_t> all;
        for (const auto& [prefix, record] : records) all[prefix] = record.sequence;
        return all;
    }

    std::map<Prefix, BindingRecord> records;
    std::map<Prefix, std::uint64_t> copy;
    std::set<Prefix> said;
    std::set<std::uint64_t> numbers;
    std::deque<std::uint64_t> unacknowledged;
    bool is_congested = false;
    int begins = 0, ends = 0;
    std::size_t removals = 0, sent_records = 0;
};

TEST(RecordStream, TellsTheFullStateBetweenBeginAndEnd) {
    Ends ends;
    for (int i = 1; i <= 300; ++i) ends.put(i, static_cast<std::uint64_t>(i));
    ends.copy[home(999)] = 7;  // of an earlier session
    RecordStream stream(ends);
    stream.begin();
    stream.pump();
    EXPECT_EQ(ends.begins, 1);
    EXPECT_EQ(ends.ends, 1);
    EXPECT_EQ(ends.copy, ends.wanted());
    EXPECT_TRUE(stream.idle());
}

TEST(RecordStream, AnEmptyStateIsToldToo) {
    Ends ends;
    ends.copy[home(1)] = 7;
    RecordStream stream(ends);
    stream.begin();
    stream.pump();
    EXPECT_EQ(ends.begins, 1);
    EXPECT_EQ(ends.ends, 1);
    EXPECT_TRUE(ends.copy.empty());
}

TEST(RecordStream, APrefixThatChangesTenTimesBeforeThereIsRoomIsSentOnce) {
    Ends ends;
    RecordStream stream(ends);
    for (std::uint64_t i = 1; i <= 10; ++i) {
        ends.put(1, i);
        stream.changed(home(1));
    }
    stream.pump();
    EXPECT_EQ(ends.sent_records, 1u);
    EXPECT_EQ(ends.copy.at(home(1)), 10u);
}

TEST(RecordStream, AChangeOvertakesTheListUnderWay) {
    Ends ends;
    for (int i = 1; i <= 200; ++i) ends.put(i, 1);
    RecordStream stream(ends);
    ends.is_congested = true;  // bulk waits
    stream.begin();
    stream.pump();
    EXPECT_EQ(ends.sent_records, 0u);
    ends.put(150, 2);
    stream.changed(home(150));
    stream.pump();
    EXPECT_EQ(ends.copy, (std::map<Prefix, std::uint64_t>{{home(150), 2}}));
    EXPECT_EQ(ends.begins, 0);
    ends.is_congested = false;
    stream.pump();
    EXPECT_EQ(ends.copy, ends.wanted());
}

TEST(RecordStream, KeepsAtMostAWindowUnacknowledgedAndGoesOnWithEachAcknowledgement) {
    Ends ends;
    const int count = static_cast<int>(RecordStream::kPage * (RecordStream::kBulkWindow + 10));
    for (int i = 1; i <= count; ++i) {
        const auto key =
            prefix("2001:db8:a::" + std::to_string(i / 9000) + ":" + std::to_string(i % 9000));
        ends.records[key] = {key, mn(1), 1, kDomain, attachment(1, 1), 1, Seconds{1}};
    }
    RecordStream stream(ends);
    stream.begin();
    stream.pump();
    EXPECT_EQ(ends.unacknowledged.size(), RecordStream::kBulkWindow);
    EXPECT_EQ(ends.ends, 0);
    while (!ends.unacknowledged.empty()) {
        const auto number = ends.unacknowledged.front();
        ends.unacknowledged.pop_front();
        ASSERT_TRUE(stream.acknowledged(number));
        stream.pump();
        ASSERT_LE(ends.unacknowledged.size(), RecordStream::kBulkWindow);
    }
    EXPECT_EQ(ends.ends, 1);
    EXPECT_EQ(ends.copy, ends.wanted());
}

TEST(RecordStream, AMoveIsSaidAtOnceWhileThousandsThatHaveEndedWaitTheirTurn) {
    Ends ends;
    RecordStream stream(ends);
    for (int i = 1; i <= 9000; ++i) {
        stream.changed(prefix("2001:db8:a:1::" + std::to_string(i)), RecordStream::Urgency::kBulk);
    }
    stream.pump();
    EXPECT_EQ(ends.unacknowledged.size(), RecordStream::kBulkWindow);
    ends.put(1, 5);
    stream.changed(home(1));
    stream.pump();
    EXPECT_EQ(ends.copy.at(home(1)), 5u);
    EXPECT_EQ(ends.unacknowledged.size(), RecordStream::kBulkWindow + 1);
    while (!ends.unacknowledged.empty()) {
        ASSERT_TRUE(stream.acknowledged(ends.unacknowledged.front()));
        ends.unacknowledged.pop_front();
        stream.pump();
    }
    EXPECT_EQ(ends.removals, 9000u);
}

TEST(RecordStream, AnAcknowledgementYieldsPrefixesAndSequencesOnceAndNothingForUnknownNumbers) {
    Ends ends;
    ends.put(1, 5);
    ends.put(2, 6);
    RecordStream stream(ends);
    stream.changed(home(1));
    stream.changed(home(3));  // no record: a removal
    stream.changed(home(2));
    stream.pump();
    ASSERT_EQ(ends.unacknowledged.size(), 2u);
    EXPECT_EQ(stream.acknowledged(ends.unacknowledged[0]),
              (RecordStream::Items{{home(1), 5}, {home(2), 6}}));
    EXPECT_EQ(stream.acknowledged(ends.unacknowledged[1]), (RecordStream::Items{{home(3), 0}}));
    EXPECT_FALSE(stream.acknowledged(ends.unacknowledged[0])) << "a second time";
    EXPECT_FALSE(stream.acknowledged(0));
    EXPECT_FALSE(stream.acknowledged(99));
}

TEST(RecordStream, BeginInTheMiddleOfAListBeginsAgain) {
    Ends ends;
    for (int i = 1; i <= 200; ++i) ends.put(i, 1);
    RecordStream stream(ends);
    stream.begin();
    stream.pump();
    ends.records.erase(home(7));
    stream.begin();
    stream.pump();
    EXPECT_EQ(ends.begins, 2);
    EXPECT_EQ(ends.ends, 2);
    EXPECT_EQ(ends.copy, ends.wanted());
}

TEST(RecordStream, WhateverChangesAndWheneverThereIsRoomTheCopyEndsUpEqual) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        Ends ends;
        RecordStream stream(ends);
        std::uint64_t sequence = 0;
        for (int i = 0; i < 400; ++i) ends.put(static_cast<int>(random() % 900), ++sequence);
        ends.copy[home(5000)] = 1;
        stream.begin();
        for (int step = 0; step < 600; ++step) {
            const auto number = static_cast<int>(random() % 900);
            if (random() % 3 == 0) {
                ends.records.erase(home(number));
            } else {
                ends.put(number, ++sequence);
            }
            stream.changed(home(number));
            ends.is_congested = random() % 4 != 0;
            if (random() % 3 == 0) stream.pump();
            if (random() % 2 == 0 && !ends.unacknowledged.empty()) {
                ASSERT_TRUE(stream.acknowledged(ends.unacknowledged.front()));
                ends.unacknowledged.pop_front();
            }
            if (random() % 300 == 0) stream.begin();
        }
        ends.is_congested = false;
        while (!stream.idle()) {
            stream.pump();
            for (const auto number : std::exchange(ends.unacknowledged, {})) {
                ASSERT_TRUE(stream.acknowledged(number));
            }
        }
        ASSERT_EQ(ends.copy, ends.wanted()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace mobility
