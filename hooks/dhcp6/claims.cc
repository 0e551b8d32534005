// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// IA_NA and IA_PD, read.
#include "hooks/dhcp6/claims.h"

#include <dhcp/dhcp6.h>
#include <dhcp/option6_ia.h>
#include <dhcp/option6_iaaddr.h>
#include <dhcp/option6_iaprefix.h>
#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>

#include <boost/pointer_cast.hpp>

#include "hooks/kea_address.h"

namespace mobility::dhcp6 {

using isc::dhcp::Lease;

namespace {

template <typename Address>
void add_claims(Lease::Type type, std::uint16_t code, const isc::dhcp::Option& option,
                std::vector<Claim>& claims) {
    const auto* association = dynamic_cast<const isc::dhcp::Option6IA*>(&option);
    if (!association) return;
    for (const auto& [type_code, inner] : association->getOptions()) {
        if (type_code != code) continue;
        const auto address = boost::dynamic_pointer_cast<Address>(inner);
        if (!address) continue;
        std::uint8_t length = 128;
        if constexpr (requires { address->getLength(); }) length = address->getLength();
        claims.push_back({type, association->getIAID(), address->getAddress(), length});
    }
}

}  // namespace

std::vector<Claim> claims_of(const isc::dhcp::Pkt6& message) {
    std::vector<Claim> claims;
    for (const auto& [code, option] : message.options_) {
        if (code == D6O_IA_NA) {
            add_claims<isc::dhcp::Option6IAAddr>(Lease::TYPE_NA, D6O_IAADDR, *option, claims);
        } else if (code == D6O_IA_PD) {
            add_claims<isc::dhcp::Option6IAPrefix>(Lease::TYPE_PD, D6O_IAPREFIX, *option, claims);
        }
    }
    return claims;
}

Result<Prefix> prefix_of(const Claim& claim) {
    return Prefix::make(address_of(claim.address), claim.length);
}

isc::dhcp::Lease6Ptr look_up(Lease::Type type, const isc::asiolink::IOAddress& address) {
    return isc::dhcp::LeaseMgrFactory::instance().getLease6(type, address);
}

}  // namespace mobility::dhcp6
