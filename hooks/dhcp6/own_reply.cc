// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Addresses, ports and relay headers of an answer of our own.
#include "hooks/dhcp6/own_reply.h"

#include <dhcp/dhcp6.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/srv_config.h>

namespace mobility::dhcp6 {

using isc::dhcp::Option;
using isc::dhcp::Pkt6;

isc::dhcp::Pkt6Ptr make_own_reply(const isc::dhcp::Pkt6Ptr& query, std::uint8_t type,
                                  const isc::dhcp::DuidPtr& server) {
    isc::dhcp::Pkt6Ptr reply(new Pkt6(type, query->getTransid()));
    reply->addOption(query->getOption(D6O_CLIENTID));
    reply->addOption(isc::dhcp::OptionPtr(new Option(Option::V6, D6O_SERVERID, server->getDuid())));
    if (!query->relay_info_.empty()) reply->copyRelayInfo(query);
    reply->setRemoteAddr(query->getRemoteAddr());
    reply->setLocalAddr(query->getLocalAddr());
    // Back to the port that the relay sent from, if it asked for that (RFC 8357), else to 547.
    const bool own_port = !query->relay_info_.empty() &&
                          query->relay_info_.front().options_.contains(D6O_RELAY_SOURCE_PORT);
    reply->setRemotePort(own_port ? query->getRemotePort() : DHCP6_SERVER_PORT);
    reply->setLocalPort(DHCP6_SERVER_PORT);
    reply->setIndex(query->getIndex());
    reply->setIface(query->getIface());
    return reply;
}

isc::dhcp::DuidPtr server_identifier() {
    auto server = isc::dhcp::CfgMgr::instance().getCurrentCfg()->getCfgDUID()->getCurrentDuid();
    if (!server) isc_throw(isc::Unexpected, "the server has no identifier yet");
    return server;
}

}  // namespace mobility::dhcp6
