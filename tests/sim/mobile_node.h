// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An unmodified DHCPv6 client that moves: exchanges, retransmission, T1, T2 and expiry as in RFC
// 9915 section 18.2.
#pragma once

#include <vector>

#include "tests/sim/dhcp_message.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

class Simulation;

class MobileNode {
public:
    using Type = DhcpMessage::Type;
    /// What a client says when its link comes up elsewhere (docs: kea-facts, "What clients send").
    enum class OnMove {
        kConfirm,
        kRebind,
        kRapidSolicit,
        kSolicit,
        kRequest,
        kRenew,
        kGoOn,
        kMute
    };

    MobileNode(Simulation& world, std::size_t number, bool wants_delegated);

    void start() { begin(Type::kSolicit); }
    void move(std::size_t ar, std::size_t link, OnMove what);
    void release();
    void decline();
    void renew();
    void receive(const DhcpReply& reply);
    /// Says nothing any more, and hears nothing.
    void freeze();
    void thaw() { frozen_ = false; }

    std::size_t number() const { return number_; }
    std::size_t server() const { return number_ % 2; }
    std::size_t ar() const { return ar_; }
    std::size_t link() const { return link_; }
    const std::vector<Prefix>& prefixes() const { return prefixes_; }
    bool exchanging() const { return exchanging_; }
    /// Where the last successful exchange was answered.
    bool confirmed_here() const { return confirmed_ar_ == ar_ && confirmed_link_ == link_; }

    struct Counters {
        std::uint64_t sent = 0;
        std::uint64_t replies = 0;
        std::uint64_t moves = 0;
        std::uint64_t changed = 0;  ///< address changes
    };
    const Counters& counters() const { return counters_; }

    bool rapid_commit = true;

private:
    void begin(Type type);
    void transmit();
    void give_up();
    void end_exchange();
    void took(const DhcpReply& reply);
    void set_timers(Seconds valid);
    void lose_prefixes();
    /// Calls it later, unless this kind of timer has been set or stopped again.
    template <typename What>
    void later(std::uint64_t& generation, Duration after, What what);

    Simulation& world_;
    std::size_t number_;
    bool wants_delegated_;
    std::size_t ar_ = 0, link_ = 0;
    std::size_t confirmed_ar_ = ~std::size_t{0}, confirmed_link_ = 0;
    std::vector<Prefix> prefixes_;
    std::vector<Prefix> leaving_;  ///< in a Release or Decline
    bool frozen_ = false;

    bool exchanging_ = false;
    Type type_ = Type::kSolicit;
    bool rapid_ = true;
    std::uint32_t transaction_ = 0;
    Instant began_;
    unsigned transmissions_ = 0;
    Duration wait_{0};
    std::uint64_t retransmission_ = 0, lifetime_ = 0;  ///< generations of the timers
    Counters counters_;
};

}  // namespace mobility::sim
