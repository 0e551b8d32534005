// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads the contents of DHCPv4 options.
#include "dhcp-wire/dhcp4_contents.h"

namespace mobility {
namespace {

constexpr std::size_t kSubOptionHeader = 2;

std::string sub_option(std::uint8_t code) {
    switch (static_cast<Dhcp4RelaySubOption>(code)) {
        case Dhcp4RelaySubOption::kCircuitId:
            return "Agent Circuit ID (82.1)";
        case Dhcp4RelaySubOption::kRemoteId:
            return "Agent Remote ID (82.2)";
        case Dhcp4RelaySubOption::kLinkSelection:
            return "Link Selection (82.5)";
        case Dhcp4RelaySubOption::kFlags:
            return "Relay Agent Flags (82.10)";
        case Dhcp4RelaySubOption::kServerIdentifierOverride:
            return "Server Identifier Override (82.11)";
    }
    return "sub-option 82." + std::to_string(code);
}

/// Null for a sub-option that nobody here reads.
std::optional<Bytes>* place_of(Dhcp4RelayInformation& information, std::uint8_t code) {
    switch (static_cast<Dhcp4RelaySubOption>(code)) {
        case Dhcp4RelaySubOption::kCircuitId:
            return &information.circuit_id;
        case Dhcp4RelaySubOption::kRemoteId:
            return &information.remote_id;
        case Dhcp4RelaySubOption::kLinkSelection:
            return &information.link_selection;
        case Dhcp4RelaySubOption::kFlags:
            return &information.flags;
        case Dhcp4RelaySubOption::kServerIdentifierOverride:
            return &information.server_identifier_override;
    }
    return nullptr;
}

Result<void> keep(std::optional<Bytes>& to, Bytes data, std::size_t offset, std::uint8_t code) {
    if (to) {
        return malformed(offset, "a second " + sub_option(code));
    }
    if (data.empty()) {
        return malformed(offset, sub_option(code) + " is empty");
    }
    to = data;
    return {};
}

}  // namespace

Result<Dhcp4RelayInformation> parse_dhcp4_relay_information(const Dhcp4Contents& contents) {
    const Bytes data = contents.data();
    Dhcp4RelayInformation information;
    for (std::size_t at = 0; at < data.size();) {
        const std::size_t left = data.size() - at;
        const std::size_t offset = contents.offset + at;
        const std::uint8_t code = data[at];
        if (left < kSubOptionHeader) {
            return malformed(offset, sub_option(code) + " has no length: its option ends");
        }
        const std::size_t length = data[at + 1];
        if (length > left - kSubOptionHeader) {
            return malformed(offset, sub_option(code) + " claims " + std::to_string(length) +
                                         " bytes, " + std::to_string(left - kSubOptionHeader) +
                                         " are left");
        }
        const Bytes value = data.subspan(at + kSubOptionHeader, length);
        if (auto* const to = place_of(information, code)) {
            if (const auto kept = keep(*to, value, offset, code); !kept) {
                return Error{kept.error()};
            }
        }
        at += kSubOptionHeader + length;
    }
    return information;
}

}  // namespace mobility
