// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is left of a stranger's text.
#include "core/one_line.h"

#include <gtest/gtest.h>

namespace mobility {
namespace {

TEST(OneLine, LeavesTextsOfAnyLanguageAlone) {
    for (const std::string text : {"", "urn:ar:7", "Zürich/6: größer als …", "東京", "😀"}) {
        EXPECT_EQ(one_line(text), text);
    }
}

TEST(OneLine, ReplacesWhatEndsALineOrSteersATerminal) {
    EXPECT_EQ(one_line("a\r\nb\tc\x7f"), "a??b?c?");
    EXPECT_EQ(one_line(std::string("a\0b", 3)), "a?b");
    EXPECT_EQ(one_line("\x1b[2Jgone"), "?[2Jgone");
    EXPECT_EQ(one_line("\xc2\x9b"
                       "2J\xc2\x85"),
              "?2J?")
        << "C1 in UTF-8";
    EXPECT_EQ(one_line("\xe2\x80\xa8\xe2\x80\xae"
                       "abc\xe2\x81\xa7"),
              "??abc?");
}

TEST(OneLine, IsCutShortBetweenTwoCharacters) {
    const auto line = one_line(std::string(399, 'x') + std::string(1000, '\xc3'));
    EXPECT_LT(line.size(), 410u);
    std::string umlauts = "x";
    for (int i = 0; i < 1000; ++i) umlauts += "ü";
    const auto shortened = one_line(umlauts);
    EXPECT_EQ(shortened.size(), 399u + std::string("…").size());
    EXPECT_EQ(shortened.substr(397, 2), "ü");
    EXPECT_EQ(one_line(std::string(100'000, '\x80')), "…") << "no character begins in it";
}

}  // namespace
}  // namespace mobility
