// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Kea's message compiler is not shipped, so its output is written by hand: pairs of identifier and
// text, registered while the library is loaded.
#include "hooks/log.h"

#include "hooks/kea_compat.h"
// Compatibility first.
#include <log/logger.h>
#include <log/macros.h>
#include <log/message_initializer.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mobility {

const char kLoaded[] = "MOBILITY_LOADED";
const char kUnloaded[] = "MOBILITY_UNLOADED";
const char kConfigured[] = "MOBILITY_CONFIGURED";
const char kConfigurationRefused[] = "MOBILITY_CONFIGURATION_REFUSED";
const char kConfigurationKept[] = "MOBILITY_CONFIGURATION_KEPT";
const char kConfigurationWarning[] = "MOBILITY_CONFIGURATION_WARNING";
const char kDatabasesReopened[] = "MOBILITY_DATABASES_REOPENED";
const char kIdle[] = "MOBILITY_IDLE";
const char kCalloutFailed[] = "MOBILITY_CALLOUT_FAILED";
const char kHeldReplyFailed[] = "MOBILITY_HELD_REPLY_FAILED";
const char kEventsLost[] = "MOBILITY_EVENTS_LOST";
const char kDialFailed[] = "MOBILITY_DIAL_FAILED";
const char kLeasesUnreadable[] = "MOBILITY_LEASES_UNREADABLE";
const char kAddressRegistered[] = "MOBILITY_ADDRESS_REGISTERED";
const char kAddressTaken[] = "MOBILITY_ADDRESS_TAKEN";
const char kRegistrationRefused[] = "MOBILITY_REGISTRATION_REFUSED";
const char kServiceFailed[] = "MOBILITY_SERVICE_FAILED";

namespace {

const char kSourceAssociated[] = "MOBILITY_SOURCE_ASSOCIATED";
const char kSourceAssociationRefused[] = "MOBILITY_SOURCE_ASSOCIATION_REFUSED";
const char kSourceSessionClosed[] = "MOBILITY_SOURCE_SESSION_CLOSED";
const char kSourceMessageRefused[] = "MOBILITY_SOURCE_MESSAGE_REFUSED";
const char kSourceAnchorAway[] = "MOBILITY_SOURCE_ANCHOR_AWAY";
const char kNotice[] = "MOBILITY_NOTICE";

const char* kMessages[] = {kLoaded,
                           "libdhcp_mobility.so %1",
                           kUnloaded,
                           "libdhcp_mobility.so has let go of everything: %1",
                           kConfigured,
                           "mobility is on: %1",
                           kConfigurationRefused,
                           "configuration refused: %1",
                           kConfigurationKept,
                           "the configuration in force stays: %1",
                           kConfigurationWarning,
                           "%1",
                           kDatabasesReopened,
                           "the databases of the configuration in force are open again: %1",
                           kIdle,
                           "no mobility: %1",
                           kCalloutFailed,
                           "a callout failed, DHCP goes on without it: %1",
                           kHeldReplyFailed,
                           "a held Reply could not be sent: %1",
                           kEventsLost,
                           "events were lost, all leases will be listed again: %1",
                           kDialFailed,
                           "no session: %1",
                           kLeasesUnreadable,
                           "the list of leases begins again in a second: %1",
                           kAddressRegistered,
                           "%1",
                           kAddressTaken,
                           "not registered, it keeps its holder: %1",
                           kRegistrationRefused,
                           "not registered: %1",
                           kServiceFailed,
                           "the service thread has caught an error: %1",
                           kSourceAssociated,
                           "%1",
                           kSourceAssociationRefused,
                           "%1",
                           kSourceSessionClosed,
                           "%1",
                           kSourceMessageRefused,
                           "%1",
                           kSourceAnchorAway,
                           "%1; Replies are not held for it until it answers",
                           kNotice,
                           "%1",
                           nullptr};

const isc::log::MessageInitializer registration(kMessages);
isc::log::Logger logger("mobility-hooks");

enum class Level : std::uint8_t { kInfo, kWarn, kError };

struct KnownNotice {
    std::string_view id;
    const char* message;
    Level level;
};

constexpr std::array kNotices{
    KnownNotice{"SOURCE_ASSOCIATED", kSourceAssociated, Level::kInfo},
    KnownNotice{"SOURCE_ASSOCIATION_REFUSED", kSourceAssociationRefused, Level::kError},
    KnownNotice{"SOURCE_SESSION_CLOSED", kSourceSessionClosed, Level::kWarn},
    KnownNotice{"SOURCE_MESSAGE_REFUSED", kSourceMessageRefused, Level::kError},
    KnownNotice{"SOURCE_ANCHOR_AWAY", kSourceAnchorAway, Level::kWarn},
};

}  // namespace

void log_info(const char* message, const std::string& text) { LOG_INFO(logger, message).arg(text); }

void log_warn(const char* message, const std::string& text) { LOG_WARN(logger, message).arg(text); }

void log_error(const char* message, const std::string& text) {
    LOG_ERROR(logger, message).arg(text);
}

void log_notice(const Notice& notice) {
    const auto known = std::find_if(kNotices.begin(), kNotices.end(),
                                    [&](const auto& each) { return each.id == notice.id; });
    if (known == kNotices.end()) {
        log_warn(kNotice, std::string(notice.id) + ": " + notice.text);
    } else if (known->level == Level::kInfo) {
        log_info(known->message, notice.text);
    } else if (known->level == Level::kWarn) {
        log_warn(known->message, notice.text);
    } else {
        log_error(known->message, notice.text);
    }
}

}  // namespace mobility
