// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The command line that both daemons understand.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

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

/// Reads the configuration in this file and throws a ConfigError where it is bad. Returns what is
/// allowed and probably not meant, or not so on this machine now: a sentence each, with key, value
/// and remedy.
using ConfigCheck = std::function<std::vector<std::string>(const std::string& path)>;

/// Answers --help, --version, --check FILE and --explain [ID] on standard output or error and gives
/// the exit status. Without any of them: gives none, and `config` is the configuration to run with
/// (--config FILE or the default). Warnings of `check` leave the exit status at 0.
std::optional<int> answer_command_line(const Program& program, std::span<char* const> arguments,
                                       const ConfigCheck& check, std::string& config);

}  // namespace mobility
