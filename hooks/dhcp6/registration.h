// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Addresses that hosts made themselves and tell of by ADDR-REG-INFORM (RFC 9686, scenario A7): what
// the message says, and what it is worth. Reads its arguments only.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/pkt6.h>
#include <dhcpsrv/lease.h>
#include <dhcpsrv/subnet.h>

#include <cstdint>
#include <ctime>
#include <string>

#include "core/mobility_event.h"
#include "core/result.h"
#include "hooks/domain.h"

namespace mobility::dhcp6 {

/// Message types and option of RFC 9686 section 7, which Kea knows from 2.7 on.
inline constexpr std::uint8_t kAddrRegInform = 36;
inline constexpr std::uint8_t kAddrRegReply = 37;
inline constexpr std::uint16_t kAddrRegEnable = 148;

/// Of every row that a registration is: Kea must not take it for a lease of one of the client's
/// associations. A client that numbers one of its own so meets its own rows only.
inline constexpr std::uint32_t kRegisteredIaid = 0xffffffff;

/// What an ADDR-REG-INFORM says. Lifetimes in seconds; a valid one of 0 gives the address up.
struct Registration {
    MnId mn;
    IpAddress address;
    std::uint32_t preferred = 0;
    std::uint32_t valid = 0;
};

/// The error says why a server must discard it (RFC 9686 section 4.2.1, and RFC 9915 section 21.6
/// for the lifetimes).
Result<Registration> read_registration(const isc::dhcp::Pkt6& inform);

enum class RegistrationVerdict : std::uint8_t {
    kNew,           ///< nobody holds it
    kRefresh,       ///< this client has registered it already
    kEnd,           ///< this client gives up what it has registered
    kNothing,       ///< gives up what is not registered: there is nothing to do but to answer
    kLeased,        ///< Kea has leased it to this client: RFC 9686 has the message discarded
    kTaken,         ///< somebody else's
    kInappropriate  ///< not for this link, or for no host
};

struct RegistrationFinding {
    RegistrationVerdict verdict = RegistrationVerdict::kInappropriate;
    std::string why;  ///< of kLeased, kTaken and kInappropriate
};

/// What the server knows of the address.
struct RegistrationGround {
    const isc::dhcp::Subnet6& subnet;  ///< that the attachment selects
    isc::dhcp::Lease6Ptr row;          ///< under this address, or nullptr
    bool reserved = false;             ///< for a host of the configuration
    bool link_locals = false;          ///< the operator wants them registered
};

/// `now`: wall clock, for the end of leases.
RegistrationFinding judge_registration(const Registration& registration, const Domain& domain,
                                       const RegistrationGround& ground, std::time_t now);

/// A row of the lease database that a registration is, and none that Kea has allocated.
bool is_registered(const isc::dhcp::Lease6& row);

/// The row that a registration is, held by its MN from `now` on. Kea's own code makes it and all
/// that it points to: the lease database keeps them when this library has long been unmapped.
isc::dhcp::Lease6Ptr row_of(const Registration& registration, isc::dhcp::SubnetID subnet,
                            std::time_t now);

/// ADDR-REG-REPLY (RFC 9686 section 4.3): the IA Address option as it came.
isc::dhcp::Pkt6Ptr make_registration_reply(const isc::dhcp::Pkt6Ptr& inform,
                                           const isc::dhcp::DuidPtr& server);

/// The client asks in its Option Request option whether addresses can be registered (RFC 9686
/// section 4.1).
bool asks_for_registration(const isc::dhcp::Pkt6& query);

}  // namespace mobility::dhcp6
