// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Linux kernel as a Forwarder: operations become rtnetlink messages, the kernel's tables become
// a ForwardingState again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/forwarder.h"

namespace mobility {

/// Numbers by which the kernel's objects are known to be ours. Two agents in one network namespace
/// need different protocols, nexthop ranges and tables.
struct NetlinkSettings {
    /// rtm_protocol of all that we install: routes, nexthops, neighbours and rules. 5..255; routing
    /// daemons export by it.
    std::uint8_t protocol = 213;
    /// Of every route of ours. A prefix has one route of ours; others' routes to the same prefix
    /// have other metrics and stay untouched.
    std::uint32_t metric = 213;
    /// Ids of our nexthop objects, one per tunnel and family.
    std::uint32_t first_nexthop = 213'000'000;
    std::uint32_t nexthops = 1'000'000;
    /// Tables with nothing but a default route, one per anchor and family.
    std::uint32_t first_reverse_table = 21'300;
    std::uint32_t reverse_tables = 64;
    /// Of the rules of reverse paths: after local (0), before main (32766). Those of direct paths
    /// have the one before.
    std::uint32_t rule_priority = 21'300;
    /// What nexthop objects hang on. The outer header has its own route lookup, so this device
    /// carries no packet; but the kernel deletes a nexthop with all its routes when its device goes
    /// down or loses its carrier, and the loopback device does neither.
    std::string nexthop_device = "lo";
    /// Source address of outer headers of this network namespace; without one the kernel chooses.
    std::optional<IpAddress> tunnel_source;
    /// Messages in one system call, 1..256.
    std::size_t batch = 128;
};

class NetlinkAudit;
class NetlinkIndex;
class NetlinkSocket;
class NetlinkWork;

/// One thread; every call blocks only for the kernel's work (microseconds a route), so an owner
/// keeps moves prompt by giving bulk work in slices. Several instances with one protocol must not
/// live at once: each knows only its own changes until it reads back.
///
/// Invariant: the index equals what the kernel has confirmed or what the last dump showed. It is
/// what tells the last user of a neighbour entry or tunnel; a kernel that disagrees (EEXIST, a
/// missing nexthop) makes it read everything back once and try again.
class NetlinkForwarder : public Forwarder {
public:
    /// Opens a socket in the thread's network namespace and sets the tunnel source. The error names
    /// the setting that is wrong, or says that CAP_NET_ADMIN is missing.
    static Result<std::unique_ptr<NetlinkForwarder>> open(const NetlinkSettings& settings);
    ~NetlinkForwarder() override;

    NetlinkForwarder(const NetlinkForwarder&) = delete;
    NetlinkForwarder& operator=(const NetlinkForwarder&) = delete;

    /// A route of ours that cannot be read (made by hand, say) shows as Tunnel to :: without a
    /// mode, which nobody wants and every plan replaces.
    Result<ForwardingState> installed() override;

    /// Kinds that this kernel side has not: tunnels other than seg6, decapsulation of IPv4
    /// (kFailed).
    std::vector<Outcome> apply(std::span<const Operation> operations) override;

    /// Removes what carries our protocol and forwards nothing: tunnels without a route, neighbour
    /// entries of no route, routes of another metric. Only for an owner whose state is final (after
    /// recovery, when the sources' lists have ended): until then they may be wanted again. Returns
    /// how many went.
    Result<std::size_t> purge() override;

    /// On a socket of its own: see NetlinkAudit.
    Result<Audit> audit() override;

private:
    NetlinkForwarder(const NetlinkSettings& settings, NetlinkSocket socket);
    Result<void> read_back();

    const NetlinkSettings settings_;
    std::unique_ptr<NetlinkSocket> socket_;
    std::unique_ptr<NetlinkIndex> index_;  ///< nothing until the first dump
    std::uint64_t index_age_ = 0;          ///< how often it was read
    /// It was read anew for an operation's sake and differed: its owner has not been told yet.
    bool altered_ = false;
    std::unique_ptr<NetlinkAudit> audit_;  ///< from the first audit on
};

}  // namespace mobility
