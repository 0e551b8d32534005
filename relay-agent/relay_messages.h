// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The relay agent's log messages.
#pragma once

#include "daemon/log.h"
#include "relay-agent/relay_counters.h"

namespace mobility {

extern const LogMessage kRelayStarted;
extern const LogMessage kRelayStopped;
extern const LogMessage kRelayFailed;
extern const LogMessage kRelayCounters;
extern const LogMessage kRelayReloaded;
extern const LogMessage kRelayReloadRefused;
extern const LogMessage kRelayInterfacePresent;
extern const LogMessage kRelayInterfaceLost;
extern const LogMessage kRelayInterfaceUnusable;
extern const LogMessage kRelayPortShared;
extern const LogMessage kRelaySourceAddressAbsent;
extern const LogMessage kRelaySmallBuffer;
extern const LogMessage kRelayRunsAsRoot;
extern const LogMessage kRelayDroppedByKernel;
extern const LogMessage kRelayNotAttested;

/// The message that tells of a discard of this reason.
const LogMessage& discard_message(DiscardReason reason);

LogTable relay_messages();

}  // namespace mobility
