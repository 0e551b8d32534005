// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// RFC 5107: the relay says what clients take for the server.
#include "hooks/dhcp4/server_identifier.h"

#include <gtest/gtest.h>

#include "packets4.h"

namespace mobility::dhcp4 {
namespace {

const Octets kOwn{192, 0, 2, 9};

/// What the reply has when the relay has said `override`.
Octets server_identifier(const isc::dhcp::Pkt4Ptr& query) {
    auto reply = relayed4(isc::dhcp::DHCPACK);
    reply->addOption(option4(isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER, kOwn));
    set_server_identifier(*query, *reply);
    EXPECT_EQ(reply->options_.count(isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER), 1u);
    EXPECT_NO_THROW(reply->pack());
    return reply->getOption(isc::dhcp::DHO_DHCP_SERVER_IDENTIFIER)->toBinary();
}

isc::dhcp::Pkt4Ptr with_override(const Octets& address) {
    return relayed4(isc::dhcp::DHCPREQUEST, {},
                    {option4(isc::dhcp::RAI_OPTION_SERVER_ID_OVERRIDE, address)});
}

TEST(ServerIdentifier, IsWhatTheRelayWants) {
    EXPECT_EQ(server_identifier(with_override({10, 0, 0, 1})), (Octets{10, 0, 0, 1}));
}

TEST(ServerIdentifier, IsTheServersOwnWhereTheRelayWantsNothingThatAClientCouldUse) {
    EXPECT_EQ(server_identifier(relayed4(isc::dhcp::DHCPREQUEST)), kOwn);
    for (const Octets& wanted :
         {Octets{}, Octets{10, 0, 0}, Octets{0, 0, 0, 0}, Octets{127, 0, 0, 1}, Octets(16, 1)}) {
        EXPECT_EQ(server_identifier(with_override(wanted)), kOwn);
    }
}

TEST(ServerIdentifier, OfAClientThatWritesTheRelaysOptionItselfNothingIsTaken) {
    auto claims = with_override({10, 0, 0, 1});
    claims->setGiaddr(isc::asiolink::IOAddress("0.0.0.0"));
    EXPECT_EQ(server_identifier(claims), kOwn);
}

}  // namespace
}  // namespace mobility::dhcp4
