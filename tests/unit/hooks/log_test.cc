// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the library writes into the server's log, as it is in Kea's own file.
#include "hooks/log.h"

#include "hooks/kea_compat.h"
// Compatibility first.
#include <gtest/gtest.h>
#include <log/logger_manager.h>
#include <log/logger_name.h>
#include <log/logger_specification.h>
#include <log/logger_support.h>
#include <log/output_option.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace mobility {
namespace {

class HookLog : public ::testing::Test {
protected:
    HookLog() {
        if (!isc::log::isLoggingInitialized()) isc::log::initLogger("unit", isc::log::NONE);
        write_from(isc::log::INFO);
    }
    ~HookLog() override {
        log_all_left_out();
        std::filesystem::remove(file_);
        isc::log::LoggerManager().process(
            isc::log::LoggerSpecification(isc::log::getRootLoggerName(), isc::log::NONE));
    }

    void write_from(isc::log::Severity severity) const {
        isc::log::OutputOption option;
        option.destination = isc::log::OutputOption::DEST_FILE;
        option.filename = file_;
        option.flush = true;
        option.pattern = "%p %m\n";
        isc::log::LoggerSpecification specification(isc::log::getRootLoggerName(), severity);
        specification.addOutputOption(option);
        isc::log::LoggerManager().process(specification);
    }

    std::vector<std::string> lines() const {
        std::ifstream file(file_);
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);) found.push_back(line);
        return found;
    }
    std::size_t lines_with(const std::string& part) const {
        const auto all = lines();
        return static_cast<std::size_t>(std::ranges::count_if(
            all, [&](const auto& line) { return line.find(part) != std::string::npos; }));
    }

    const std::string file_ = "hook-log-" + std::to_string(::getpid());
};

void flood(const HookMessage& message, int times, const std::string& about = {}) {
    for (int i = 0; i < times; ++i) {
        log_limited(
            message, [] { return std::string("flood"); }, about);
    }
}

TEST_F(HookLog, AFloodIsFiveLinesAndTheCountOfTheOthersIsSaidBeforeTheLibraryGoes) {
    flood(kAddressTaken, 1000);
    flood(kCalloutFailed, 7, "pkt6_receive");
    flood(kCalloutFailed, 1, "pkt6_send");
    EXPECT_EQ(lines_with("WARN MOBILITY_ADDRESS_TAKEN"), 5u);
    EXPECT_EQ(lines_with("ERROR MOBILITY_CALLOUT_FAILED"), 6u);
    log_left_out();
    EXPECT_EQ(lines_with(" more"), 0u) << "the window is not over";
    log_all_left_out();
    EXPECT_EQ(lines_with("it keeps its holder: … and 995 more"), 1u);
    EXPECT_EQ(lines_with("… and 2 more of pkt6_receive"), 1u);
    EXPECT_EQ(lines_with(" more"), 2u);
}

TEST_F(HookLog, WhatTheOperatorCausesIsWrittenEachTime) {
    for (int i = 0; i < 50; ++i) log_always(kConfigurationRefused, "no such key");
    EXPECT_EQ(lines_with("MOBILITY_CONFIGURATION_REFUSED"), 50u);
}

TEST_F(HookLog, WhatStrangersSayIsOneShortLine) {
    log_limited(kHeldReplyFailed, [] {
        return "first\nINFO forged \x1b[2J\xe2\x80\xae"
               "end";
    });
    log_limited(kHeldReplyFailed, [] { return std::string(100'000, 'x'); });
    const auto written = lines();
    ASSERT_EQ(written.size(), 2u);
    EXPECT_NE(written[0].find("first?INFO forged ?[2J?end"), std::string::npos) << written[0];
    EXPECT_LT(written[1].size(), 1400u);
}

TEST_F(HookLog, ALineThatNobodyWantsIsNotMadeAndNotCounted) {
    write_from(isc::log::WARN);
    for (int i = 0; i < 10; ++i) {
        log_limited(kAddressRegistered, []() -> std::string { throw std::logic_error("made"); });
    }
    log_all_left_out();
    EXPECT_EQ(lines().size(), 0u);
}

TEST_F(HookLog, WhoSetsTheLoggerToDebugHasEachLine) {
    write_from(isc::log::DEBUG);
    flood(kAddressRegistered, 100);
    EXPECT_EQ(lines_with("INFO MOBILITY_ADDRESS_REGISTERED"), 100u);
}

TEST_F(HookLog, ManyThreadsWriteFiveLinesTogether) {
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([] { flood(kRegistrationRefused, 1000); });
        }
    }
    EXPECT_EQ(lines_with("MOBILITY_REGISTRATION_REFUSED"), 5u);
    log_all_left_out();
    EXPECT_EQ(lines_with("… and 3995 more"), 1u);
}

TEST_F(HookLog, ANoticeOfOneAnchorLeavesTheShareOfAnother) {
    for (int i = 0; i < 100; ++i) {
        log_limited(Notice{"SOURCE_SESSION_CLOSED", "anchor a: gone", "a"});
    }
    log_limited(Notice{"SOURCE_SESSION_CLOSED", "anchor b: gone", "b"});
    log_limited(Notice{"SOURCE_UNHEARD", "of"});
    EXPECT_EQ(lines_with("WARN MOBILITY_SOURCE_SESSION_CLOSED anchor a"), 5u);
    EXPECT_EQ(lines_with("WARN MOBILITY_SOURCE_SESSION_CLOSED anchor b"), 1u);
    EXPECT_EQ(lines_with("WARN MOBILITY_NOTICE SOURCE_UNHEARD: of"), 1u);
}

}  // namespace
}  // namespace mobility
