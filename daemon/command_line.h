// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The command line that both daemons understand.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "daemon/log.h"

namespace mobility {

struct Program {
    /// "mobility-relay-agent"
    const char* name;
    /// One sentence for --help.
    const char* purpose;
    /// The configuration that is read when none is named.
    const char* default_config;
    LogTable messages;
};

/// Answers --help, --version, --check FILE and --explain [ID] on standard output or error and gives
/// the exit status; `check` reads a configuration and throws a ConfigError. Without any of them:
/// gives none, and `config` is the configuration to run with (--config FILE or the default).
std::optional<int> answer_command_line(const Program& program, std::span<char* const> arguments,
                                       const std::function<void(const std::string&)>& check,
                                       std::string& config);

}  // namespace mobility
