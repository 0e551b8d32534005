// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What each log message about DHCPv4 means to the operator, and what to do.
#include "relay-agent/dhcp4_messages.h"

#include <array>
#include <vector>

namespace mobility {

const LogMessage kRelayDhcp4Counters{
    "RELAY_DHCP4_COUNTERS", LogLevel::kInfo,
    "The counters of DHCPv4 since the start, written on SIGUSR1 and at the end. datagrams-sent "
    "counts one for each server."};
const LogMessage kRelayDhcp4AddressAbsent{
    "RELAY_DHCP4_ADDRESS_ABSENT", LogLevel::kWarn,
    "An access interface's giaddr, or the source-address or server-identifier-override of section "
    "dhcp4, is on no interface of this machine (yet). Until it is, nothing reaches the servers "
    "from there, and their answers do not reach this relay agent; clients that renew with the "
    "override are not heard, and rebind."};
const LogMessage kRelayDhcp4InterfaceUnusable{
    "RELAY_DHCP4_INTERFACE_UNUSABLE", LogLevel::kWarn,
    "An access interface exists but the relay agent cannot listen there for DHCPv4, for the reason "
    "given. It is tried again four times a second."};
const LogMessage kRelayDhcp4WithoutAgentOption{
    "RELAY_DHCP4_WITHOUT_AGENT_OPTION", LogLevel::kWarn,
    "A client's message is so long that Relay Agent Information would make it longer than 1,472 "
    "bytes, and was relayed without it (RFC 3046 section 2.1). The answer finds its way back if no "
    "other access interface has the same giaddr."};
const LogMessage kRelayDhcp4DroppedByKernel{
    "RELAY_DHCP4_DROPPED_BY_KERNEL", LogLevel::kWarn,
    "DHCPv4 messages arrived faster than the relay agent reads them, and a socket's buffer was "
    "full. Clients repeat them. If it goes on, the machine is too slow for its clients or is "
    "flooded: the counters say from which side."};

namespace {

/// In the order of Dhcp4Reason.
constexpr std::array<LogMessage, kDhcp4Reasons> kDiscards{{
    {"RELAY_DHCP4_MALFORMED", LogLevel::kWarn,
     "A DHCPv4 message was discarded because its structure is broken at the offset given, or since "
     "it is BOOTP and not DHCP. From a client: a faulty or hostile host. From a server: a fault of "
     "the server, or of the path to it."},
    {"RELAY_DHCP4_BAD_CHECKSUM", LogLevel::kWarn,
     "A client's DHCPv4 datagram has a wrong UDP checksum and was discarded: it was damaged on the "
     "access link, or a network card or virtual machine computes checksums wrongly."},
    {"RELAY_DHCP4_HOP_LIMIT", LogLevel::kWarn,
     "A DHCPv4 message has passed more relay agents than hop-limit allows and was discarded. Relay "
     "agents forward to each other in a circle: check their lists of servers."},
    {"RELAY_DHCP4_LOOP", LogLevel::kWarn,
     "A DHCPv4 message with a source address or giaddr of this machine's arrived on an access link "
     "and was discarded: the link leads back here, or somebody forges our address."},
    {"RELAY_DHCP4_UNUSABLE_SOURCE", LogLevel::kWarn,
     "A DHCPv4 message has a source address or giaddr that no host has (multicast, loopback) and "
     "was discarded: a faulty or hostile host."},
    {"RELAY_DHCP4_SERVER_MESSAGE_FROM_ACCESS", LogLevel::kWarn,
     "A DHCPv4 message that only servers send came from an access link and was discarded: somebody "
     "there runs a DHCP server or tries to pass for one."},
    {"RELAY_DHCP4_FOREIGN_AGENT_OPTION", LogLevel::kWarn,
     "A DHCPv4 message without giaddr already carries Relay Agent Information and was discarded "
     "(RFC 3046 section 2.1): access links are not trusted, and a client that could write this "
     "option could say where it is. A switch there that adds it must be told not to."},
    {"RELAY_DHCP4_NOT_FROM_ACCESS", LogLevel::kWarn,
     "A DHCPv4 message that is not a server's arrived on an interface that is not an access "
     "interface with a giaddr and was discarded. If a lower relay agent is there, add the "
     "interface to access-interfaces."},
    {"RELAY_DHCP4_NOT_A_SERVER", LogLevel::kWarn,
     "A DHCPv4 reply came from an address that is not in dhcp4's list of servers and was "
     "discarded. If it is a server with several addresses, it must answer from the one that it was "
     "asked at; otherwise somebody forges replies."},
    {"RELAY_DHCP4_UNKNOWN_LINK", LogLevel::kWarn,
     "The giaddr and Agent Circuit ID of a DHCPv4 reply are not those of one access interface. "
     "Servers must copy both; where interfaces share a giaddr, only the Circuit ID tells them "
     "apart."},
    {"RELAY_DHCP4_UNUSABLE_ADDRESS", LogLevel::kWarn,
     "A DHCPv4 reply is for a client address to which nothing can be sent, or our own: a fault of "
     "the server."},
    {"RELAY_DHCP4_TOO_LARGE", LogLevel::kWarn,
     "A DHCPv4 message is longer than UDP carries once it is written again."},
    {"RELAY_DHCP4_INTERFACE_ABSENT", LogLevel::kWarn,
     "A DHCPv4 reply is for an access interface that does not exist at the moment. The client asks "
     "again when the interface is back."},
    {"RELAY_DHCP4_NOT_SENT", LogLevel::kWarn,
     "The kernel refused to send a DHCPv4 message, for the reason given: no route to the server, a "
     "giaddr that is not on this machine, a reply longer than the access link's MTU, an access "
     "interface that is down. Clients repeat."},
}};

}  // namespace

const LogMessage& discard_message(Dhcp4Reason reason) {
    return kDiscards[static_cast<std::size_t>(reason)];
}

LogTable dhcp4_messages() {
    static const std::vector<const LogMessage*> table = [] {
        std::vector<const LogMessage*> all{
            &kRelayDhcp4Counters, &kRelayDhcp4AddressAbsent, &kRelayDhcp4InterfaceUnusable,
            &kRelayDhcp4WithoutAgentOption, &kRelayDhcp4DroppedByKernel};
        for (const LogMessage& discard : kDiscards) {
            all.push_back(&discard);
        }
        return all;
    }();
    return table;
}

}  // namespace mobility
