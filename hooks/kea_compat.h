// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The one place that knows how Kea's releases differ (2.2, 2.6, 3.0): by KEA_HOOKS_VERSION where a
// type stays silent about it, else by what the headers declare. Include it before any Kea header.
#pragma once

#include <config.h>

// config.h first.
#include <dhcpsrv/lease.h>
#include <dhcpsrv/subnet.h>
#include <hooks/hooks.h>
#include <hooks/libinfo.h>

#include <string>
#include <type_traits>

namespace mobility::kea {

/// The type under which the server stores the argument "subnet6". any_cast wants it exactly: the
/// wrong one compiles and throws (2.7.5 made it const).
using SubnetArgument6 = std::conditional_t<(KEA_HOOKS_VERSION >= 20705), isc::dhcp::ConstSubnet6Ptr,
                                           isc::dhcp::Subnet6Ptr>;

/// Likewise "subnet4".
using SubnetArgument4 = std::conditional_t<(KEA_HOOKS_VERSION >= 20705), isc::dhcp::ConstSubnet4Ptr,
                                           isc::dhcp::Subnet4Ptr>;

/// HookLibInfo: a pair until 2.7, a struct from 3.0 on.
template <typename Library>
const std::string& library_path(const Library& library) {
    if constexpr (requires { library.libname_; }) {
        return library.libname_;
    } else {
        return library.first;
    }
}

template <typename Library>
isc::data::ConstElementPtr library_parameters(const Library& library) {
    if constexpr (requires { library.parameters_; }) {
        return library.parameters_;
    } else {
        return library.second;
    }
}

/// From 2.7 on a released lease may stay as a row of its own state; nobody holds it.
template <typename Lease>
bool is_released(const Lease& lease) {
    if constexpr (requires { Lease::STATE_RELEASED; }) {
        return lease.state_ == Lease::STATE_RELEASED;
    } else {
        return false;
    }
}

}  // namespace mobility::kea
