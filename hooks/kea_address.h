// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Addresses of Kea's and of ours.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <asiolink/io_address.h>

#include "core/ip_address.h"

namespace mobility {

IpAddress address_of(const isc::asiolink::IOAddress& address);
isc::asiolink::IOAddress kea_address(const IpAddress& address);

}  // namespace mobility
