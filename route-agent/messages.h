// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Every log message of the route agent, with what an operator should know of it.
#pragma once

#include "daemon/log.h"

namespace mobility::route_agent {

extern const LogMessage kReady;
extern const LogMessage kStopped;
extern const LogMessage kPrivileges;
extern const LogMessage kReloaded;
extern const LogMessage kReloadFailed;
extern const LogMessage kKernelCheck;
extern const LogMessage kCertificate;
extern const LogMessage kConfiguration;
extern const LogMessage kDialFailed;
extern const LogMessage kRefusedConnection;
extern const LogMessage kCounters;
extern const LogMessage kNoJournal;
extern const LogMessage kAnchorAnnounced;
extern const LogMessage kBindingAttached;
extern const LogMessage kBindingMoved;
extern const LogMessage kBindingInstalled;
extern const LogMessage kBindingUnplaced;
extern const LogMessage kBindingEnded;
extern const LogMessage kRouteInstalled;
extern const LogMessage kRouteRemoved;

LogTable messages();

}  // namespace mobility::route_agent
