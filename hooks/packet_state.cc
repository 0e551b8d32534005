// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One item in the callout context.
#include "hooks/packet_state.h"

#include <chrono>

namespace mobility {
namespace {
const char kItem[] = "packet";
}

std::shared_ptr<PacketState> begin_packet(isc::hooks::CalloutHandle& handle, Instant arrived) {
    auto state = std::make_shared<PacketState>();
    state->arrived = arrived;
    handle.setContext(kItem, state);
    return state;
}

std::shared_ptr<PacketState> packet_state(const isc::hooks::CalloutHandle& handle) {
    std::shared_ptr<PacketState> state;
    try {
        handle.getContext(kItem, state);
    } catch (const isc::hooks::NoSuchCalloutContext&) {
    }
    return state;
}

std::shared_ptr<PacketState> state_of(isc::hooks::CalloutHandle& handle) {
    auto state = packet_state(handle);
    return state ? state : begin_packet(handle, std::chrono::steady_clock::now());
}

}  // namespace mobility
