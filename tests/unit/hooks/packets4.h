// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kea's DHCPv4 packets and leases as a relayed MN causes them.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/dhcp4.h>
#include <dhcp/pkt4.h>
#include <dhcpsrv/lease.h>

#include <string>
#include <vector>

namespace mobility {

using Octets = std::vector<std::uint8_t>;

inline const Octets kMac{2, 0, 0, 0, 0, 7};
inline const std::string kMnOfMac("\x01\x02\x00\x00\x00\x00\x07", 7);
/// Type 255, IAID 0x01020304, DUID 00:03:00:01:02:00:00:00:00:07 (RFC 4361).
inline const Octets kClientIdWithDuid{255, 1, 2, 3, 4, 0, 3, 0, 1, 2, 0, 0, 0, 0, 7};

inline isc::dhcp::OptionPtr option4(std::uint16_t code, const Octets& data = {}) {
    return isc::dhcp::OptionPtr(new isc::dhcp::Option(isc::dhcp::Option::V4, code, data));
}

/// With hardware address kMac, not relayed.
inline isc::dhcp::Pkt4Ptr message4(std::uint8_t type, const Octets& client_id = {}) {
    isc::dhcp::Pkt4Ptr packet(new isc::dhcp::Pkt4(type, 0x12345678));
    packet->setHWAddr(1, static_cast<std::uint8_t>(kMac.size()), kMac);
    packet->setRemoteAddr(isc::asiolink::IOAddress("192.0.2.1"));
    if (!client_id.empty())
        packet->addOption(option4(isc::dhcp::DHO_DHCP_CLIENT_IDENTIFIER, client_id));
    return packet;
}

/// By a relay at 192.0.2.1 that says giaddr 198.51.100.1 and these sub-options.
inline isc::dhcp::Pkt4Ptr relayed4(std::uint8_t type, const Octets& client_id = {},
                                   const std::vector<isc::dhcp::OptionPtr>& relay_says = {
                                       option4(isc::dhcp::RAI_OPTION_AGENT_CIRCUIT_ID,
                                               {'w', 'l', '0'})}) {
    auto packet = message4(type, client_id);
    packet->setGiaddr(isc::asiolink::IOAddress("198.51.100.1"));
    const auto agent = option4(isc::dhcp::DHO_DHCP_AGENT_OPTIONS);
    for (const auto& each : relay_says) agent->addOption(each);
    packet->addOption(agent);
    return packet;
}

/// Of the client with kMac, valid for an hour from `begun` (seconds since 1970) on.
inline isc::dhcp::Lease4Ptr lease4(const std::string& address, const Octets& client_id = {},
                                   std::time_t begun = 0) {
    const isc::dhcp::HWAddrPtr hardware(new isc::dhcp::HWAddr(kMac, 1));
    isc::dhcp::Lease4Ptr made(new isc::dhcp::Lease4(isc::asiolink::IOAddress(address), hardware,
                                                    client_id.data(), client_id.size(), 3600, begun,
                                                    1));
    return made;
}

}  // namespace mobility
