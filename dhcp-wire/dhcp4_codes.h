// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv4 numbers with their IANA names (registry "Dynamic Host Configuration Protocol (DHCP) and
// Bootstrap Protocol (BOOTP) Parameters"): what every other DHCPv4 file speaks in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mobility {

/// UDP port on which clients listen (RFC 2131 section 4.1).
inline constexpr std::uint16_t kDhcp4ClientPort = 68;
/// UDP port on which servers and relay agents listen.
inline constexpr std::uint16_t kDhcp4ServerPort = 67;
/// No message whose hops exceed this is relayed (RFC 1542 section 4.1.1).
inline constexpr std::uint8_t kDhcp4MostHops = 16;
/// The shortest BOOTP message (RFC 1542 section 2.1); shorter ones are padded by whoever writes.
inline constexpr std::size_t kDhcp4MinMessage = 300;
/// The largest UDP payload over IPv4.
inline constexpr std::size_t kDhcp4MaxMessage = 65507;
/// The header up to and including `file`; the magic cookie follows (RFC 2131 section 2).
inline constexpr std::size_t kDhcp4Header = 236;
/// 99, 130, 83, 99 (RFC 2131 section 3).
inline constexpr std::uint32_t kDhcp4MagicCookie = 0x63825363;
/// ARP hardware type.
inline constexpr std::uint8_t kHardwareEthernet = 1;

enum class Dhcp4Op : std::uint8_t { kBootRequest = 1, kBootReply = 2 };

enum class Dhcp4MessageType : std::uint8_t {
    kDiscover = 1,
    kOffer = 2,
    kRequest = 3,
    kDecline = 4,
    kAck = 5,
    kNak = 6,
    kRelease = 7,
    kInform = 8,
    kForceRenew = 9,
    kLeaseQuery = 10,
    kLeaseUnassigned = 11,
    kLeaseUnknown = 12,
    kLeaseActive = 13,
};

enum class Dhcp4OptionCode : std::uint8_t {
    kPad = 0,
    kSubnetMask = 1,
    kRouters = 3,
    kDomainServers = 6,
    kHostName = 12,
    kRequestedAddress = 50,
    kLeaseTime = 51,
    kOverload = 52,
    kMessageType = 53,
    kServerId = 54,
    kParameterList = 55,
    kMessage = 56,
    kMaxMessageSize = 57,
    kRenewalTime = 58,
    kRebindingTime = 59,
    kVendorClass = 60,
    kClientId = 61,
    kRapidCommit = 80,
    kRelayAgentInformation = 82,
    kEnd = 255,
};

/// Of the Relay Agent Information option (RFC 3046).
enum class Dhcp4RelaySubOption : std::uint8_t {
    kCircuitId = 1,
    kRemoteId = 2,
    kLinkSelection = 5,              // RFC 3527
    kFlags = 10,                     // RFC 5010
    kServerIdentifierOverride = 11,  // RFC 5107
};
/// In kFlags: the client's message came by unicast.
inline constexpr std::uint8_t kDhcp4UnicastFlag = 0x80;

/// "DHCPDISCOVER", or "type 77" for one without a name here.
std::string text(Dhcp4MessageType type);
/// "Address Request (50)", or "option 224" for one without a name here.
std::string text(Dhcp4OptionCode code);

/// True for the types that only a server sends; unknown types are not among them.
bool is_sent_by_servers_only(Dhcp4MessageType type);
/// True for the types that only a client sends; unknown types are not among them.
bool is_sent_by_clients_only(Dhcp4MessageType type);

}  // namespace mobility
