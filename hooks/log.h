// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hook's log messages, under the server's logger "mobility-hooks". messages.md has a paragraph
// for the operator on each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/notice.h"

namespace mobility {

struct HookMessage {
    enum class Level : std::uint8_t { kInfo, kWarn, kError };

    const char* id;  ///< "MOBILITY_LOADED"
    Level level;
};

extern const HookMessage kLoaded;
extern const HookMessage kUnloaded;
extern const HookMessage kConfigured;
extern const HookMessage kConfigurationRefused;
extern const HookMessage kConfigurationKept;
extern const HookMessage kConfigurationWarning;
extern const HookMessage kDatabasesReopened;
extern const HookMessage kIdle;
extern const HookMessage kCalloutFailed;
extern const HookMessage kHeldReplyFailed;
extern const HookMessage kEventsLost;
extern const HookMessage kDialFailed;
extern const HookMessage kLeasesUnreadable;
extern const HookMessage kAddressRegistered;
extern const HookMessage kAddressTaken;
extern const HookMessage kRegistrationRefused;
extern const HookMessage kServiceFailed;

// All thread-safe; `text` is the particulars.

/// For what the operator causes: it matters each time.
void log_always(const HookMessage& message, const std::string& text);

/// For what clients, peers, the network or a failing database can cause again and again: within the
/// LogLimit of this message, or of `about`'s share of it, unless the logger's severity is DEBUG.
/// Whatever stands in the text becomes one short line. `text` is called only when that is written.
void log_limited(const HookMessage& message, const std::function<std::string()>& text,
                 const std::string& about = {});
/// What core reports: each identifier of a Notice is a message of ours with a level of its own.
void log_limited(const Notice& notice);

/// Says how many lines were left out, for each message whose window is over. About once a second.
void log_left_out();
/// The same of all windows, before the library goes.
void log_all_left_out();

}  // namespace mobility
