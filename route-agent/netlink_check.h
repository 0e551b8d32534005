// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What in this kernel would break mobility silently, said to the operator when the agent starts, or
// when it is asked to check a configuration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"

namespace mobility {

/// What an agent is going to need. Empty parts are not checked.
struct KernelExpectations {
    /// Devices that forward MNs' packets: they must exist, be up, and forward IPv6.
    std::vector<std::string> interfaces;
    /// Those of them behind which MNs have IPv4.
    std::vector<std::string> ipv4_interfaces;
    /// What the core's links carry; 0: not known. An access interface leaves room for the outer
    /// header.
    std::uint32_t core_mtu = 0;
    /// Nodes whose tunnels carry IPv4 to here: what they send comes in by the devices that lead to
    /// them.
    std::vector<IpAddress> ipv4_peers;
    /// NetlinkSettings::nexthop_device: must be up. Empty: no tunnels are wanted.
    std::string nexthop_device = "lo";
    /// Where tunnels end here. Assigned to an interface, packets to it would be delivered instead
    /// of unwrapped.
    std::optional<IpAddress> tunnel_address;
    /// Tunnel addresses of other nodes: a route and room for the outer header must be there.
    std::vector<IpAddress> far_ends;
    std::uint32_t access_mtu = 1500;
    /// MNs expected behind this AR at once, 0 for none: each has a link-local that the kernel
    /// resolves by itself and counts against gc_thresh3 (our own entries are not counted).
    std::size_t mns = 0;
    /// Prefixes that this anchor owns: packets for addresses without a binding must end here.
    std::vector<Prefix> aggregates;
};

/// One finding per line for the log: what is wrong, what follows from it, what to do. Empty: all is
/// well. The error says that the kernel could not be asked.
Result<std::vector<std::string>> check_kernel(const KernelExpectations& expected);

}  // namespace mobility
