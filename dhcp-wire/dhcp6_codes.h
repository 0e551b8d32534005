// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv6 numbers with their IANA names (registry "Dynamic Host Configuration Protocol for IPv6"):
// what every other file of the wire format speaks in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mobility {

/// UDP port on which clients listen (RFC 9915 section 7.2).
inline constexpr std::uint16_t kDhcp6ClientPort = 546;
/// UDP port on which servers and relay agents listen.
inline constexpr std::uint16_t kDhcp6ServerPort = 547;
/// All_DHCP_Relay_Agents_and_Servers (RFC 9915 section 7.1).
inline constexpr const char* kAllDhcpRelayAgentsAndServers = "ff02::1:2";
/// HOP_COUNT_LIMIT (RFC 9915 section 7.6): a Relay-forward that has it is not relayed on.
inline constexpr std::uint8_t kDhcp6HopCountLimit = 8;
/// The largest UDP payload without a jumbogram, hence the largest DHCPv6 message.
inline constexpr std::size_t kDhcp6MaxMessage = 65527;

enum class Dhcp6MessageType : std::uint8_t {
    kSolicit = 1,
    kAdvertise = 2,
    kRequest = 3,
    kConfirm = 4,
    kRenew = 5,
    kRebind = 6,
    kReply = 7,
    kRelease = 8,
    kDecline = 9,
    kReconfigure = 10,
    kInformationRequest = 11,
    kRelayForward = 12,
    kRelayReply = 13,
    kLeasequery = 14,
    kLeasequeryReply = 15,
    kLeasequeryDone = 16,
    kLeasequeryData = 17,
    kReconfigureRequest = 18,
    kReconfigureReply = 19,
    kDhcpv4Query = 20,
    kDhcpv4Response = 21,
    kActiveLeasequery = 22,
    kStartTls = 23,
    kAddrRegInform = 36,
    kAddrRegReply = 37,
};

enum class Dhcp6OptionCode : std::uint16_t {
    kClientId = 1,
    kServerId = 2,
    kIaNa = 3,
    kIaTa = 4,
    kIaAddr = 5,
    kOptionRequest = 6,
    kPreference = 7,
    kElapsedTime = 8,
    kRelayMessage = 9,
    kAuthentication = 11,
    kUnicast = 12,
    kStatusCode = 13,
    kRapidCommit = 14,
    kUserClass = 15,
    kVendorClass = 16,
    kVendorOpts = 17,
    kInterfaceId = 18,
    kReconfMsg = 19,
    kReconfAccept = 20,
    kDnsServers = 23,
    kDomainList = 24,
    kIaPd = 25,
    kIaPrefix = 26,
    kInformationRefreshTime = 32,
    kRemoteId = 37,
    kSubscriberId = 38,
    kClientFqdn = 39,
    kEchoRequest = 43,
    kClientLinkLayerAddress = 79,
    kSolMaxRt = 82,
    kInfMaxRt = 83,
    kRelaySourcePort = 135,
    kAddrRegEnable = 148,
};

enum class Dhcp6StatusCode : std::uint16_t {
    kSuccess = 0,
    kUnspecFail = 1,
    kNoAddrsAvail = 2,
    kNoBinding = 3,
    kNotOnLink = 4,
    kUseMulticast = 5,
    kNoPrefixAvail = 6,
};

/// "SOLICIT", or "type 77" for one without a name here.
std::string text(Dhcp6MessageType type);
/// "IA_NA (3)", or "option 4711" for one without a name here.
std::string text(Dhcp6OptionCode code);
/// "NotOnLink", or "status 99" for one without a name here.
std::string text(Dhcp6StatusCode code);

/// Relay-forward and Relay-reply have a header of their own (RFC 9915 section 9).
constexpr bool is_relay_message(Dhcp6MessageType type) {
    return type == Dhcp6MessageType::kRelayForward || type == Dhcp6MessageType::kRelayReply;
}

/// True for the types that only a server sends. Unknown types are not among them: a relay agent
/// passes those on towards the server (RFC 9915 section 19.1, from RFC 7283).
bool is_sent_by_servers_only(Dhcp6MessageType type);

}  // namespace mobility
