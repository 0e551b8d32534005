// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hook's own thread: it owns the sessions to the anchors, the Source and every held Reply.
// Letters come in from Kea's threads; Replies go out in Kea's turn.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/source.h"
#include "hooks/configuration.h"
#include "hooks/in_flight.h"
#include "hooks/kea_turn.h"
#include "hooks/lease_reader.h"
#include "hooks/mailbox.h"
#include "hooks/presence.h"

namespace mobility {

struct AnchorStatus {
    std::string name;
    std::string address;
    bool associated = false;
    bool present = false;      ///< associated, and answers
    std::string last_failure;  ///< of dialling, since the last session
};

struct ServiceStatus {
    std::vector<AnchorStatus> anchors;
    Source::Counters source;
    std::size_t holds = 0;  ///< that wait for an anchor now
};

/// Threads: construction, start(), stop() and destruction on Kea's main thread; mailbox(), turn()
/// and status() from any; all else on its own.
class Service final : private SourceOutput {
public:
    /// `wake_main_thread`: makes a single-threaded server's main thread call turn().run_waiting().
    Service(const Configuration& configuration, bool multi_threaded,
            std::function<void()> wake_main_thread, LeaseReader& leases, InFlight& in_flight,
            Presence& presence);
    ~Service() override;

    void start();
    /// Ends and joins the thread. No Reply is sent afterwards; all are let go with this object.
    void stop();

    Mailbox& mailbox() { return mailbox_; }
    KeaTurn& turn() { return turn_; }
    /// As of a quarter of a second ago at most.
    ServiceStatus status() const;

private:
    class Endpoint;
    /// A held Reply: complete when both its end and the Reply itself have come.
    struct Pending {
        MessageKey key;
        std::shared_ptr<HeldReply> reply;
        std::optional<HoldEnd> end;
        std::vector<RefusedItem> refused;
    };

    void run();
    void drain();
    void take(AttachedLetter& letter);
    void take(ReplyLetter& letter);
    void take(DetachedLetter& letter);
    void take(PageLetter& letter);
    void take(ListAgainLetter& letter);
    void finish(Pending pending);
    void list_again(Instant now);
    void sweep_orphans(Instant now);
    void read_page(AnchorIndex anchor, std::uint64_t list, std::optional<Prefix> after);
    void arm_hold_timer();
    void arm_tick();
    void publish_presence();
    void publish_status();

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

    const Configuration& configuration_;
    LeaseReader& leases_;
    InFlight& in_flight_;
    Presence& presence_;
    boost::asio::io_context io_{1};
    Mailbox mailbox_;
    KeaTurn turn_;
    Source source_;
    std::vector<std::unique_ptr<Endpoint>> endpoints_;
    std::unordered_map<HoldId, Pending> pending_;
    /// Holds that ended before Kea made their Reply, which it may never do.
    std::deque<std::pair<Instant, HoldId>> orphans_;
    boost::asio::steady_timer hold_timer_{io_};
    std::optional<Instant> hold_timer_at_;
    boost::asio::steady_timer tick_timer_{io_};
    std::optional<Instant> list_again_at_;
    mutable std::mutex status_mutex_;
    ServiceStatus status_;
    std::thread thread_;
};

}  // namespace mobility
