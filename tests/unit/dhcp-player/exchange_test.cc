// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One exchange on a clock that the test moves.
#include "dhcp-player/exchange.h"

#include <gtest/gtest.h>

#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using Verdict = Exchange::Verdict;
using std::chrono::milliseconds;

Instant at(int ms) { return Instant(milliseconds(ms)); }

const std::vector<std::uint8_t> kDuid{0, 3, 0, 1, 1};

class ExchangeTest : public testing::Test {
protected:
    Script script(std::vector<int> sends_ms, bool go_on = false) {
        Script script;
        script.messages = {Type::kConfirm};
        for (const int ms : sends_ms) {
            Send send;
            send.link = &ar1_;
            send.after = milliseconds(ms);
            script.sends.push_back(send);
        }
        script.sends_go_on = go_on;
        return script;
    }

    Exchange begun(Script script, Type type = Type::kConfirm) {
        Exchange exchange(1, std::move(script));
        Question question;
        question.type = type;
        question.client_id = kDuid;
        exchange.begin_step(question, 0x123456, at(0));
        return exchange;
    }

    HeardAnswer answer(int ms, Type type = Type::kReply) {
        HeardAnswer heard;
        heard.link = &ar1_;
        heard.at = at(ms);
        heard.answer.type = type;
        heard.answer.transaction_id = 0x123456;
        heard.answer.client_id = kDuid;
        return heard;
    }

    MemoryLink ar1_{"ar1"};
    MemoryLink ar2_{"ar2"};
};

TEST_F(ExchangeTest, EndsWithItsAnswer) {
    auto exchange = begun(script({0}));
    ASSERT_TRUE(exchange.next_send(at(0)));
    EXPECT_FALSE(exchange.next_send(at(0)));
    EXPECT_FALSE(exchange.over(at(5)));
    EXPECT_EQ(exchange.hear(answer(5)), Verdict::kAccepted);
    EXPECT_TRUE(exchange.over(at(5)));
    const Outcome outcome = exchange.take_outcome();
    EXPECT_TRUE(outcome.success());
    EXPECT_EQ(outcome.duration(), milliseconds(5));
}

TEST_F(ExchangeTest, GivesUpWhenItsPatienceBehindTheLastTransmissionIsOver) {
    Script twice = script({0, 300});
    twice.patience = milliseconds(100);
    auto exchange = begun(twice);
    EXPECT_TRUE(exchange.next_send(at(0)));
    EXPECT_EQ(exchange.due(), at(300));
    EXPECT_TRUE(exchange.next_send(at(300)));
    EXPECT_EQ(exchange.due(), at(400));
    EXPECT_FALSE(exchange.over(at(399)));
    EXPECT_TRUE(exchange.over(at(400)));
    const Outcome outcome = exchange.take_outcome();
    EXPECT_FALSE(outcome.success());
    EXPECT_EQ(outcome.error, "no answer to CONFIRM within 100 ms of the last of 2 transmissions");
}

TEST_F(ExchangeTest, ElapsedTimeGrowsUnlessTheTransmissionSaysAnother) {
    Script late = script({0, 250, 300});
    late.elapsed = milliseconds(1000);
    late.sends[2].elapsed = milliseconds(0);
    auto exchange = begun(late);
    EXPECT_EQ(exchange.next_send(at(0))->elapsed, milliseconds(1000));
    EXPECT_EQ(exchange.next_send(at(250))->elapsed, milliseconds(1250));
    EXPECT_EQ(exchange.next_send(at(300))->elapsed, milliseconds(0));
}

TEST_F(ExchangeTest, RetransmissionsEndWithTheAnswer) {
    auto exchange = begun(script({0, 300}));
    EXPECT_TRUE(exchange.next_send(at(0)));
    EXPECT_EQ(exchange.hear(answer(5)), Verdict::kAccepted);
    EXPECT_FALSE(exchange.next_send(at(300)));
    EXPECT_TRUE(exchange.over(at(5)));
}

TEST_F(ExchangeTest, CopiesGoOnBehindTheAnswerAndFurtherAnswersAreCollected) {
    Script copies = script({0, 300}, true);
    copies.sends[1].link = &ar2_;
    copies.collect = milliseconds(50);
    auto exchange = begun(copies);
    EXPECT_TRUE(exchange.next_send(at(0)));
    EXPECT_EQ(exchange.hear(answer(5)), Verdict::kAccepted);
    EXPECT_FALSE(exchange.over(at(299)));
    EXPECT_TRUE(exchange.next_send(at(300)));
    EXPECT_EQ(exchange.hear(answer(305)), Verdict::kFurther);
    EXPECT_FALSE(exchange.over(at(349)));
    EXPECT_TRUE(exchange.over(at(350)));
    const Outcome outcome = exchange.take_outcome();
    EXPECT_EQ(outcome.answers.size(), 2U);
    EXPECT_EQ(outcome.duration(), milliseconds(5));
}

TEST_F(ExchangeTest, AnswersOfAnotherTransactionOrClientAreNotItsOwn) {
    auto exchange = begun(script({0}));
    auto other_transaction = answer(1);
    other_transaction.answer.transaction_id = 1;
    EXPECT_EQ(exchange.hear(other_transaction), Verdict::kNotMine);
    auto other_client = answer(1);
    other_client.answer.client_id = {1, 2, 3};
    EXPECT_EQ(exchange.hear(other_client), Verdict::kNotMine);
}

TEST_F(ExchangeTest, AnAdvertiseAnswersOnlyASolicit) {
    auto confirm = begun(script({0}));
    EXPECT_EQ(confirm.hear(answer(1, Type::kAdvertise)), Verdict::kUnexpected);
    auto solicit = begun(script({0}), Type::kSolicit);
    EXPECT_EQ(solicit.hear(answer(1, Type::kReply)), Verdict::kUnexpected);
    EXPECT_EQ(solicit.hear(answer(1, Type::kAdvertise)), Verdict::kAccepted);
}

TEST_F(ExchangeTest, AReplyToASolicitNeedsRapidCommitOnBothSides) {
    Exchange exchange(1, script({0}));
    Question question;
    question.type = Type::kSolicit;
    question.client_id = kDuid;
    question.rapid_commit = true;
    exchange.begin_step(question, 0x123456, at(0));
    auto reply = answer(1);
    EXPECT_EQ(exchange.hear(reply), Verdict::kUnexpected);
    reply.answer.rapid_commit = true;
    EXPECT_EQ(exchange.hear(reply), Verdict::kAccepted);
}

TEST_F(ExchangeTest, GoesOnToARequestOnlyAfterASuccessfulAdvertise) {
    Script four = script({0});
    four.messages = {Type::kSolicit, Type::kRequest};
    auto exchange = begun(four, Type::kSolicit);
    auto advertise = answer(1, Type::kAdvertise);
    EXPECT_TRUE(exchange.goes_on_after(advertise.answer));
    EXPECT_EQ(exchange.next_message(), Type::kRequest);
    auto reply = answer(1);
    EXPECT_FALSE(exchange.goes_on_after(reply.answer));
    advertise.answer.status = Status{Dhcp6StatusCode::kNoAddrsAvail, ""};
    EXPECT_FALSE(exchange.goes_on_after(advertise.answer));
}

TEST_F(ExchangeTest, HasSpokenOnlyOnLinksOfTransmissionsThatHappened) {
    Script two = script({0, 300});
    two.sends[1].link = &ar2_;
    auto exchange = begun(two);
    EXPECT_FALSE(exchange.spoke_on(ar1_));
    EXPECT_TRUE(exchange.next_send(at(0)));
    EXPECT_TRUE(exchange.spoke_on(ar1_));
    EXPECT_FALSE(exchange.spoke_on(ar2_));
}

}  // namespace
}  // namespace mobility::player
