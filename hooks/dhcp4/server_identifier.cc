// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One option in the place of another.
#include "hooks/dhcp4/server_identifier.h"

#include "hooks/dhcp4/translation.h"
// Compatibility first.
#include <dhcp/dhcp4.h>
#include <dhcp/option4_addrlst.h>

namespace mobility::dhcp4 {

void set_server_identifier(const isc::dhcp::Pkt4& query, isc::dhcp::Pkt4& reply) {
    if (query.getGiaddr().isV4Zero()) return;
    const auto says = relay_says(query, isc::dhcp::RAI_OPTION_SERVER_ID_OVERRIDE);
    if (!says) return;
    const auto address = IpAddress::from_bytes(says->getData());
    if (!address || address->family() != Family::kIpv4 || !address->is_global()) return;
    reply.delOption(isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER);
    reply.addOption(isc::dhcp::OptionPtr(new isc::dhcp::Option4AddrLst(
        isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER, kea_address(*address))));
}

}  // namespace mobility::dhcp4
