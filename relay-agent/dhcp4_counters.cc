// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of the relay's DHCPv4 counters.
#include "relay-agent/dhcp4_counters.h"

namespace mobility {

const char* text(Dhcp4Reason reason) {
    switch (reason) {
        case Dhcp4Reason::kMalformed:
            return "malformed";
        case Dhcp4Reason::kBadChecksum:
            return "bad-udp-checksum";
        case Dhcp4Reason::kHopLimit:
            return "hop-limit";
        case Dhcp4Reason::kOwnSource:
            return "own-source-address";
        case Dhcp4Reason::kUnusableSource:
            return "unusable-source-address";
        case Dhcp4Reason::kServerMessageFromAccess:
            return "server-message-from-access";
        case Dhcp4Reason::kForeignAgentOption:
            return "foreign-agent-option";
        case Dhcp4Reason::kNotFromAccess:
            return "not-from-access-interface";
        case Dhcp4Reason::kNotAServer:
            return "reply-not-from-server";
        case Dhcp4Reason::kUnknownLink:
            return "unknown-link";
        case Dhcp4Reason::kUnusableAddress:
            return "unusable-client-address";
        case Dhcp4Reason::kTooLarge:
            return "too-large";
        case Dhcp4Reason::kInterfaceAbsent:
            return "interface-absent";
        case Dhcp4Reason::kNotSent:
            return "not-sent";
    }
    return "?";
}

std::string text(const Dhcp4Counters& counters) {
    std::string line;
    const auto add = [&](const std::string& name, std::uint64_t value) {
        line += (line.empty() ? "" : ", ") + name + " " + std::to_string(value);
    };
    add("client-messages-relayed", counters.client_messages_relayed);
    add("relayed-messages-relayed", counters.relayed_messages_relayed);
    add("datagrams-sent", counters.datagrams_sent);
    add("replies-relayed", counters.replies_relayed);
    add("dropped-by-kernel-from-access", counters.dropped_by_kernel_from_access);
    add("dropped-by-kernel-from-core", counters.dropped_by_kernel_from_core);
    if (counters.without_agent_option != 0) {
        add("without-agent-option", counters.without_agent_option);
    }
    if (counters.not_attested != 0) {
        add("not-attested", counters.not_attested);
    }
    for (std::size_t reason = 0; reason < kDhcp4Reasons; ++reason) {
        if (counters.discarded[reason] != 0) {
            add("discarded-" + std::string(text(static_cast<Dhcp4Reason>(reason))),
                counters.discarded[reason]);
        }
    }
    return line;
}

}  // namespace mobility
