// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Registrations in Kea's lease database: rows of our own, beside those that Kea allocates and never
// instead of one (ADR 21). Kea's statistics follow, as for a lease.
#pragma once

#include "hooks/dhcp6/registration.h"

namespace mobility::dhcp6 {

/// Under this address, or nullptr: a copy.
isc::dhcp::Lease6Ptr find_row(const IpAddress& address);

/// Adds a row, or writes over `present`, a registered one. Nothing: somebody else was quicker.
isc::dhcp::Lease6Ptr put_row(const Registration& registration, isc::dhcp::SubnetID subnet,
                             const isc::dhcp::HWAddrPtr& link_layer,
                             const isc::dhcp::Lease6Ptr& present, std::time_t now);

void remove_row(const isc::dhcp::Lease6Ptr& row);

/// Takes back what put_row() has made, unless it has been written again since. False: it stays.
bool withdraw_row(const isc::dhcp::Lease6& made);

/// Undoes what put_row() has written over `former`, unless it has been written again since.
void restore_row(const isc::dhcp::Lease6& written, const isc::dhcp::Lease6Ptr& former);

/// Kea has a reservation of it.
bool is_reserved(const IpAddress& address, isc::dhcp::SubnetID subnet);

}  // namespace mobility::dhcp6
