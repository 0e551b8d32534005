// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The part of a daemon's configuration that says what is logged and where.
#pragma once

#include <optional>
#include <string>

#include "daemon/config_value.h"

namespace mobility {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// "DEBUG", "INFO", "WARN" or "ERROR".
const char* text(LogLevel level);

struct LogConfig {
    /// Messages below it are not written.
    LogLevel level = LogLevel::kInfo;
    /// "stderr", "syslog", or the absolute path of a file that is appended to.
    std::string output = "stderr";
};

/// `{ "output": "stderr" | "syslog" | "/a/file", "level": "debug" | "info" | "warn" | "error" }`
/// Throws a ConfigError. Without a value: the defaults.
LogConfig read_log_config(const std::optional<ConfigValue>& value);

}  // namespace mobility
