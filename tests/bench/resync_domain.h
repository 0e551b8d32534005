// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One anchor, two ARs and one source in one process, with as many leases as asked for, all at the
// first AR; a few more MNs go to and fro. Every call into them is timed.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/nodes.h"
#include "core/source_session.h"
#include "tests/sim/memory_connection.h"

namespace mobility::bench {

class RealClock final : public Clock {
public:
    Moment now() const override;
};

/// Processor time of calls, in microseconds.
class Meter {
public:
    void time(const char* what, const std::function<void()>& call);
    double longest_us() const;
    const char* longest() const { return longest_; }
    double percentile_us(double part);
    void forget();

private:
    std::vector<float> us_;
    const char* longest_ = "";
    float longest_us_ = 0;
};

/// Does all at once; has what it is given at the start.
class MemoryKernel final : public Forwarder {
public:
    Result<ForwardingState> installed() override { return std::exchange(found, {}); }
    std::vector<Outcome> apply(std::span<const Operation> operations) override {
        return std::vector<Outcome>(operations.size());
    }
    Result<std::size_t> purge() override { return std::size_t{0}; }
    Result<Audit> audit() override { return Audit::kAgrees; }
    ForwardingState found;
};

/// What an earlier process has written; nothing is written any more.
class ReadOnlyJournal final : public Journal {
public:
    JournalContents read() override { return std::exchange(contents, {}); }
    void put(const JournalEntry&) override {}
    void remove(const Prefix&) override {}
    void sequence_given(std::uint64_t) override {}
    void away(const std::string&, Seconds) override {}
    bool wants_whole_table() const override { return false; }
    void begin_whole_table() override {}
    void end_whole_table() override {}
    std::vector<Notice> take_notices() override { return {}; }
    JournalContents contents;
};

/// One session: its bytes, and what has gone through.
class Link {
public:
    struct Traffic {
        std::size_t messages = 0;
        std::size_t octets = 0;
        std::size_t most_unsent = 0;
    };
    using End = std::pair<Meter*, std::function<ConnectionUser&(Connection&)>>;

    /// End 0 has dialled.
    Link(std::string dialled_name, std::string accepted_name, End dialled, End accepted);
    bool step();
    void cut() { link_.cut(); }
    bool over() const { return link_.over(); }
    std::array<Traffic, 2> traffic;  ///< sent by each end

private:
    struct CountingConnection final : Connection {
        void send(std::string bytes) override;
        std::size_t unsent() const override { return below->unsent(); }
        void close(const std::string& reason) override { below->close(reason); }
        const std::vector<std::string>& peer_names() const override { return below->peer_names(); }
        std::string peer_address() const override { return below->peer_address(); }
        Connection* below = nullptr;
        Traffic* traffic = nullptr;
    };
    struct TimedUser final : ConnectionUser {
        void received(std::span<const std::uint8_t> bytes) override;
        void drained() override;
        void closed(const std::string& reason) override;
        ConnectionUser* user = nullptr;
        Meter* meter = nullptr;
    };
    static MemoryLinkSettings settings(std::string dialled, std::string accepted);

    MemoryLink link_;
    std::array<CountingConnection, 2> connections_;
    std::array<TimedUser, 2> users_;
};

class Domain final : private SourceOutput {
public:
    /// The anchor starts as after a crash: its journal and its kernel have all bindings.
    explicit Domain(std::size_t leases);
    ~Domain();

    void connect_source();
    void connect_ar(std::size_t ar);
    void cut_source() { source_link_->cut(); }
    void cut_ar(std::size_t ar) { ar_links_.at(ar)->cut(); }
    /// The source has so many of its leases from now on; its clients have said nothing.
    void keep_leases(std::size_t count) { kept_ = count; }
    /// The next lists begin with digests.
    void compare_lists() { compares_ = true; }
    void confirm_removal();
    /// Goes on, with one move after the other, until this is so; then settles.
    void run_until(const std::function<bool()>& done);
    /// Until nobody has anything to do.
    void settle();

    const AnchorNode& anchor() const { return *anchor_; }
    const AccessNode& ar(std::size_t number) const { return *ars_.at(number); }
    bool listed() const { return lists_ended_ > 0; }

    /// Since the last call.
    struct Figures {
        double longest_ms = 0;
        std::string longest;
        double p99_ms = 0;
        double move_longest_ms = 0;  ///< from the source's event to the end of its Hold
        std::size_t moves = 0;
        std::size_t octets = 0;
        std::size_t most_unsent = 0;
        std::size_t messages = 0;
        std::size_t entries = 0;  ///< in the source's list
        double seconds = 0;
    };
    Figures take_figures();

private:
    static constexpr std::size_t kMovers = 64;

    void send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) override;
    void send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) override;
    bool compares(AnchorIndex anchor) const override;
    void send_digest(AnchorIndex anchor, const StateDigest& digest) override;
    void send_list_begin(AnchorIndex anchor, const Buckets& buckets) override;
    void send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) override;
    void send_list_end(AnchorIndex anchor) override;
    void read_leases(AnchorIndex anchor, std::uint64_t list,
                     const std::optional<Prefix>& after) override;
    bool congested(AnchorIndex anchor) const override;
    void complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>& refused) override;
    void notice(const Notice& notice) override;

    void start_anchor();
    bool go();
    bool round();
    void give_page();
    void move_one();

    std::size_t leases_;
    std::size_t kept_;  ///< of the leases; the movers' follow behind them
    RealClock clock_;
    Inventory inventory_;
    MemoryKernel anchor_kernel_;
    ReadOnlyJournal journal_;
    std::array<MemoryKernel, 2> ar_kernels_;
    std::unique_ptr<AnchorNode> anchor_;
    std::vector<std::unique_ptr<AccessNode>> ars_;
    std::unique_ptr<Source> source_;
    std::unique_ptr<SourceSession> source_session_;
    std::unique_ptr<Link> source_link_;
    std::map<std::size_t, std::unique_ptr<Link>> ar_links_;
    struct Read {
        std::uint64_t list;
        std::size_t next;
    };
    std::deque<Read> reads_;
    std::map<HoldId, Instant> moves_;
    HoldId last_move_ = 0;
    bool moving_ = false;
    Instant limit_{};
    std::size_t lists_ended_ = 0;
    bool compares_ = false;
    std::array<Meter, 3> meters_;  ///< anchor, ARs, source
    Figures figures_;
    Instant figures_since_{};
    Instant next_tick_{};
};

}  // namespace mobility::bench
