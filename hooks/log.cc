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
#include <chrono>
#include <string_view>

#include "core/log_limits.h"
#include "core/one_line.h"

namespace mobility {

constexpr HookMessage kLoaded{"MOBILITY_LOADED", HookMessage::Level::kInfo};
constexpr HookMessage kUnloaded{"MOBILITY_UNLOADED", HookMessage::Level::kInfo};
constexpr HookMessage kConfigured{"MOBILITY_CONFIGURED", HookMessage::Level::kInfo};
constexpr HookMessage kConfigurationRefused{"MOBILITY_CONFIGURATION_REFUSED",
                                            HookMessage::Level::kError};
constexpr HookMessage kConfigurationKept{"MOBILITY_CONFIGURATION_KEPT", HookMessage::Level::kWarn};
constexpr HookMessage kConfigurationWarning{"MOBILITY_CONFIGURATION_WARNING",
                                            HookMessage::Level::kWarn};
constexpr HookMessage kDatabasesReopened{"MOBILITY_DATABASES_REOPENED", HookMessage::Level::kWarn};
constexpr HookMessage kIdle{"MOBILITY_IDLE", HookMessage::Level::kError};
constexpr HookMessage kCalloutFailed{"MOBILITY_CALLOUT_FAILED", HookMessage::Level::kError};
constexpr HookMessage kHeldReplyFailed{"MOBILITY_HELD_REPLY_FAILED", HookMessage::Level::kError};
constexpr HookMessage kEventsLost{"MOBILITY_EVENTS_LOST", HookMessage::Level::kWarn};
constexpr HookMessage kDialFailed{"MOBILITY_DIAL_FAILED", HookMessage::Level::kWarn};
constexpr HookMessage kLeasesUnreadable{"MOBILITY_LEASES_UNREADABLE", HookMessage::Level::kError};
constexpr HookMessage kAddressRegistered{"MOBILITY_ADDRESS_REGISTERED", HookMessage::Level::kInfo};
constexpr HookMessage kAddressTaken{"MOBILITY_ADDRESS_TAKEN", HookMessage::Level::kWarn};
constexpr HookMessage kRegistrationRefused{"MOBILITY_REGISTRATION_REFUSED",
                                           HookMessage::Level::kInfo};
constexpr HookMessage kServiceFailed{"MOBILITY_SERVICE_FAILED", HookMessage::Level::kError};

namespace {

constexpr HookMessage kSourceAssociated{"MOBILITY_SOURCE_ASSOCIATED", HookMessage::Level::kInfo};
constexpr HookMessage kSourceAssociationRefused{"MOBILITY_SOURCE_ASSOCIATION_REFUSED",
                                                HookMessage::Level::kError};
constexpr HookMessage kSourceSessionClosed{"MOBILITY_SOURCE_SESSION_CLOSED",
                                           HookMessage::Level::kWarn};
constexpr HookMessage kSourceMessageRefused{"MOBILITY_SOURCE_MESSAGE_REFUSED",
                                            HookMessage::Level::kError};
constexpr HookMessage kSourceAnchorAway{"MOBILITY_SOURCE_ANCHOR_AWAY", HookMessage::Level::kWarn};
constexpr HookMessage kNotice{"MOBILITY_NOTICE", HookMessage::Level::kWarn};

const char* kMessages[] = {kLoaded.id,
                           "libdhcp_mobility.so %1",
                           kUnloaded.id,
                           "libdhcp_mobility.so has let go of everything: %1",
                           kConfigured.id,
                           "mobility is on: %1",
                           kConfigurationRefused.id,
                           "configuration refused: %1",
                           kConfigurationKept.id,
                           "the configuration in force stays: %1",
                           kConfigurationWarning.id,
                           "%1",
                           kDatabasesReopened.id,
                           "the databases of the configuration in force are open again: %1",
                           kIdle.id,
                           "no mobility: %1",
                           kCalloutFailed.id,
                           "a callout failed, DHCP goes on without it: %1",
                           kHeldReplyFailed.id,
                           "a held Reply could not be sent: %1",
                           kEventsLost.id,
                           "events were lost, all leases will be listed again: %1",
                           kDialFailed.id,
                           "no session: %1",
                           kLeasesUnreadable.id,
                           "the list of leases begins again in a second: %1",
                           kAddressRegistered.id,
                           "%1",
                           kAddressTaken.id,
                           "not registered, it keeps its holder: %1",
                           kRegistrationRefused.id,
                           "not registered: %1",
                           kServiceFailed.id,
                           "the service thread has caught an error: %1",
                           kSourceAssociated.id,
                           "%1",
                           kSourceAssociationRefused.id,
                           "%1",
                           kSourceSessionClosed.id,
                           "%1",
                           kSourceMessageRefused.id,
                           "%1",
                           kSourceAnchorAway.id,
                           "%1; Replies are not held for it until it answers",
                           kNotice.id,
                           "%1",
                           nullptr};

const isc::log::MessageInitializer registration(kMessages);
isc::log::Logger logger("mobility-hooks");

/// Enough for whatever we say of one packet, two client identifiers of 130 octets among it.
constexpr std::size_t kLongestLine = 1200;

struct KnownNotice {
    std::string_view id;
    const HookMessage& message;
};

constexpr std::array kNotices{
    KnownNotice{"SOURCE_ASSOCIATED", kSourceAssociated},
    KnownNotice{"SOURCE_ASSOCIATION_REFUSED", kSourceAssociationRefused},
    KnownNotice{"SOURCE_SESSION_CLOSED", kSourceSessionClosed},
    KnownNotice{"SOURCE_MESSAGE_REFUSED", kSourceMessageRefused},
    KnownNotice{"SOURCE_ANCHOR_AWAY", kSourceAnchorAway},
};

LogLimits<HookMessage> limits;

Instant now() { return std::chrono::steady_clock::now(); }

bool enabled(HookMessage::Level level) {
    switch (level) {
        case HookMessage::Level::kInfo:
            return logger.isInfoEnabled();
        case HookMessage::Level::kWarn:
            return logger.isWarnEnabled();
        case HookMessage::Level::kError:
            return logger.isErrorEnabled();
    }
    return true;
}

void write(const LogLimits<HookMessage>::LeftOut& left_out) {
    log_always(*left_out.message, left_out.text());
}

}  // namespace

void log_always(const HookMessage& message, const std::string& text) {
    switch (message.level) {
        case HookMessage::Level::kInfo:
            LOG_INFO(logger, message.id).arg(text);
            return;
        case HookMessage::Level::kWarn:
            LOG_WARN(logger, message.id).arg(text);
            return;
        case HookMessage::Level::kError:
            LOG_ERROR(logger, message.id).arg(text);
            return;
    }
}

void log_limited(const HookMessage& message, const std::function<std::string()>& text,
                 const std::string& about) {
    if (!enabled(message.level)) return;
    if (!logger.isDebugEnabled()) {
        const auto decision = limits.decide(message, about, now());
        if (decision.before) write(*decision.before);
        if (!decision.written) return;
    }
    log_always(message, one_line(text(), kLongestLine));
}

void log_limited(const Notice& notice) {
    const auto known = std::find_if(kNotices.begin(), kNotices.end(),
                                    [&](const auto& each) { return each.id == notice.id; });
    if (known == kNotices.end()) {
        log_limited(
            kNotice, [&] { return std::string(notice.id) + ": " + notice.text; }, notice.about);
    } else {
        log_limited(
            known->message, [&] { return notice.text; }, notice.about);
    }
}

void log_left_out() {
    for (const auto& each : limits.take_left_out(now())) write(each);
}

void log_all_left_out() {
    for (const auto& each : limits.take_all_left_out()) write(each);
}

}  // namespace mobility
