// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Whole files: comments, places of syntax errors, duplicate keys.
#include "daemon/config_file.h"

#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace mobility {
namespace {

std::string refusal(const std::string& text) {
    try {
        ConfigFile::parse(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing";
}

TEST(ConfigFile, MayHaveComments) {
    const ConfigFile file = ConfigFile::parse("// a\n{ /* b */ \"x\": 1 // c\n}");
    EXPECT_EQ(file.root().map({"x"}).required("x").integer(0, 9), 1);
}

TEST(ConfigFile, ASyntaxErrorHasItsPlace) {
    EXPECT_EQ(refusal("{\n  \"x\": 1,\n  \"y\" 2\n}").substr(0, 17), "line 3, column 7:");
    EXPECT_EQ(refusal("").substr(0, 17), "line 1, column 1:");
    EXPECT_EQ(refusal("{").substr(0, 7), "line 1,");
    EXPECT_EQ(refusal("{} {}").substr(0, 7), "line 1,");
}

TEST(ConfigFile, AKeyTwiceInOneMapIsRefused) {
    EXPECT_EQ(refusal("{\"a\": {\"x\": 1}, \"b\": {\"x\": 1, \"x\": 2}}"),
              "key \"x\" is there twice in one map");
    EXPECT_EQ(refusal("{\"a\": {\"x\": 1}, \"x\": 1}"), "nothing");
}

TEST(ConfigFile, ANumberThatIsTooLargeIsRefused) {
    EXPECT_EQ(refusal("{\"x\": 1e999}"), "number overflow parsing '1e999'");
}

TEST(ConfigFile, WhatIsNestedWithoutEndIsRefused) {
    EXPECT_EQ(refusal(std::string(100'000, '[')),
              "lists and maps are more than 100 deep in each other");
    EXPECT_EQ(refusal(std::string(50, '[') + std::string(50, ']')), "nothing");
}

TEST(ConfigFile, ThatCannotBeReadIsNamed) {
    try {
        ConfigFile::read("/nonexistent/relay.json");
        FAIL() << "was read";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string(error.what()),
                  "cannot read /nonexistent/relay.json: No such file or directory");
    }
}

TEST(ConfigFile, IsReadFromDisk) {
    const TemporaryFolder folder;
    std::ofstream(folder.path("a.json")) << "[1]";
    EXPECT_EQ(ConfigFile::read(folder.path("a.json")).root().list().size(), 1U);
}

}  // namespace
}  // namespace mobility
