// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Files of a route agent, written for one test.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>

#include "daemon/config_value.h"
#include "tests/unit/daemon/temporary_folder.h"

namespace mobility {

class Files : public ::testing::Test {
protected:
    std::string write(const std::string& name, const std::string& content) {
        std::ofstream(folder.path(name)) << content;
        return folder.path(name);
    }
    /// What is said against it; empty: nothing.
    static std::string refusal(const std::function<void()>& what) {
        try {
            what();
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }
    static void expect_names(const std::string& refusal, std::initializer_list<std::string> words) {
        for (const auto& word : words) {
            EXPECT_NE(refusal.find(word), std::string::npos) << "\"" << refusal << "\" " << word;
        }
    }

    TemporaryFolder folder;
};

}  // namespace mobility
