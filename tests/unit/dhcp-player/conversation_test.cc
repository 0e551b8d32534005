// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The program's dialogue, with links in memory.
#include "dhcp-player/conversation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using std::chrono::milliseconds;

class ConversationTest : public testing::Test {
protected:
    ConversationTest() {
        auto link = std::make_unique<MemoryLink>("ar1");
        ar1_ = link.get();
        EXPECT_TRUE(player_.add(std::move(link)));
    }

    void input(const std::string& text) { conversation_.input(text, now_); }

    void answer(std::size_t which, const TestAnswer& with = {}) {
        const auto said = ar1_->said.at(which);
        const auto message = answer_to(said, with);
        player_.heard({ar1_, said.from, message, now_});
        conversation_.carry_on(now_);
    }

    void pass(milliseconds time) {
        now_ += time;
        player_.agenda().run(now_, 1000);
        conversation_.carry_on(now_);
    }

    Player player_{1};
    MemoryLink* ar1_;
    LinkOpener opener_{player_, [](Port&) {}};
    Commands commands_{player_, opener_};
    std::vector<Json> answers_;
    Conversation conversation_{
        commands_, [this](const std::string& l) { answers_.push_back(Json::parse(l)); }};
    Instant now_{std::chrono::seconds(1000)};
};

TEST_F(ConversationTest, AnExchangeIsAnsweredWithItsIdWhenItIsOver) {
    input(R"({"id": 7, "do": "attach", "mn": 17, "link": "ar1"})"
          "\n");
    EXPECT_TRUE(answers_.empty());
    answer(0, {.type = Type::kAdvertise});
    now_ += milliseconds(2);
    answer(1);
    ASSERT_EQ(answers_.size(), 1U);
    const Json& json = answers_[0];
    EXPECT_EQ(json["id"], 7);
    EXPECT_EQ(json["do"], "attach");
    EXPECT_EQ(json["mn"], 17);
    EXPECT_EQ(json["link"], "ar1");
    EXPECT_EQ(json["reply"], "Reply");
    EXPECT_EQ(json["status"], "Success");
    EXPECT_EQ(json["ms"], 2.0);
    EXPECT_EQ(json["addresses"], Json::parse(R"(["2001:db8:d000::1"])"));
    EXPECT_EQ(json["steps"].size(), 2U);
    EXPECT_EQ(json["steps"][0]["message"], "Solicit");
    EXPECT_FALSE(json.contains("error"));
}

TEST_F(ConversationTest, LinesWithIdsRunSideBySideAndAreAnsweredAsTheyEnd) {
    input(R"({"id": "a", "do": "solicit", "mn": 1, "link": "ar1"})"
          "\n"
          R"({"id": "b", "do": "solicit", "mn": 2, "link": "ar1"})"
          "\n");
    ASSERT_EQ(ar1_->said.size(), 2U);
    answer(1, {.type = Type::kAdvertise});
    answer(0, {.type = Type::kAdvertise});
    ASSERT_EQ(answers_.size(), 2U);
    EXPECT_EQ(answers_[0]["id"], "b");
    EXPECT_EQ(answers_[1]["id"], "a");
}

TEST_F(ConversationTest, LinesWithoutIdAreStepsInTheirOrder) {
    input(R"({"do": "attach", "mn": 1, "link": "ar1"})"
          "\n"
          R"({"do": "confirm", "mn": 1, "link": "ar1"})"
          "\n");
    ASSERT_EQ(ar1_->said.size(), 1U);
    answer(0, {.type = Type::kAdvertise});
    EXPECT_EQ(ar1_->said.size(), 2U);
    answer(1);
    ASSERT_EQ(ar1_->said.size(), 3U);
    EXPECT_EQ(ar1_->said[2].type(), Type::kConfirm);
}

TEST_F(ConversationTest, InputMayComeInAnyPiecesAndTheLastLineNeedsNoEnd) {
    input("{\"do\": \"show\",");
    input(" \"mn\": 3}\n\n  \n{\"do\": \"sho");
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0]["mac"], "02:6d:6e:00:00:03");
    input("w\", \"mn\": 4}");
    conversation_.input_ended(now_);
    EXPECT_EQ(answers_.size(), 2U);
    EXPECT_TRUE(conversation_.over());
}

TEST_F(ConversationTest, IsOverOnlyWhenAllIsAnswered) {
    input(R"({"id": 1, "do": "solicit", "mn": 1, "link": "ar1"})"
          "\n");
    conversation_.input_ended(now_);
    EXPECT_FALSE(conversation_.over());
    pass(milliseconds(1000));
    EXPECT_TRUE(conversation_.over());
    EXPECT_EQ(answers_[0]["reply"], nullptr);
    EXPECT_EQ(answers_[0]["error"],
              "no answer to SOLICIT within 1000 ms of the last of 1 transmissions");
}

TEST_F(ConversationTest, WhatCannotBeDoneIsAnsweredAndTheNextLineGoesOn) {
    input(
        "nonsense\n"
        "[1]\n"
        R"({"id": 3})"
        "\n"
        R"({"id": 4, "do": "dance"})"
        "\n"
        R"({"do": "confirm", "mn": 1, "link": "ar1"})"
        "\n"
        R"({"id": 6, "do": "place", "mn": 1, "link": "ar9"})"
        "\n"
        R"({"id": 7, "do": "place", "mn": 1, "link": "ar1"})"
        "\n");
    ASSERT_EQ(answers_.size(), 7U);
    EXPECT_NE(answers_[0]["error"].get<std::string>().find("line 1"), std::string::npos);
    EXPECT_EQ(answers_[1]["error"], "do is missing");
    EXPECT_EQ(answers_[2]["id"], 3);
    EXPECT_NE(answers_[3]["error"].get<std::string>().find("\"dance\" is no command"),
              std::string::npos);
    EXPECT_EQ(answers_[4]["error"], "MN 1 holds no lease to speak of in CONFIRM");
    EXPECT_EQ(answers_[5]["error"], "link: \"ar9\" is no link; there are: ar1");
    EXPECT_EQ(answers_[6]["link"], "ar1");
}

TEST_F(ConversationTest, ABatchIsAnsweredWithItsFigures) {
    input(
        R"({"do": "batch", "exchange": {"do": "solicit"}, "mns": {"first": 1, "count": 3},
            "links": ["ar1"]})");
    input("\n");
    EXPECT_TRUE(answers_.size() == 2U) << "a line break within JSON ends the line";
    answers_.clear();
    input(R"({"do": "batch", "exchange": {"do": "solicit"}, "mns": {"first": 1, "count": 3}, )"
          R"("links": ["ar1"]})"
          "\n");
    ASSERT_EQ(ar1_->said.size(), 3U);
    now_ += milliseconds(4);
    for (const std::size_t i : {0, 1}) {
        answer(i, {.type = Type::kAdvertise});
    }
    pass(milliseconds(1000));
    ASSERT_EQ(answers_.size(), 1U);
    const Json& json = answers_[0];
    EXPECT_EQ(json["started"], 3);
    EXPECT_EQ(json["succeeded"], 2);
    EXPECT_EQ(json["failed"], 1);
    EXPECT_EQ(json["ms"]["p50"], 4.0);
    EXPECT_EQ(json["unanswered"]["Solicit"], 1);
    EXPECT_EQ(json["failures"][0]["mn"], 3);
}

TEST_F(ConversationTest, LeasesAreListedWithTheirMnAndLink) {
    input(R"({"do": "solicit", "mn": 5, "link": "ar1", "rapid_commit": true})"
          "\n");
    answer(0, {.rapid_commit = true});
    input(R"({"do": "leases", "mns": {"first": 0, "count": 10}})"
          "\n");
    EXPECT_EQ(answers_.back()["leases"], Json::parse(R"([[5, "2001:db8:d000::1", "ar1"]])"));
    input(R"({"do": "forget", "mn": 5})"
          "\n"
          R"({"do": "leases", "mns": {"first": 0, "count": 10}})"
          "\n");
    EXPECT_EQ(answers_.back()["leases"], Json::array());
}

TEST_F(ConversationTest, SleepIsAStep) {
    input(R"({"do": "sleep", "ms": 20})"
          "\n"
          R"({"do": "counters"})"
          "\n");
    EXPECT_TRUE(answers_.empty());
    pass(milliseconds(20));
    ASSERT_EQ(answers_.size(), 2U);
    EXPECT_EQ(answers_[1]["links"]["ar1"]["sent"], 0);
}

TEST_F(ConversationTest, MutationsAreListed) {
    input(R"({"do": "mutations"})"
          "\n");
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_GE(answers_[0]["mutations"].size(), 100U);
    EXPECT_EQ(answers_[0]["mutations"][4]["name"], "hop-count-8");
    EXPECT_EQ(answers_[0]["mutations"][4]["number"], 5);
}

}  // namespace
}  // namespace mobility::player
