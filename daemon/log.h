// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A daemon's log: every message has an identifier, a level and a paragraph for the operator, kept
// in one table per program, from which `--explain` and the operator's manual are made.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/instant.h"
#include "core/log_limits.h"
#include "core/notice.h"
#include "daemon/log_config.h"

namespace mobility {

struct LogMessage {
    /// "RELAY_MALFORMED"
    const char* id;
    LogLevel level;
    /// What happened, what it means, what to do.
    const char* paragraph;
};

/// All messages of one program.
using LogTable = std::span<const LogMessage* const>;

/// The message of this identifier, or null.
const LogMessage* find_message(LogTable table, std::string_view id);

/// "RELAY_MALFORMED (WARN)", a line break and its paragraph: what `--explain` prints.
std::string explain(const LogMessage& message);

/// Writes lines like `2026-01-31 12:00:00.123 WARN  RELAY_MALFORMED offset 34: …`. Belongs to the
/// program's main function; there is one at a time. Any thread may write.
class Log {
public:
    /// `program` names the lines in syslog. A ConfigError when the file cannot be opened.
    Log(const char* program, LogTable table, const LogConfig& config);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Another level or output, e.g. at a reload; also opens the file again after its rotation.
    /// A ConfigError leaves everything as it was.
    void configure(const LogConfig& config);

    void write(const LogMessage& message, const std::string& text);
    /// By the notice's identifier; one that is missing in the table is written as an error.
    void write(const Notice& notice);

    /// For messages that strangers can cause: within the LogLimit of this message, or of `about`'s
    /// share of it. `text` is called only when the line is written.
    template <typename Text>
    void write_limited(const LogMessage& message, Instant now, Text&& text,
                       const std::string& about = {}) {
        if (allow(message, about, now)) {
            write(message, text());
        }
    }
    /// Likewise, by the notice's identifier. What is said at level debug has no limit: whoever asks
    /// for it wants all of it.
    void write_limited(const Notice& notice, Instant now);
    /// Says how many lines were left out, for each message whose window is over. Call it about once
    /// a second.
    void write_left_out(Instant now);

private:
    using Limits = LogLimits<LogMessage>;
    bool allow(const LogMessage& message, const std::string& about, Instant now);
    void write(const Limits::LeftOut& left_out) { write(*left_out.message, left_out.text()); }

    struct Writer;
    LogTable table_;
    std::unique_ptr<Writer> writer_;
    Limits limits_;
};

}  // namespace mobility
