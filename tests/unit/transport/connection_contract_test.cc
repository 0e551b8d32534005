// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract of core/connection.h, asked of both implementations: TLS over the loopback address
// and the in-memory twin that the simulator runs on.
#include <gtest/gtest.h>

#include "tests/sim/memory_connection.h"
#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

constexpr std::size_t kHighWater = 256 * 1024;

/// Two connected ends, 0 and 1, each with its Recorder.
class Pair {
public:
    virtual ~Pair() = default;
    virtual Recorder& user(std::size_t end) = 0;
    virtual bool run_until(const std::function<bool()>& done) = 0;
    /// Long enough for everything that is due to happen.
    virtual void settle() = 0;
    /// End 0 gets nothing any more and answers nothing; and the time that close() allows passes.
    virtual void stop_end_0() = 0;
    virtual bool run_over_close_limit(const std::function<bool()>& done) = 0;
};

class MemoryPair final : public Pair {
public:
    MemoryPair() {
        for (std::size_t end : {0u, 1u}) {
            link_.attach(end, users_[end]);
            users_[end].connection = &link_.end(end);
        }
    }
    Recorder& user(std::size_t end) override { return users_[end]; }
    bool run_until(const std::function<bool()>& done) override {
        while (!done()) {
            if (!link_.step()) return false;
        }
        return true;
    }
    void settle() override { ASSERT_TRUE(link_.run()); }
    void stop_end_0() override { link_.stall(0, true); }
    bool run_over_close_limit(const std::function<bool()>& done) override {
        EXPECT_TRUE(link_.run());
        EXPECT_FALSE(done());
        link_.close_limit_passes();
        return run_until(done);
    }

private:
    std::array<Recorder, 2> users_;
    MemoryLink link_{{.names = {{{"ar1.example"}, {"anchor.example"}}},
                      .addresses = {"127.0.0.1:50000", "127.0.0.1:4433"}}};
};

class LoopbackPair final : public Pair {
public:
    LoopbackPair() {
        DialerSettings settings = pair_.to_listener();
        settings.backoff_first = settings.backoff_last = Milliseconds(60'000);  // one connection
        pair_.dial(settings);
        EXPECT_TRUE(pair_.run_until(
            [this] { return pair_.dialed.connections == 1 && pair_.accepted.users.size() == 1; }));
    }
    Recorder& user(std::size_t end) override { return end == 0 ? pair_.access() : pair_.anchor(); }
    bool run_until(const std::function<bool()>& done) override { return pair_.run_until(done); }
    void settle() override { pair_.run_for(Milliseconds(100)); }
    void stop_end_0() override { pair_.access_asleep = true; }
    bool run_over_close_limit(const std::function<bool()>& done) override {
        return pair_.run_until(done, std::chrono::seconds(5));
    }

private:
    Certificates certificates_;
    TlsPair pair_{certificates_.identity("DNS:anchor.example"),
                  certificates_.identity("DNS:ar1.example")};
};

template <typename T>
std::unique_ptr<Pair> make() {
    return std::make_unique<T>();
}

struct Kind {
    const char* name;
    std::unique_ptr<Pair> (*make)();
};

class ConnectionContract : public ::testing::TestWithParam<Kind> {
protected:
    Recorder& user(std::size_t end) { return pair_->user(end); }
    Connection& end(std::size_t end) { return *user(end).connection; }
    bool run_until(const std::function<bool()>& done) { return pair_->run_until(done); }
    bool both_closed() { return !user(0).reasons.empty() && !user(1).reasons.empty(); }
    /// Nobody hears closed() a second time.
    void expect_closed_once() {
        EXPECT_TRUE(run_until([this] { return both_closed(); }));
        pair_->settle();
        EXPECT_EQ(user(0).reasons.size(), 1u);
        EXPECT_EQ(user(1).reasons.size(), 1u);
    }

    std::unique_ptr<Pair> pair_ = GetParam().make();
};

INSTANTIATE_TEST_SUITE_P(Both, ConnectionContract,
                         ::testing::Values(Kind{"Memory", make<MemoryPair>},
                                           Kind{"TlsOverLoopback", make<LoopbackPair>}),
                         [](const auto& kind) { return kind.param.name; });

std::string numbered(std::size_t size) {
    std::string bytes;
    for (std::uint32_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ",";
    bytes.resize(size);
    return bytes;
}

TEST_P(ConnectionContract, BytesArriveInOrderInBothDirections) {
    std::string sent;
    for (int i = 0; i < 1000; ++i) {
        const std::string piece = std::to_string(i) + ",";
        sent += piece;
        end(0).send(piece);
        end(1).send(piece);
    }
    EXPECT_TRUE(run_until([&] { return user(0).text == sent && user(1).text == sent; }));
}

TEST_P(ConnectionContract, PiecesOfEverySizeArriveWhole) {
    std::string sent;
    for (std::size_t size : {1u, 100u, 16'383u, 16'384u, 16'385u, 5u, 70'000u, 16'000u, 400u}) {
        const std::string piece = numbered(size);
        sent += piece;
        end(0).send(piece);
    }
    EXPECT_TRUE(run_until([&] { return user(1).text.size() == sent.size(); }));
    EXPECT_TRUE(user(1).text == sent);
}

TEST_P(ConnectionContract, KnowsThePeer) {
    EXPECT_EQ(end(0).peer_names(), std::vector<std::string>{"anchor.example"});
    EXPECT_EQ(end(1).peer_names(), std::vector<std::string>{"ar1.example"});
    EXPECT_EQ(end(0).peer_address().rfind("127.0.0.1:", 0), 0u) << end(0).peer_address();
    EXPECT_EQ(end(1).peer_address().rfind("127.0.0.1:", 0), 0u) << end(1).peer_address();
}

TEST_P(ConnectionContract, UnsentCountsWhatTheKernelHasNotTaken) {
    EXPECT_EQ(end(0).unsent(), 0u);
    end(0).send("12345");
    EXPECT_EQ(end(0).unsent(), 5u);
    end(0).send(std::string(100'000, 'x'));
    end(0).send("");
    EXPECT_EQ(end(0).unsent(), 100'005u);
    EXPECT_EQ(end(1).unsent(), 0u);
    EXPECT_TRUE(run_until([&] { return user(1).text.size() == 100'005; }));
    EXPECT_EQ(end(0).unsent(), 0u);
}

TEST_P(ConnectionContract, NobodyIsCalledBeforeSendOrCloseReturns) {
    bool inside = false;
    bool called_inside = false;
    for (std::size_t i : {0u, 1u}) {
        user(i).on_received = user(i).on_drained =
            user(i).on_closed = [&] { called_inside = called_inside || inside; };
    }
    inside = true;
    end(0).send(std::string(kHighWater * 2, 'x'));
    end(0).close("enough");
    inside = false;
    EXPECT_TRUE(run_until([this] { return both_closed(); }));
    EXPECT_FALSE(called_inside);
}

TEST_P(ConnectionContract, DrainedComesOnceWhenTheQueueHasFallenBelowHalfOfTheMark) {
    std::vector<std::size_t> unsent;
    user(0).on_drained = [&] { unsent.push_back(end(0).unsent()); };
    end(0).send(std::string(kHighWater, 'x'));
    EXPECT_TRUE(run_until([&] { return user(1).text.size() == kHighWater; }));
    pair_->settle();
    EXPECT_EQ(user(0).drains, 0) << "the mark was reached, not exceeded";

    constexpr std::size_t kMore = kHighWater + 180'000;
    end(0).send(std::string(kMore, 'x'));
    EXPECT_TRUE(run_until([&] { return user(1).text.size() == kHighWater + kMore; }));
    pair_->settle();
    ASSERT_EQ(user(0).drains, 1);
    EXPECT_LT(unsent.front(), kHighWater / 2);
}

TEST_P(ConnectionContract, ASenderThatObeysDrainedNeverQueuesMoreThanTheMark) {
    constexpr std::size_t kPiece = 10'000;
    constexpr std::size_t kTotal = 10'000'000;
    const std::string piece = numbered(kPiece);
    std::size_t sent = 0;
    std::size_t most = 0;
    const auto more = [&] {
        while (sent < kTotal && end(0).unsent() <= kHighWater) {
            end(0).send(piece);
            sent += kPiece;
            most = std::max(most, end(0).unsent());
        }
    };
    user(0).on_drained = more;
    more();
    EXPECT_TRUE(run_until([&] { return user(1).text.size() == kTotal; }));
    EXPECT_GT(user(0).drains, 10);
    EXPECT_LE(most, kHighWater + kPiece);
    for (std::size_t at = 0; at < kTotal; at += kPiece) {
        ASSERT_EQ(user(1).text.compare(at, kPiece, piece), 0) << "at byte " << at;
    }
}

TEST_P(ConnectionContract, CloseWritesWhatIsQueuedAndBothHearItOnce) {
    const std::string last = numbered(500'000);
    end(0).send(last);
    end(0).close("shutting down");
    expect_closed_once();
    EXPECT_TRUE(user(1).text == last);
    EXPECT_EQ(user(0).reasons.front(), "shutting down");
    EXPECT_EQ(user(1).reasons.front(), "closed by the peer");
}

TEST_P(ConnectionContract, WhatWasSentBeforeCloseArrivesAlsoWhenThePeerIsStillSending) {
    const std::string last = numbered(3'000'000);
    user(1).on_received = [&] { end(1).send(std::string(20'000, 'x')); };
    end(0).send(last);
    end(0).close("shutting down");
    expect_closed_once();
    EXPECT_TRUE(user(1).text == last) << user(1).text.size() << " of " << last.size() << " bytes";
}

TEST_P(ConnectionContract, ClosingTwiceIsClosingOnceForTheFirstReason) {
    end(0).close("first");
    end(0).close("second");
    end(0).send("too late");
    EXPECT_EQ(end(0).unsent(), 0u);
    expect_closed_once();
    EXPECT_EQ(user(0).reasons.front(), "first");
    EXPECT_EQ(user(1).text, "");
}

TEST_P(ConnectionContract, BothMayCloseAtOnce) {
    end(0).send("last words of 0");
    end(0).close("0 has enough");
    end(1).close("1 has enough");
    expect_closed_once();
    EXPECT_EQ(user(0).reasons.front(), "0 has enough");
    EXPECT_EQ(user(1).reasons.front(), "1 has enough");
}

TEST_P(ConnectionContract, WhoHasClosedHearsNothingButClosed) {
    end(1).send(numbered(1'000'000));
    EXPECT_TRUE(run_until([&] { return !user(0).text.empty(); }));
    const std::size_t heard = user(0).text.size();
    end(0).close("heard enough");
    expect_closed_once();
    EXPECT_EQ(user(0).text.size(), heard);
    EXPECT_EQ(user(0).reasons.front(), "heard enough");
}

TEST_P(ConnectionContract, CloseInsideReceivedEndsIt) {
    user(1).on_received = [&] {
        if (user(1).connection != nullptr) end(1).close("bad frame");
    };
    end(0).send("garbage");
    expect_closed_once();
    EXPECT_EQ(user(1).reasons.front(), "bad frame");
    EXPECT_EQ(user(1).text, "garbage");
}

TEST_P(ConnectionContract, AnswersSentInsideReceivedArrive) {
    user(1).on_received = [&] { end(1).send("answer"); };
    end(0).send("question");
    EXPECT_TRUE(run_until([&] { return user(0).text == "answer"; }));
}

TEST_P(ConnectionContract, ASilentPeerCannotHoldUpCloseForLong) {
    pair_->stop_end_0();
    end(1).send(numbered(50'000'000));
    end(1).close("shutting down");
    EXPECT_TRUE(pair_->run_over_close_limit([this] { return !user(1).reasons.empty(); }));
    EXPECT_EQ(user(1).reasons, std::vector<std::string>{"shutting down"});
}

}  // namespace
}  // namespace mobility::testing
