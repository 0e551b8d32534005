// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Hands the program's messages to log4cplus.
#include "daemon/log.h"

#include <log4cplus/configurator.h>
#include <log4cplus/consoleappender.h>
#include <log4cplus/fileappender.h>
#include <log4cplus/layout.h>
#include <log4cplus/logger.h>
#include <log4cplus/loggingmacros.h>
#include <log4cplus/syslogappender.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace log4cplus {
// Exported by the library; the headers of version 2.0 forget it.
LOG4CPLUS_EXPORT void shutdownThreadPool();
}  // namespace log4cplus

namespace mobility {
namespace {

/// Of a notice whose identifier the program's table lacks: a fault of the program.
constexpr LogMessage kNotInTable{"LOG_MESSAGE_NOT_IN_TABLE", LogLevel::kError,
                                 "A message has no entry in the program's table. The text is "
                                 "complete; please report the missing entry."};

log4cplus::LogLevel to_log4cplus(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return log4cplus::DEBUG_LOG_LEVEL;
        case LogLevel::kInfo:
            return log4cplus::INFO_LOG_LEVEL;
        case LogLevel::kWarn:
            return log4cplus::WARN_LOG_LEVEL;
        case LogLevel::kError:
            return log4cplus::ERROR_LOG_LEVEL;
    }
    return log4cplus::ERROR_LOG_LEVEL;
}

log4cplus::Logger root() {
    // Its threads serve appenders that are not used here, and privileges belong to threads.
    log4cplus::shutdownThreadPool();
    return log4cplus::Logger::getRoot();
}

/// log4cplus reports an unusable file only on stderr, so it is tried before.
void require_writable(const std::string& path) {
    if (!std::ofstream(path, std::ios::app)) {
        throw ConfigError("log.output: \"" + path +
                          "\" cannot be written: " + std::strerror(errno));
    }
}

log4cplus::SharedAppenderPtr make_appender(const char* program, const std::string& output) {
    log4cplus::SharedAppenderPtr appender;
    const char* pattern = "%D{%Y-%m-%d %H:%M:%S.%q} %-5p %m%n";
    if (output == "stderr") {
        appender = new log4cplus::ConsoleAppender(true, true);
    } else if (output == "syslog") {
        appender = new log4cplus::SysLogAppender(program);
        pattern = "%p %m";
    } else {
        require_writable(output);
        appender = new log4cplus::FileAppender(output, std::ios::app, true);
    }
    appender->setLayout(std::make_unique<log4cplus::PatternLayout>(pattern));
    return appender;
}

}  // namespace

struct Log::Writer {
    explicit Writer(const char* program_name) : program(program_name), logger(root()) {}
    ~Writer() { logger.removeAllAppenders(); }

    const char* program;
    log4cplus::Logger logger;
};

const LogMessage* find_message(LogTable table, std::string_view id) {
    const auto found =
        std::ranges::find_if(table, [&](const LogMessage* message) { return id == message->id; });
    return found == table.end() ? nullptr : *found;
}

std::string explain(const LogMessage& message) {
    return std::string(message.id) + " (" + text(message.level) + ")\n" + message.paragraph + "\n";
}

Log::Log(const char* program, LogTable table, const LogConfig& config)
    : table_(table), writer_(std::make_unique<Writer>(program)) {
    configure(config);
}

Log::~Log() {
    for (const auto& each : limits_.take_all_left_out()) {
        write(each);
    }
}

void Log::configure(const LogConfig& config) {
    const auto appender = make_appender(writer_->program, config.output);
    writer_->logger.removeAllAppenders();
    writer_->logger.addAppender(appender);
    writer_->logger.setLogLevel(to_log4cplus(config.level));
}

void Log::write(const LogMessage& message, const std::string& text) {
    const auto level = to_log4cplus(message.level);
    if (writer_->logger.isEnabledFor(level)) {
        writer_->logger.forcedLog(level, std::string(message.id) + " " + text);
    }
}

void Log::write(const Notice& notice) {
    const LogMessage* const message = find_message(table_, notice.id);
    if (message) {
        write(*message, notice.text);
    } else {
        write(kNotInTable, std::string(notice.id) + " " + notice.text);
    }
}

void Log::write_limited(const Notice& notice, Instant now) {
    const LogMessage* const message = find_message(table_, notice.id);
    if (!message || message->level == LogLevel::kDebug) return write(notice);
    write_limited(
        *message, now, [&] { return notice.text; }, notice.about);
}

bool Log::allow(const LogMessage& message, const std::string& about, Instant now) {
    const auto decision = limits_.decide(message, about, now);
    if (decision.before) {
        write(*decision.before);
    }
    return decision.written;
}

void Log::write_left_out(Instant now) {
    for (const auto& each : limits_.take_left_out(now)) {
        write(each);
    }
}

}  // namespace mobility
