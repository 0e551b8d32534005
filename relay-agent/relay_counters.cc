// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of the relay's counters.
#include "relay-agent/relay_counters.h"

namespace mobility {

const char* text(DiscardReason reason) {
    switch (reason) {
        case DiscardReason::kMalformed:
            return "malformed";
        case DiscardReason::kBadChecksum:
            return "bad-udp-checksum";
        case DiscardReason::kHopCountLimit:
            return "hop-count-limit";
        case DiscardReason::kOwnSource:
            return "own-source-address";
        case DiscardReason::kUnusableSource:
            return "unusable-source-address";
        case DiscardReason::kServerMessageFromAccess:
            return "server-message-from-access";
        case DiscardReason::kClientUnicast:
            return "client-message-by-unicast";
        case DiscardReason::kNotFromAccess:
            return "not-from-access-interface";
        case DiscardReason::kNotAServer:
            return "relay-reply-not-from-server";
        case DiscardReason::kUnknownInterface:
            return "unknown-interface-id";
        case DiscardReason::kUnusablePeer:
            return "unusable-peer-address";
        case DiscardReason::kTooLarge:
            return "too-large";
        case DiscardReason::kInterfaceAbsent:
            return "interface-absent";
        case DiscardReason::kNotSent:
            return "not-sent";
    }
    return "?";
}

std::string text(const RelayCounters& counters) {
    std::string line;
    const auto add = [&](const char* name, std::uint64_t value) {
        line += (line.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(value);
    };
    add("client-messages-relayed", counters.client_messages_relayed);
    add("relay-forwards-relayed", counters.relay_forwards_relayed);
    add("relay-forwards-sent", counters.relay_forwards_sent);
    add("relay-replies-relayed", counters.relay_replies_relayed);
    add("dropped-by-kernel-from-access", counters.dropped_by_kernel_from_access);
    add("dropped-by-kernel-from-core", counters.dropped_by_kernel_from_core);
    if (counters.not_attested > 0) add("not-attested", counters.not_attested);
    for (std::size_t reason = 0; reason < kDiscardReasons; ++reason) {
        if (counters.discarded[reason] != 0) {
            const std::string name =
                "discarded-" + std::string(text(static_cast<DiscardReason>(reason)));
            add(name.c_str(), counters.discarded[reason]);
        }
    }
    return line;
}

}  // namespace mobility
