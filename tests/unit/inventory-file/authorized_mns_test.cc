// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The list of authorised MNs: its lines, its errors, its size.
#include "route-agent/authorized_mns.h"

#include <chrono>
#include <cstdio>
#include <iostream>

#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

using AuthorizedMns = Files;

TEST_F(AuthorizedMns, StandOnePerLineWithComments) {
    const auto mns = read_authorized_mns(write("mns",
                                               "# the fleet\n\n00:03:00:01:02:03\n"
                                               "  AB:cd\t# the director's\r\n#ff:ff\n"
                                               "ab:cd\n01:02"));
    EXPECT_EQ(mns, (std::unordered_set<MnId>{*MnId::parse("00:03:00:01:02:03"),
                                             *MnId::parse("ab:cd"), *MnId::parse("01:02")}));
}

TEST_F(AuthorizedMns, AnEmptyFileIsAListOfNobody) {
    EXPECT_TRUE(read_authorized_mns(write("mns", "")).empty());
    EXPECT_TRUE(read_authorized_mns(write("mns", "\n# none\n")).empty());
}

TEST_F(AuthorizedMns, ALineThatIsNoIdentifierIsNamedWithFileAndNumber) {
    const auto path = write("mns", "00:01\n\n# x\n00:0z\n");
    expect_names(refusal([&] { read_authorized_mns(path); }), {path + ":4:", "\"00:0z\""});
    const auto two = write("two", "00:01 00:02\n");
    expect_names(refusal([&] { read_authorized_mns(two); }), {two + ":1:", "00:01 00:02"});
}

TEST_F(AuthorizedMns, AFileThatCannotBeReadIsNamed) {
    const auto missing = folder.path("missing");
    expect_names(refusal([&] { read_authorized_mns(missing); }), {missing, "No such file"});
    const auto directory = folder.path("");
    expect_names(refusal([&] { read_authorized_mns(directory); }), {directory, "cannot be read"});
}

TEST_F(AuthorizedMns, AHundredThousandAreReadInAMoment) {
    std::string lines;
    for (int i = 0; i < 100'000; ++i) {
        char line[40];
        std::snprintf(line, sizeof line, "00:03:00:01:02:00:%02x:%02x:%02x:%02x\n", 0, i >> 16,
                      i >> 8 & 0xff, i & 0xff);
        lines += line;
    }
    const auto path = write("mns", lines);
    const auto begun = std::chrono::steady_clock::now();
    const auto mns = read_authorized_mns(path);
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_EQ(mns.size(), 100'000u);
    EXPECT_TRUE(mns.contains(*MnId::parse("00:03:00:01:02:00:00:01:86:9f")));
    EXPECT_FALSE(mns.contains(*MnId::parse("00:03:00:01:02:00:00:01:86:a0")));
    const auto ms = std::chrono::duration_cast<Milliseconds>(took).count();
    RecordProperty("milliseconds", static_cast<int>(ms));
    std::cout << "100,000 lines in " << ms << " ms\n";
    EXPECT_LT(ms, 2000);
}

}  // namespace
}  // namespace mobility
