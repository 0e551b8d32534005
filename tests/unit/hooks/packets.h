// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kea's packets and leases as a relayed MN causes them.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/dhcp6.h>
#include <dhcp/duid.h>
#include <dhcp/option6_ia.h>
#include <dhcp/option6_iaaddr.h>
#include <dhcp/option6_iaprefix.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>

#include <string>
#include <vector>

#include "hooks/dhcp6/registration.h"

namespace mobility {

inline const std::vector<std::uint8_t> kDuid{0, 3, 0, 1, 2, 0, 0, 0, 0, 7};
inline const std::vector<std::uint8_t> kOtherDuid{0, 3, 0, 1, 2, 0, 0, 0, 0, 8};
inline const std::string kDuidBytes(kDuid.begin(), kDuid.end());

inline isc::dhcp::OptionPtr raw_option(std::uint16_t code, std::vector<std::uint8_t> data) {
    return isc::dhcp::OptionPtr(new isc::dhcp::Option(isc::dhcp::Option::V6, code, data));
}

struct RelaySays {
    const char* link = "2001:db8:a000:1::1";
    const char* peer = "fe80::7";
    std::string interface_id = "access";
    std::vector<std::uint8_t> link_layer = {0, 1, 2, 0, 0, 0, 0, 7};
};

inline void add_relay(isc::dhcp::Pkt6& packet, const RelaySays& says) {
    isc::dhcp::Pkt6::RelayInfo relay;
    relay.msg_type_ = DHCPV6_RELAY_FORW;
    relay.linkaddr_ = isc::asiolink::IOAddress(says.link);
    relay.peeraddr_ = isc::asiolink::IOAddress(says.peer);
    if (!says.interface_id.empty()) {
        relay.options_.emplace(
            D6O_INTERFACE_ID,
            raw_option(D6O_INTERFACE_ID, {says.interface_id.begin(), says.interface_id.end()}));
    }
    if (!says.link_layer.empty()) {
        relay.options_.emplace(D6O_CLIENT_LINKLAYER_ADDR,
                               raw_option(D6O_CLIENT_LINKLAYER_ADDR, says.link_layer));
    }
    packet.relay_info_.push_back(relay);
}

/// From client kDuid through the AR at 2001:db8:c::a:1.
inline isc::dhcp::Pkt6Ptr message(std::uint8_t type) {
    isc::dhcp::Pkt6Ptr packet(new isc::dhcp::Pkt6(type, 0x123456));
    packet->setRemoteAddr(isc::asiolink::IOAddress("2001:db8:c::a:1"));
    packet->setLocalAddr(isc::asiolink::IOAddress("2001:db8:c::1"));
    packet->setRemotePort(5470);
    packet->setIface("core");
    packet->setIndex(4);
    packet->addOption(raw_option(D6O_CLIENTID, kDuid));
    return packet;
}

inline isc::dhcp::Pkt6Ptr relayed(std::uint8_t type) {
    auto packet = message(type);
    add_relay(*packet, {});
    return packet;
}

inline isc::dhcp::OptionPtr na(std::uint32_t iaid, const std::vector<std::string>& addresses) {
    isc::dhcp::OptionPtr association(new isc::dhcp::Option6IA(D6O_IA_NA, iaid));
    for (const auto& address : addresses) {
        association->addOption(isc::dhcp::OptionPtr(
            new isc::dhcp::Option6IAAddr(D6O_IAADDR, isc::asiolink::IOAddress(address), 0, 0)));
    }
    return association;
}

inline isc::dhcp::OptionPtr pd(std::uint32_t iaid, const std::string& prefix, std::uint8_t length) {
    isc::dhcp::OptionPtr association(new isc::dhcp::Option6IA(D6O_IA_PD, iaid));
    association->addOption(isc::dhcp::OptionPtr(new isc::dhcp::Option6IAPrefix(
        D6O_IAPREFIX, isc::asiolink::IOAddress(prefix), length, 0, 0)));
    return association;
}

inline isc::dhcp::OptionPtr ia_address(const std::string& address, std::uint32_t preferred,
                                       std::uint32_t valid) {
    return isc::dhcp::OptionPtr(new isc::dhcp::Option6IAAddr(
        D6O_IAADDR, isc::asiolink::IOAddress(address), preferred, valid));
}

inline const std::string kOwnAddress = "2001:db8:d000:0:21a:2bff:fe00:5";

/// ADDR-REG-INFORM of client kDuid, sent from the address.
inline isc::dhcp::Pkt6Ptr inform(const std::string& address = kOwnAddress,
                                 std::uint32_t preferred = 1800, std::uint32_t valid = 3600) {
    auto packet = message(dhcp6::kAddrRegInform);
    RelaySays says;
    says.peer = address.c_str();
    add_relay(*packet, says);
    packet->addOption(ia_address(address, preferred, valid));
    return packet;
}

/// Of client kDuid, valid for an hour from `begun` (seconds since 1970) on.
inline isc::dhcp::Lease6Ptr lease(const std::string& address, std::uint8_t length = 128,
                                  std::uint32_t iaid = 1, std::time_t begun = 0) {
    isc::dhcp::Lease6Ptr made(new isc::dhcp::Lease6(
        length == 128 ? isc::dhcp::Lease::TYPE_NA : isc::dhcp::Lease::TYPE_PD,
        isc::asiolink::IOAddress(address), isc::dhcp::DuidPtr(new isc::dhcp::DUID(kDuid)), iaid,
        1800, 3600, 1, isc::dhcp::HWAddrPtr(), length));
    made->cltt_ = begun;
    return made;
}

}  // namespace mobility
