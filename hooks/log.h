// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hook's log messages, under the server's logger "mobility-hooks". messages.md has a paragraph
// for the operator on each.
#pragma once

#include <string>

#include "core/notice.h"

namespace mobility {

extern const char kLoaded[];
extern const char kUnloaded[];
extern const char kConfigured[];
extern const char kConfigurationRefused[];
extern const char kConfigurationKept[];
extern const char kConfigurationWarning[];
extern const char kDatabasesReopened[];
extern const char kIdle[];
extern const char kCalloutFailed[];
extern const char kHeldReplyFailed[];
extern const char kEventsLost[];
extern const char kDialFailed[];
extern const char kLeasesUnreadable[];
extern const char kAddressRegistered[];
extern const char kAddressTaken[];
extern const char kRegistrationRefused[];
extern const char kServiceFailed[];

/// Thread-safe. `text` is the particulars.
void log_info(const char* message, const std::string& text);
void log_warn(const char* message, const std::string& text);
void log_error(const char* message, const std::string& text);

/// What core reports: each identifier of a Notice is a message of ours with a level of its own.
void log_notice(const Notice& notice);

}  // namespace mobility
