// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What both daemons answer on the command line.
#include "daemon/command_line.h"

#include <gtest/gtest.h>

#include <vector>

#include "daemon/config_value.h"

namespace mobility {
namespace {

constexpr LogMessage kStarted{"TEST_STARTED", LogLevel::kInfo, "It runs."};
constexpr const LogMessage* kTable[] = {&kStarted};
const Program kProgram{"mobility-test", "tests things", "/etc/test.json", kTable};

struct Answer {
    std::optional<int> status;
    std::string out;
    std::string error;
    std::string config;
};

Answer answer(std::vector<std::string> words) {
    words.insert(words.begin(), "mobility-test");
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    const auto check = [](const std::string& path) {
        if (path == "bad.json") {
            throw ConfigError("servers is missing");
        }
        return path == "odd.json" ? std::vector<std::string>{"a: 1 is much", "b: 2 is little"}
                                  : std::vector<std::string>{};
    };
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Answer answer;
    answer.status = answer_command_line(kProgram, arguments, check, answer.config);
    answer.out = testing::internal::GetCapturedStdout();
    answer.error = testing::internal::GetCapturedStderr();
    return answer;
}

TEST(CommandLine, RunsWithTheDefaultOrANamedConfiguration) {
    EXPECT_EQ(answer({}).status, std::nullopt);
    EXPECT_EQ(answer({}).config, "/etc/test.json");
    EXPECT_EQ(answer({"--config", "a.json"}).status, std::nullopt);
    EXPECT_EQ(answer({"--config", "a.json"}).config, "a.json");
}

TEST(CommandLine, ChecksAConfiguration) {
    const Answer good = answer({"--check", "good.json"});
    EXPECT_EQ(good.status, 0);
    EXPECT_EQ(good.out, "mobility-test: good.json is good\n");
    const Answer bad = answer({"--check", "bad.json"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ(bad.error, "mobility-test: bad.json: servers is missing\n");
}

TEST(CommandLine, WarnsOfAConfigurationThatItFindsGood) {
    const Answer odd = answer({"--check", "odd.json"});
    EXPECT_EQ(odd.status, 0);
    EXPECT_EQ(odd.error,
              "mobility-test: odd.json: warning: a: 1 is much\n"
              "mobility-test: odd.json: warning: b: 2 is little\n");
    EXPECT_EQ(odd.out, "mobility-test: odd.json is good; warnings: 2\n");
    EXPECT_EQ(answer({"--check", "good.json"}).error, "");
}

TEST(CommandLine, ExplainsMessages) {
    EXPECT_EQ(answer({"--explain", "TEST_STARTED"}).out, "TEST_STARTED (INFO)\nIt runs.\n");
    EXPECT_EQ(answer({"--explain"}).out, "TEST_STARTED (INFO)\nIt runs.\n\n");
    const Answer unknown = answer({"--explain", "TEST_X"});
    EXPECT_EQ(unknown.status, 1);
    EXPECT_EQ(unknown.error,
              "mobility-test: no message \"TEST_X\"; --explain alone lists them all\n");
}

TEST(CommandLine, TellsItsVersionAndItsUse) {
    EXPECT_EQ(answer({"--version"}).status, 0);
    EXPECT_EQ(answer({"--version"}).out.substr(0, 14), "mobility-test ");
    EXPECT_EQ(answer({"--help"}).status, 0);
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--bogus"}, {"--check"}, {"--config"}, {"a.json"}, {"--version", "x"}}) {
        const Answer refused = answer(words);
        EXPECT_EQ(refused.status, 2) << words[0];
        EXPECT_NE(refused.error.find("--check FILE"), std::string::npos);
    }
}

}  // namespace
}  // namespace mobility
