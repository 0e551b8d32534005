// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The relay agent's log messages about DHCPv4; relay_messages() has them too.
#pragma once

#include "daemon/log.h"
#include "relay-agent/dhcp4_counters.h"

namespace mobility {

extern const LogMessage kRelayDhcp4Counters;
extern const LogMessage kRelayDhcp4AddressAbsent;
extern const LogMessage kRelayDhcp4InterfaceUnusable;
extern const LogMessage kRelayDhcp4WithoutAgentOption;
extern const LogMessage kRelayDhcp4DroppedByKernel;

/// The message that tells of a discard of this reason.
const LogMessage& discard_message(Dhcp4Reason reason);

LogTable dhcp4_messages();

}  // namespace mobility
