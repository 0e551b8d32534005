// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Everything that a daemon does besides running: help, version, checking, explaining.
#include "daemon/command_line.h"

#include <cstdio>
#include <string_view>

#include "daemon/config_value.h"

namespace mobility {
namespace {

constexpr int kUsageError = 2;

int usage(const Program& program, std::FILE* out, int status) {
    std::fprintf(
        out,
        "%s - %s\n\n"
        "  %s [--config FILE]   run (default %s)\n"
        "  %s --check FILE      say whether this configuration is good, and what is wrong\n"
        "  %s --explain [ID]    explain a log message, or list them all\n"
        "  %s --version | --help\n\n"
        "Signals: SIGHUP reads the configuration again, SIGUSR1 prints the counters, "
        "SIGTERM stops.\n"
        "-c and -h are short for --config and --help.\n"
        "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n",
        program.name, program.purpose, program.name, program.default_config, program.name,
        program.name, program.name);
    return status;
}

int explain_messages(const Program& program, std::string_view id) {
    for (const LogMessage* const message : program.messages) {
        if (id.empty() || id == message->id) {
            std::printf("%s%s", explain(*message).c_str(), id.empty() ? "\n" : "");
        }
    }
    if (!id.empty() && !find_message(program.messages, id)) {
        std::fprintf(stderr, "%s: no message \"%.*s\"; --explain alone lists them all\n",
                     program.name, static_cast<int>(id.size()), id.data());
        return 1;
    }
    return 0;
}

int check_config(const Program& program, const std::string& path, const ConfigCheck& check) {
    std::vector<std::string> warnings;
    try {
        warnings = check(path);
    } catch (const ConfigError& error) {
        std::fprintf(stderr, "%s: %s: %s\n", program.name, path.c_str(), error.what());
        return 1;
    }
    for (const std::string& warning : warnings) {
        std::fprintf(stderr, "%s: %s: warning: %s\n", program.name, path.c_str(), warning.c_str());
    }
    const std::string count =
        warnings.empty() ? "" : "; warnings: " + std::to_string(warnings.size());
    std::printf("%s: %s is good%s\n", program.name, path.c_str(), count.c_str());
    return 0;
}

}  // namespace

std::optional<int> answer_command_line(const Program& program, std::span<char* const> arguments,
                                       const ConfigCheck& check, std::string& config) {
    config = program.default_config;
    const std::string_view option = arguments.size() > 1 ? arguments[1] : "";
    const std::string value = arguments.size() > 2 ? arguments[2] : "";
    if (arguments.size() <= 1) {
        return std::nullopt;
    }
    if (arguments.size() == 3 && (option == "--config" || option == "-c")) {
        config = value;
        return std::nullopt;
    }
    if (arguments.size() == 3 && option == "--check") {
        return check_config(program, value, check);
    }
    if (arguments.size() <= 3 && option == "--explain") {
        return explain_messages(program, value);
    }
    if (arguments.size() == 2 && option == "--version") {
        std::printf("%s %s\n", program.name, MOBILITY_VERSION);
        return 0;
    }
    if (arguments.size() == 2 && (option == "--help" || option == "-h")) {
        return usage(program, stdout, 0);
    }
    return usage(program, stderr, kUsageError);
}

}  // namespace mobility
