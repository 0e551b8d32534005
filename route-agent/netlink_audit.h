// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dumps the kernel's tables a part at a time and adds them up: has somebody else changed what is
// ours?
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "core/forwarder.h"
#include "route-agent/kernel_digest.h"
#include "route-agent/netlink_forwarder.h"
#include "route-agent/netlink_socket.h"

namespace mobility {

/// Its own socket: changes go on between two parts, and what they touch is left out of the
/// comparison. A difference is believed only when a second dump shows one too, for the kernel may
/// repeat or leave out entries of a table that changes while it is dumped.
class NetlinkAudit {
public:
    static Result<NetlinkAudit> open(const NetlinkSettings& settings);

    /// One part. `known` is what should be there; `age` changes when that was read anew, which
    /// begins again.
    Result<Forwarder::Audit> step(const KernelDigest& known, std::uint64_t age);

private:
    NetlinkAudit(const NetlinkSettings& settings, NetlinkSocket socket);
    void begin(const KernelDigest& known, std::uint64_t age);
    NetlinkMessage request() const;
    void add(const nlmsghdr& message);

    NetlinkSettings settings_;
    NetlinkSocket socket_;
    bool running_ = false;
    bool suspected_ = false;  ///< the dump before this one differed
    bool asked_ = false;      ///< the present table's dump has begun
    std::size_t table_ = 0;   ///< of kTables
    std::uint64_t age_ = 0;
    KernelDigest::Changes begun_{};
    KernelDigest dumped_;
    std::unordered_map<std::uint32_t, NexthopUse> nexthops_;
};

}  // namespace mobility
