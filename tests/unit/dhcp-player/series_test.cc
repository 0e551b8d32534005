// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Many MNs at a pace, on a clock that the test moves.
#include "dhcp-player/series.h"

#include <gtest/gtest.h>

#include <optional>

#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using std::chrono::milliseconds;

class SeriesTest : public testing::Test {
protected:
    SeriesTest() : ar1_(add("ar1")), ar2_(add("ar2")) {}

    MemoryLink& add(const std::string& name) {
        auto link = std::make_unique<MemoryLink>(name);
        MemoryLink& added = *link;
        EXPECT_TRUE(player_.add(std::move(link)));
        return added;
    }

    SeriesPlan plan(std::uint32_t mns, std::uint64_t exchanges, milliseconds pace) {
        SeriesPlan plan;
        plan.script.messages = {Type::kSolicit};
        plan.script.claims.rapid_commit = true;
        plan.script.sends.emplace_back();
        plan.script.patience = milliseconds(500);
        plan.first_mn = 100;
        plan.mn_count = mns;
        plan.exchanges = exchanges;
        plan.pace = pace;
        plan.links = {&ar1_, &ar2_};
        return plan;
    }

    void begin(SeriesPlan plan) {
        series_.emplace(player_, std::move(plan));
        series_->begin(now_, [this](const SeriesResult& result) { result_ = result; });
    }

    void pass(milliseconds time) {
        now_ += time;
        player_.agenda().run(now_, 10000);
    }

    /// Answers everything said on the link that was not answered yet, at once.
    void answer_all(MemoryLink& link, Dhcp6StatusCode status = Dhcp6StatusCode::kSuccess) {
        for (const auto& said : std::exchange(link.said, {})) {
            const auto message = answer_to(said, {.status = status, .rapid_commit = true});
            player_.heard({&link, said.from, message, now_});
        }
    }

    Player player_{1};
    MemoryLink& ar1_;
    MemoryLink& ar2_;
    Instant now_{std::chrono::seconds(1000)};
    std::optional<Series> series_;
    std::optional<SeriesResult> result_;
};

TEST_F(SeriesTest, StartsAtItsPaceOnEachLinkByTurns) {
    begin(plan(10, 10, milliseconds(10)));
    EXPECT_EQ(ar1_.said.size() + ar2_.said.size(), 1U);
    pass(milliseconds(45));
    EXPECT_EQ(ar1_.said.size(), 3U);
    EXPECT_EQ(ar2_.said.size(), 2U);
    pass(milliseconds(45));
    EXPECT_EQ(ar1_.said.size(), 5U);
    EXPECT_EQ(ar2_.said.size(), 5U);
    EXPECT_EQ(ar1_.said[1].from, identity_of(102).link_local);
}

TEST_F(SeriesTest, EndsWhenAllAreAnsweredAndCountsThem) {
    begin(plan(4, 4, milliseconds(0)));
    pass(milliseconds(7));
    answer_all(ar1_);
    EXPECT_FALSE(result_);
    answer_all(ar2_, Dhcp6StatusCode::kNoAddrsAvail);
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->started, 4U);
    EXPECT_EQ(result_->succeeded, 2U);
    EXPECT_EQ(result_->failed, 2U);
    EXPECT_EQ(result_->statuses.at(Dhcp6StatusCode::kSuccess), 2U);
    EXPECT_EQ(result_->statuses.at(Dhcp6StatusCode::kNoAddrsAvail), 2U);
    EXPECT_EQ(result_->durations.percentile(100), milliseconds(7));
    EXPECT_EQ(result_->last_answered, milliseconds(7));
    ASSERT_EQ(result_->failures.size(), 2U);
    EXPECT_EQ(result_->failures[0].mn, 101U);
    EXPECT_EQ(result_->failures[0].what, "NoAddrsAvail");
}

TEST_F(SeriesTest, CountsWhatWasNotAnswered) {
    begin(plan(3, 3, milliseconds(0)));
    answer_all(ar1_);
    pass(milliseconds(500));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->succeeded, 2U);
    EXPECT_EQ(result_->unanswered.at(Type::kSolicit), 1U);
    EXPECT_NE(result_->failures[0].what.find("no answer to SOLICIT"), std::string::npos);
}

TEST_F(SeriesTest, MnsTakeTurnsAndABusyOneIsLeftOut) {
    begin(plan(2, 4, milliseconds(10)));
    pass(milliseconds(10));
    answer_all(ar1_);
    pass(milliseconds(20));
    answer_all(ar1_);
    pass(milliseconds(500));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->started, 3U);
    EXPECT_EQ(result_->busy, 1U);
}

TEST_F(SeriesTest, OnwardMovesEachMnToTheLinkBehindItsOwn) {
    player_.mn(100).be_on(&ar2_);
    player_.mn(101).be_on(&ar1_);
    SeriesPlan onward = plan(3, 3, milliseconds(0));
    onward.onward = true;
    begin(std::move(onward));
    ASSERT_EQ(ar1_.said.size(), 2U);
    EXPECT_EQ(ar1_.said[0].from, identity_of(100).link_local);
    EXPECT_EQ(ar1_.said[1].from, identity_of(102).link_local);  // was nowhere
    EXPECT_EQ(ar2_.said[0].from, identity_of(101).link_local);
}

TEST_F(SeriesTest, AnMnThatHasNothingToSayFailsAndTheOthersGoOn) {
    SeriesPlan confirms = plan(2, 2, milliseconds(0));
    confirms.script.messages = {Type::kConfirm};
    begin(std::move(confirms));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->failed, 2U);
    EXPECT_EQ(result_->failures[1].what, "MN 101 holds no lease to speak of in CONFIRM");
}

TEST_F(SeriesTest, SaysHowFarThePlayerFellBehind) {
    begin(plan(3, 3, milliseconds(10)));
    pass(milliseconds(25));
    answer_all(ar1_);
    answer_all(ar2_);
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->behind, milliseconds(15));
    EXPECT_EQ(result_->last_started, milliseconds(25));
}

TEST_F(SeriesTest, KeepsOnlyTheFirstFailures) {
    begin(plan(Series::kFailuresKept + 20, Series::kFailuresKept + 20, milliseconds(0)));
    pass(milliseconds(1));
    pass(milliseconds(600));
    ASSERT_TRUE(result_);
    EXPECT_EQ(result_->failed, Series::kFailuresKept + 20);
    EXPECT_EQ(result_->failures.size(), Series::kFailuresKept);
}

}  // namespace
}  // namespace mobility::player
