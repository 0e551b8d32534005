// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The machine of a DHCP server: core's Source with its sessions, as the hook wires them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/source_session.h"
#include "tests/sim/host.h"

namespace mobility::sim {

class DhcpServer;

class SourceHost final : public DialingHost, private SourceOutput {
public:
    SourceHost(Simulation& world, std::size_t number);

    /// `reply` is called once, later, unless the process dies first.
    void attached(Attached event, std::function<void(HoldEnd)> reply);
    void detached(const Detached& event);
    /// Until it is set to false, what is said to the Source gets lost; then full lists follow.
    void set_mailbox_full(bool full);
    ConnectionUser& connected(std::size_t anchor, Connection& connection) override;

    const Source& source() const { return *source_; }
    std::size_t open_holds() const { return held_.size(); }

    std::size_t number;
    SourceSettings settings;
    DhcpServer* server = nullptr;

private:
    struct Held {
        Instant since;
        std::function<void(HoldEnd)> reply;
    };

    void start_process() override;
    void stop_process() override;
    bool work() override;
    void tick(Instant now) override;
    void tick_source();

    void send_attached(AnchorIndex anchor, std::uint64_t message, const Attached& event) override {
        sessions_[anchor]->send_attached(message, event);
    }
    void send_detached(AnchorIndex anchor, std::uint64_t message, const Detached& event) override {
        sessions_[anchor]->send_detached(message, event);
    }
    bool compares(AnchorIndex anchor) const override { return sessions_[anchor]->compares(); }
    void send_digest(AnchorIndex anchor, const StateDigest& digest) override {
        sessions_[anchor]->send_digest(digest);
    }
    void send_list_begin(AnchorIndex anchor, const Buckets& buckets) override {
        sessions_[anchor]->send_list_begin(buckets);
    }
    void send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) override {
        sessions_[anchor]->send_list_page(page);
    }
    void send_list_end(AnchorIndex anchor) override { sessions_[anchor]->send_list_end(); }
    void read_leases(AnchorIndex anchor, std::uint64_t list,
                     const std::optional<Prefix>& after) override;
    bool congested(AnchorIndex anchor) const override { return sessions_[anchor]->congested(); }
    void complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>& refused) override;
    void notice(const Notice& notice) override;

    std::unique_ptr<Source> source_;
    std::vector<std::unique_ptr<SourceSession>> sessions_;
    std::map<HoldId, Held> held_;
    HoldId last_hold_ = 0;
    std::uint64_t process_ = 0;
    bool tick_due_ = false;
    bool mailbox_full_ = false;
};

}  // namespace mobility::sim
