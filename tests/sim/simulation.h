// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The whole control plane in one process and in virtual time: core's real nodes on simulated
// machines, clients that move, networks that lose, delay, copy, stall and break. One seed, one
// history.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/checks.h"
#include "tests/sim/dhcp_server.h"
#include "tests/sim/ground_truth.h"
#include "tests/sim/host.h"
#include "tests/sim/mobile_node.h"
#include "tests/sim/source_host.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

struct Size {
    std::size_t mobile_nodes = 4;
    std::size_t access_routers = 3;
    std::size_t anchors = 2;
    std::size_t sources = 2;
    double with_delegated = 0.3;  ///< share of MNs that hold a delegated prefix as well
    bool journals = false;        ///< anchors have one
    bool attestation = false;     ///< relays attest; anchors always prefer it
};

/// Probabilities are of each message or operation; rates are per second in the whole domain.
struct Faults {
    double dhcp_lost = 0, dhcp_copied = 0;
    double heard_twice = 0;  ///< by two ARs (scenario A9)
    Duration dhcp_delay{2'000};
    double late_expiry = 0;
    double kernel_busy = 0;
    bool pieces = false;
    double stalls = 0, cuts = 0, doubles = 0;
    Duration longest_stall{0};
    double anchor_restarts = 0, ar_restarts = 0, source_restarts = 0;
    /// That a process which starts is one of version 1: an upgrade, or a step back, under way.
    double old_versions = 0;
    double anchor_power_cuts = 0, power_cuts = 0;  ///< of one anchor; of everything
    double full_disks = 0;
    bool no_sessions = false;  ///< none can be made

    bool sessions_break() const {
        return stalls + cuts + doubles + anchor_restarts + ar_restarts + source_restarts +
                   anchor_power_cuts + power_cuts >
               0;
    }
};

class Simulation {
public:
    Simulation(std::uint64_t seed, Size size, Faults faults = {});

    void start_all();
    void run_for(Duration time) { timeline.run_for(time); }
    /// Faults stop, everything runs, clients say nothing; then nothing more is under way.
    void settle();
    void stop_faults();
    /// Process, kernel, and what the journal had not written yet are gone.
    void power_cut(AnchorHost& anchor);
    /// Of all machines. Nothing is started again.
    void power_cut();
    /// As in Linux, its routes go, and none can be made on it until it is up.
    void link_down(std::size_t ar, std::size_t link);
    void link_up(std::size_t ar, std::size_t link);

    // The network between MNs and servers.
    void to_server(const DhcpMessage& message);
    void to_mn(const DhcpReply& reply);

    // Sessions.
    /// Soon, and again until the anchor answers.
    void dial(DialingHost& host, std::size_t anchor);
    void desert_links(Host& host);
    SessionLink* session(const Host& host, std::size_t anchor);
    void for_each_session(const std::function<void(SessionLink&)>& what);

    std::size_t home_anchor(std::size_t mn) const { return mn / 2 % anchors.size(); }
    std::size_t pool_size() const { return 8 + size.mobile_nodes / 3; }
    /// What a process that starts now speaks.
    ProtocolOffer offer();
    void notice(const std::string& host, const Notice& notice);
    std::uint64_t notices(const std::string& id) const;
    std::uint64_t routes_written() const;

    /// Anchors refuse and end things by their operator's word: not every lease has its binding.
    bool limited = false;
    std::uint64_t seed;
    Size size;
    Faults faults;       ///< now
    Faults faults_were;  ///< before they stopped
    Random random;
    Timeline timeline;
    NodeTimers timers{{Milliseconds{1000}, 5}, Milliseconds{2000}};
    Seconds valid{40};
    LinkSettings link_settings;
    GroundTruth truth{timeline};
    Checks checks{*this};
    std::vector<std::unique_ptr<AnchorHost>> anchors;
    std::vector<std::unique_ptr<AccessHost>> access_routers;
    std::vector<std::unique_ptr<SourceHost>> sources;
    std::vector<std::unique_ptr<DhcpServer>> servers;
    std::vector<std::unique_ptr<MobileNode>> mobile_nodes;
    std::function<void(const std::string&)> trace;
    std::function<void(const std::string& host, const MemoryForwarder::Step&)> on_operation;
    std::function<void(const DhcpMessage&)> on_question;  ///< of an MN, on its way to its server
    std::function<void(const DhcpReply&)> on_reply;       ///< on its way to the MN
    /// In sessions that begin while this is set: each message as it arrives.
    std::function<void(const std::string& from, const std::string& to, const control::Message&)>
        on_message;

private:
    struct Session {
        std::unique_ptr<SessionLink> link;
        DialingHost* dialler;
        std::size_t anchor;
        bool over = false;
    };

    void build();
    void connect(DialingHost& host, std::size_t anchor);
    void reap(Session& session);
    /// The relay's word to the route agent beside it.
    void attest(const DhcpMessage& message);
    void carry(DhcpMessage message);

    std::list<Session> sessions_;
    std::map<std::pair<const Host*, std::size_t>, bool> dialling_;
    std::map<std::string, std::uint64_t> notices_;
};

}  // namespace mobility::sim
