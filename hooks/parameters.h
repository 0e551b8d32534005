// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the operator writes under "parameters" of libdhcp_mobility.so, as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/ip_address.h"
#include "hooks/json_section.h"
#include "transport/socket_address.h"
#include "transport/tls_identity.h"

namespace mobility {

struct AnchorParameters {
    std::string name;  ///< a DNS or URI name in its certificate
    SocketAddress address;
    std::vector<Prefix> prefixes;  ///< whose bindings it owns
};

/// Which subnet clients get that are heard with a link-address inside one of these prefixes.
struct LinkAddresses {
    std::uint32_t subnet_id = 0;
    std::vector<Prefix> prefixes;
};

/// The answer to a Confirm for which no lease is known here: DHCPv6 only.
enum class ConfirmUnknown : std::uint8_t { kSilent, kNotOnLink };

/// What becomes of a Reply when an anchor has refused the attachment.
enum class OnRefused : std::uint8_t {
    kSilent,
    kSend,   ///< as if nothing had been refused
    kStatus  ///< with a Status Code in place of what was refused; DHCPv4: a DHCPNAK
};

/// Of addresses that hosts made themselves (RFC 9686).
struct RegistrationParameters {
    bool on = false;
    bool link_locals = false;           ///< these too, without a route
    std::uint32_t longest = 2'592'000;  ///< s; a host's valid lifetime counts up to this
};

struct HookParameters {
    std::vector<AnchorParameters> anchors;
    std::string lease_domain;             ///< with the family, e.g. "metro/6", "metro/4"
    std::optional<std::string> identity;  ///< else the first name in the certificate
    TlsFiles tls;
    Milliseconds hold_limit{100};
    ConfirmUnknown confirm_unknown = ConfirmUnknown::kSilent;
    OnRefused on_refused = OnRefused::kSilent;
    std::optional<std::size_t> max_held;  ///< else three quarters of Kea's parked-packet-limit
    std::vector<LinkAddresses> link_addresses;
    RegistrationParameters registration;
};

/// Everything that can be judged without the server's configuration and without files: types,
/// ranges, unknown keys, overlaps, things named twice. Throws ConfigurationError.
HookParameters parse_parameters(const isc::data::ConstElementPtr& parameters, Family family);

}  // namespace mobility
