// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A DHCPNAK has no address and few options.
#include "hooks/dhcp4/refused_lease.h"

#include <dhcp/dhcp4.h>
#include <dhcp/option_string.h>

#include <algorithm>
#include <array>
#include <vector>

#include "hooks/refusal_text.h"

namespace mobility::dhcp4 {

void set_refused(isc::dhcp::Pkt4& reply, const RefusedItem& item) {
    static constexpr std::array<std::uint16_t, 4> kAllowed{
        isc::dhcp::DHO_DHCP_MESSAGE_TYPE, isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER,
        isc::dhcp::DHO_DHCP_CLIENT_IDENTIFIER, isc::dhcp::DHO_DHCP_AGENT_OPTIONS};
    std::vector<std::uint16_t> others;
    for (const auto& [code, option] : reply.options_) {
        if (std::ranges::find(kAllowed, code) == kAllowed.end())
            others.push_back(static_cast<std::uint16_t>(code));
    }
    for (const auto code : others) reply.delOption(code);
    reply.setType(isc::dhcp::DHCPNAK);
    reply.addOption(isc::dhcp::OptionPtr(new isc::dhcp::OptionString(
        isc::dhcp::Option::V4, isc::dhcp::DHO_DHCP_MESSAGE, text_for_client(item))));
    const auto none = isc::asiolink::IOAddress::IPV4_ZERO_ADDRESS();
    reply.setYiaddr(none);
    reply.setSiaddr(none);
    reply.setCiaddr(none);
    const std::uint8_t nothing = 0;
    reply.setSname(&nothing, 1);
    reply.setFile(&nothing, 1);
    // The relay must not unicast it to an address that is refused (RFC 2131 section 4.3.2).
    if (!reply.getGiaddr().isV4Zero()) {
        reply.setFlags(
            static_cast<std::uint16_t>(reply.getFlags() | isc::dhcp::Pkt4::FLAG_BROADCAST_MASK));
    }
}

}  // namespace mobility::dhcp4
