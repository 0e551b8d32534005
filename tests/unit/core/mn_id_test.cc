// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Client identifiers as an operator copies them out of a log.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

TEST(MnIdText, IsReadAsItIsPrinted) {
    for (int number = 0; number < 256; ++number) {
        const auto read = MnId::parse(mn(number).text());
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(*read, mn(number));
    }
    EXPECT_EQ(MnId::parse("AB:cD")->bytes, "\xab\xcd");
    EXPECT_EQ(MnId::parse("7f")->bytes, "\x7f");
}

TEST(MnIdText, HasAtMost130Octets) {
    const MnId longest{std::string(130, '\x05')}, longer{std::string(131, '\x05')};
    EXPECT_EQ(*MnId::parse(longest.text()), longest);
    EXPECT_FALSE(MnId::parse(longer.text()));
}

TEST(MnIdText, IsRefusedByNameWhenItIsNone) {
    for (const auto* text : {"", ":", "0", "00:", ":00", "00:0", "00:0g", "00-01", "0001", "00::01",
                             "00:01 ", " 00:01", "none", "00:01:"}) {
        const auto read = MnId::parse(text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().find("\"" + std::string(text) + "\""), std::string::npos);
    }
}

TEST(RefusalText, NamesEachCodeDifferently) {
    std::set<std::string> texts;
    for (const auto refusal : kAllRefusals) texts.insert(text(refusal));
    EXPECT_EQ(texts.size(), kAllRefusals.size());
    EXPECT_FALSE(texts.contains("unknown"));
}

}  // namespace
}  // namespace mobility
