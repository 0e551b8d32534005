// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What each log message means to the operator, and what to do.
#include "relay-agent/relay_messages.h"

#include <array>
#include <vector>

#include "relay-agent/dhcp4_messages.h"

namespace mobility {

const LogMessage kRelayStarted{
    "RELAY_STARTED", LogLevel::kInfo,
    "The relay agent has opened its sockets, given up its privileges and serves."};
const LogMessage kRelayStopped{"RELAY_STOPPED", LogLevel::kInfo,
                               "The relay agent was asked to stop and ends. Clients repeat what it "
                               "no longer relays."};
const LogMessage kRelayFailed{
    "RELAY_FAILED", LogLevel::kError,
    "The relay agent cannot start or cannot go on, and ends. The text says what the kernel "
    "refused. Opening packet and raw sockets takes CAP_NET_RAW, ports 547 and 67 "
    "CAP_NET_BIND_SERVICE."};
const LogMessage kRelayCounters{
    "RELAY_COUNTERS", LogLevel::kInfo,
    "The counters since the start, written on SIGUSR1 and at the end. relay-forwards-sent counts "
    "datagrams, one for each server."};
const LogMessage kRelayReloaded{"RELAY_RELOADED", LogLevel::kInfo,
                                "A new configuration is in force after SIGHUP. A changed user or "
                                "pid-file takes effect at the next start."};
const LogMessage kRelayReloadRefused{
    "RELAY_RELOAD_REFUSED", LogLevel::kError,
    "The new configuration has a fault, which the text names; the old one stays in force and "
    "clients are served. An access interface that was not configured at the start needs a restart, "
    "since the privilege to listen there is given up. A restart loses nothing but the messages of "
    "that moment, which clients repeat."};
const LogMessage kRelayInterfacePresent{
    "RELAY_INTERFACE_PRESENT", LogLevel::kInfo,
    "An access interface exists, at the start or again, and its clients are served."};
const LogMessage kRelayInterfaceLost{
    "RELAY_INTERFACE_LOST", LogLevel::kWarn,
    "An access interface of the configuration does not exist. Its clients are not served until an "
    "interface of this name appears; nothing needs to be restarted then."};
const LogMessage kRelayInterfaceUnusable{
    "RELAY_INTERFACE_UNUSABLE", LogLevel::kWarn,
    "An access interface exists but the relay agent cannot listen there, for the reason given (for "
    "example IPv6 is disabled on it). It is tried again four times a second."};
const LogMessage kRelayPortShared{
    "RELAY_PORT_SHARED", LogLevel::kWarn,
    "Another program listens on UDP port 547 in this network namespace, for example a DHCP server "
    "in the same box. Each must have addresses of its own: give this relay agent a source-address "
    "that the other does not listen on."};
const LogMessage kRelaySourceAddressAbsent{
    "RELAY_SOURCE_ADDRESS_ABSENT", LogLevel::kWarn,
    "The configured source-address is on no interface of this machine (yet). Until it is, nothing "
    "reaches the servers."};
const LogMessage kRelaySmallBuffer{
    "RELAY_SMALL_BUFFER", LogLevel::kWarn,
    "The kernel grants less receive buffer than the relay agent asks for, so that bursts of many "
    "clients may be lost. Start it with CAP_NET_ADMIN or raise net.core.rmem_max."};
const LogMessage kRelayRunsAsRoot{
    "RELAY_RUNS_AS_ROOT", LogLevel::kWarn,
    "No user is configured, so the relay agent stays root, though without any capability: it can "
    "still write root's files. Set \"user\" to an account of its own."};
const LogMessage kRelayNotAttested{
    "RELAY_NOT_ATTESTED", LogLevel::kWarn,
    "The route agent at this socket does not take the word that a message was relayed: it does not "
    "run, has no attestation-socket at this place, or is stuck. An anchor that wants attestation "
    "refuses the message, and the client sends it again. The word is kept for 30 s, 10,000 of "
    "them: "
    "when the agent is there in time, the anchor places the client after all."};
const LogMessage kRelayDroppedByKernel{
    "RELAY_DROPPED_BY_KERNEL", LogLevel::kWarn,
    "Messages arrived faster than the relay agent reads them, and a socket's buffer was full. "
    "Clients repeat them. If it goes on, the machine is too slow for its clients or is flooded: "
    "the counters say from which side."};

namespace {

/// In the order of DiscardReason.
constexpr std::array<LogMessage, kDiscardReasons> kDiscards{{
    {"RELAY_MALFORMED", LogLevel::kWarn,
     "A message was discarded because its structure is broken at the offset given. From a client: "
     "a faulty or hostile host. From a server: a fault of the server, or of the path to it."},
    {"RELAY_BAD_CHECKSUM", LogLevel::kWarn,
     "A client's datagram has a wrong UDP checksum and was discarded: it was damaged on the access "
     "link, or a network card or virtual machine computes checksums wrongly."},
    {"RELAY_HOP_COUNT_LIMIT", LogLevel::kWarn,
     "A Relay-forward has passed eight relay agents (HOP_COUNT_LIMIT, RFC 9915) and was discarded. "
     "Relay agents forward to each other in a circle: check their lists of servers."},
    {"RELAY_LOOP", LogLevel::kWarn,
     "A message with a source address of this machine's arrived on an access link and was "
     "discarded: the link leads back here, or somebody forges our address."},
    {"RELAY_UNUSABLE_SOURCE", LogLevel::kWarn,
     "A message came from an address to which no answer can be sent (unspecified, multicast or "
     "loopback) and was discarded: a faulty or hostile host."},
    {"RELAY_SERVER_MESSAGE_FROM_ACCESS", LogLevel::kWarn,
     "A message that only servers send came from an access link and was discarded: somebody there "
     "runs a DHCPv6 server or tries to pass for one."},
    {"RELAY_CLIENT_UNICAST", LogLevel::kWarn,
     "A client sent its message to an address of ours instead of to ff02::1:2. RFC 9915 has no "
     "such "
     "messages any more, and its link-layer address could not be told to the server. The client "
     "repeats by multicast."},
    {"RELAY_NOT_FROM_ACCESS", LogLevel::kWarn,
     "A message that is not a server's Relay-reply arrived on an interface that is not an access "
     "interface and was discarded. If a lower relay agent is there, add the interface to "
     "access-interfaces."},
    {"RELAY_NOT_A_SERVER", LogLevel::kWarn,
     "A Relay-reply came from an address that is not in the list of servers and was discarded. "
     "If it is a server with several addresses, it must answer from the one that it was asked at; "
     "otherwise somebody forges replies."},
    {"RELAY_UNKNOWN_INTERFACE", LogLevel::kWarn,
     "A Relay-reply does not say for which of our access interfaces it is, or names one that is "
     "not "
     "configured (any more). Servers must copy Interface-ID and link-address."},
    {"RELAY_UNUSABLE_PEER", LogLevel::kWarn,
     "A Relay-reply has a peer-address to which nothing can be sent, or our own: a fault of the "
     "server."},
    {"RELAY_TOO_LARGE", LogLevel::kWarn,
     "A message is so large that no room is left for what the relay agent must add."},
    {"RELAY_INTERFACE_ABSENT", LogLevel::kWarn,
     "A Relay-reply is for an access interface that does not exist at the moment. The client asks "
     "again when the interface is back."},
    {"RELAY_NOT_SENT", LogLevel::kWarn,
     "The kernel refused to send a message, for the reason given: no route to the server or the "
     "client, no link-local address on the access interface, or a source-address that is not on "
     "this machine. Clients repeat."},
}};

}  // namespace

const LogMessage& discard_message(DiscardReason reason) {
    return kDiscards[static_cast<std::size_t>(reason)];
}

LogTable relay_messages() {
    static const std::vector<const LogMessage*> table = [] {
        std::vector<const LogMessage*> all{&kRelayStarted,
                                           &kRelayStopped,
                                           &kRelayFailed,
                                           &kRelayCounters,
                                           &kRelayReloaded,
                                           &kRelayReloadRefused,
                                           &kRelayInterfacePresent,
                                           &kRelayInterfaceLost,
                                           &kRelayInterfaceUnusable,
                                           &kRelayPortShared,
                                           &kRelaySourceAddressAbsent,
                                           &kRelaySmallBuffer,
                                           &kRelayRunsAsRoot,
                                           &kRelayDroppedByKernel,
                                           &kRelayNotAttested};
        for (const LogMessage& discard : kDiscards) {
            all.push_back(&discard);
        }
        const LogTable dhcp4 = dhcp4_messages();
        all.insert(all.end(), dhcp4.begin(), dhcp4.end());
        return all;
    }();
    return table;
}

}  // namespace mobility
