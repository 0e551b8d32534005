// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Lines in a log file: identifiers, levels, limits, rotation.
#include "daemon/log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "temporary_folder.h"

namespace mobility {
namespace {

using namespace std::chrono_literals;

constexpr LogMessage kStarted{"TEST_STARTED", LogLevel::kInfo, "It runs."};
constexpr LogMessage kHurt{"TEST_HURT", LogLevel::kWarn, "Something hurts.\nLook at it."};
constexpr LogMessage kSeen{"TEST_SEEN", LogLevel::kDebug, "Something went by."};
constexpr const LogMessage* kTable[] = {&kStarted, &kHurt, &kSeen};
const Instant kStart{};

long lines_with(const std::string& text, const std::string& part) {
    long count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(Log, WritesTimeLevelIdentifierAndText) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    log.write(kHurt, "eth0 is gone");
    const std::string line = folder.content("log");
    EXPECT_EQ(line.substr(23), " WARN  TEST_HURT eth0 is gone\n");
    EXPECT_EQ(line[4], '-');
    EXPECT_EQ(line[19], '.');
}

TEST(Log, LeavesOutWhatIsBelowItsLevelUntilConfiguredAnew) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kWarn, folder.path("log")});
    log.write(kStarted, "one");
    log.configure({LogLevel::kInfo, folder.path("log")});
    log.write(kStarted, "two");
    EXPECT_EQ(folder.content("log").substr(23), " INFO  TEST_STARTED two\n");
}

TEST(Log, OpensItsFileAgainAfterRotation) {
    const TemporaryFolder folder;
    const LogConfig config{LogLevel::kInfo, folder.path("log")};
    Log log("test", kTable, config);
    log.write(kStarted, "one");
    std::filesystem::rename(folder.path("log"), folder.path("log.1"));
    log.configure(config);
    log.write(kStarted, "two");
    EXPECT_EQ(lines_with(folder.content("log.1"), "one"), 1);
    EXPECT_EQ(lines_with(folder.content("log"), "two"), 1);
}

TEST(Log, AFileThatCannotBeWrittenChangesNothing) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    EXPECT_THROW(log.configure({LogLevel::kInfo, folder.path("no/such/log")}), ConfigError);
    log.write(kStarted, "still here");
    EXPECT_EQ(lines_with(folder.content("log"), "still here"), 1);
}

TEST(Log, LimitsNoticesButNotWhatIsToldAtLevelDebug) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kDebug, folder.path("log")});
    for (int i = 0; i < 100; ++i) {
        log.write_limited({"TEST_HURT", "again"}, kStart);
        log.write_limited({"TEST_SEEN", "again"}, kStart);
    }
    log.write_limited({"TEST_NOWHERE", "what"}, kStart);
    EXPECT_EQ(lines_with(folder.content("log"), "TEST_HURT again"), 5);
    EXPECT_EQ(lines_with(folder.content("log"), "TEST_SEEN again"), 100);
    EXPECT_EQ(lines_with(folder.content("log"), "LOG_MESSAGE_NOT_IN_TABLE TEST_NOWHERE what"), 1);
}

TEST(Log, CountsWhatAFloodLeavesOut) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    for (int i = 0; i < 100; ++i) {
        log.write_limited(kHurt, kStart, [] { return std::string("flood"); });
    }
    log.write_left_out(kStart + 1s);
    EXPECT_EQ(lines_with(folder.content("log"), "TEST_HURT"), 5);
    log.write_left_out(kStart + 10s);
    EXPECT_EQ(lines_with(folder.content("log"), "TEST_HURT … and 95 more"), 1);
}

TEST(Log, WhoFloodsUsesUpItsOwnShareOnly) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    for (int i = 0; i < 100; ++i) {
        log.write_limited(
            kHurt, kStart, [] { return std::string("flood"); }, "ar1");
    }
    log.write_limited(
        kHurt, kStart, [] { return std::string("one line"); }, "ar2");
    log.write_limited(kHurt, kStart, [] { return std::string("nobody's"); });
    EXPECT_EQ(lines_with(folder.content("log"), "flood"), 5);
    EXPECT_EQ(lines_with(folder.content("log"), "one line"), 1);
    EXPECT_EQ(lines_with(folder.content("log"), "nobody's"), 1);
    log.write_left_out(kStart + 10s);
    EXPECT_EQ(lines_with(folder.content("log"), "… and 95 more of ar1\n"), 1);
    EXPECT_EQ(lines_with(folder.content("log"), "more"), 1);
}

TEST(Log, ANoticeGetsTheLevelOfItsTable) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    log.write(Notice{"TEST_HURT", "by a notice"});
    log.write(Notice{"TEST_UNHEARD", "of"});
    const std::string text = folder.content("log");
    EXPECT_EQ(lines_with(text, "WARN  TEST_HURT by a notice"), 1);
    EXPECT_EQ(lines_with(text, "ERROR LOG_MESSAGE_NOT_IN_TABLE TEST_UNHEARD of"), 1);
}

#ifdef __SANITIZE_THREAD__
constexpr int kOfTheSanitizer = 1;  // its own thread in the background
#else
constexpr int kOfTheSanitizer = 0;
#endif

TEST(Log, StartsNoThread) {
    const TemporaryFolder folder;
    Log log("test", kTable, {LogLevel::kInfo, folder.path("log")});
    log.write(kStarted, "one");
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    EXPECT_EQ(std::distance(begin(tasks), end(tasks)), 1 + kOfTheSanitizer);
}

TEST(LogTable, ExplainsAMessage) {
    EXPECT_EQ(explain(kHurt), "TEST_HURT (WARN)\nSomething hurts.\nLook at it.\n");
    EXPECT_EQ(find_message(kTable, "TEST_HURT"), &kHurt);
    EXPECT_EQ(find_message(kTable, "TEST"), nullptr);
}

}  // namespace
}  // namespace mobility
