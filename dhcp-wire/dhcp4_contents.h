// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What stands inside the DHCPv4 option that this project reads. Readers check structure; what a
// value means is the caller's to judge.
#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "dhcp-wire/dhcp4_codes.h"
#include "dhcp-wire/dhcp4_message.h"

namespace mobility {

/// Of the Relay Agent Information option (RFC 3046). Views of the contents that were read.
struct Dhcp4RelayInformation {
    std::optional<Bytes> circuit_id;
    std::optional<Bytes> remote_id;
    std::optional<Bytes> link_selection;
    std::optional<Bytes> flags;
    std::optional<Bytes> server_identifier_override;
};

/// Sub-options of other codes are checked to fit and left alone. An error where one that we read is
/// there twice or is empty.
Result<Dhcp4RelayInformation> parse_dhcp4_relay_information(const Dhcp4Contents& contents);

}  // namespace mobility
