// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A small Kea: a lease table with DHCPv6's semantics, and the hook's rules for when what it did
// becomes an event (docs/architecture.md, "The hook's edges"; scenario A3').
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "core/mobility_event.h"
#include "core/source.h"
#include "tests/sim/dhcp_message.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

class Simulation;
class SourceHost;

class DhcpServer {
public:
    struct Lease {
        enum class State { kActive, kDeclined };
        std::size_t mn = 0;
        State state = State::kActive;
        Instant expires;
    };
    struct Page {
        std::vector<LeaseEntry> leases;
        std::optional<Prefix> next_after;
    };

    DhcpServer(Simulation& world, SourceHost& host);

    void receive(const DhcpMessage& message);
    /// lease6-del.
    void remove_lease(const Prefix& prefix);
    void remove_all_leases();
    /// The lease file is gone, and nobody noticed.
    std::vector<Detached> lose_leases();
    /// Active leases of prefixes that this anchor owns, at most `most` rows looked at.
    Page read(AnchorIndex anchor, const std::optional<Prefix>& after, std::size_t most) const;
    const std::map<Prefix, Lease>& leases() const { return leases_; }
    bool is_live(const Prefix& prefix) const;
    /// Expired leases are reclaimed only while this is set.
    void set_reclaiming(bool on) { reclaiming_ = on; }
    void process_died() { held_.clear(); }

    struct Counters {
        std::uint64_t received = 0;
        std::uint64_t copies_dropped = 0;  ///< of a message that is being held
        std::uint64_t silent = 0;          ///< refused, or a Confirm of what is not known here
        std::uint64_t not_on_link = 0;
    };
    const Counters& counters() const { return counters_; }

private:
    void solicit(const DhcpMessage& message);
    void request(const DhcpMessage& message);
    void extend(const DhcpMessage& message);
    void confirm(const DhcpMessage& message);
    void release(const DhcpMessage& message);
    void decline(const DhcpMessage& message);

    std::vector<Prefix> offer(const DhcpMessage& message);
    std::optional<Prefix> free_address(std::size_t mn);
    std::optional<Prefix> free_delegated(std::size_t mn);
    bool is_free(const Prefix& prefix) const;
    std::vector<Prefix> leased_to(std::size_t mn) const;
    bool holds(std::size_t mn, const Prefix& prefix) const;

    void commit(const DhcpMessage& message, const std::vector<Prefix>& prefixes);
    void hold(const DhcpMessage& message, Attached event, DhcpReply reply);
    void answer(const DhcpMessage& message, DhcpReply reply);
    void await_expiry(const Prefix& prefix);
    void reclaim(const Prefix& prefix);
    Attached event(const DhcpMessage& message, const std::vector<Prefix>& prefixes,
                   Proof proof) const;

    Simulation& world_;
    SourceHost& host_;
    std::map<Prefix, Lease> leases_;
    std::set<std::tuple<std::size_t, std::uint32_t, std::size_t>> held_;  ///< MN, transaction, AR
    bool reclaiming_ = true;
    Counters counters_;
};

}  // namespace mobility::sim
