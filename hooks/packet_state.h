// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What we remember of one packet between two hook points, in Kea's callout context.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <hooks/callout_handle.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/instant.h"
#include "core/source.h"

namespace mobility {

struct PacketState {
    Instant arrived;
    bool confirmed = false;            ///< a Confirm whose every item the client holds
    std::optional<HoldId> hold;        ///< a Confirm's Reply will wait
    std::vector<RefusedItem> refused;  ///< what a parked query's Reply must not grant
};

/// At the first hook point of a packet.
std::shared_ptr<PacketState> begin_packet(isc::hooks::CalloutHandle& handle, Instant arrived);
/// At the later ones; nullptr for a packet that came before we were there.
std::shared_ptr<PacketState> packet_state(const isc::hooks::CalloutHandle& handle);
/// The same; for such a packet it is begun now.
std::shared_ptr<PacketState> state_of(isc::hooks::CalloutHandle& handle);

}  // namespace mobility
