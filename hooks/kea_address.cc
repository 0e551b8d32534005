// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// By their octets.
#include "hooks/kea_address.h"

namespace mobility {

IpAddress address_of(const isc::asiolink::IOAddress& address) {
    return *IpAddress::from_bytes(address.toBytes());
}

isc::asiolink::IOAddress kea_address(const IpAddress& address) {
    const auto bytes = address.bytes();
    return isc::asiolink::IOAddress::fromBytes(
        address.family() == Family::kIpv6 ? AF_INET6 : AF_INET, bytes.data());
}

}  // namespace mobility
