// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The anchor's limits in a route agent's configuration.
#include "route-agent/settings.h"
#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

class LimitSettings : public Files {
protected:
    AnchorRole read(const std::string& more) {
        return *read_settings(write("conf", R"({"identity": "anchor.example",
            "certificate-file": "a", "key-file": "b", "trust-anchor": "c",
            "anchor": {"listen": {"address": "::1"}, "tunnel-address": "2001:db8:5::ffff",
                       "prefixes": ["2001:db8:d000::/40"], "inventory-file": "i")" +
                                                more + "}}"))
                    .anchor;
    }
};

TEST_F(LimitSettings, AreNoneByDefault) {
    const auto role = read("");
    EXPECT_EQ(role.limits.addresses_per_mn, 0u);
    EXPECT_EQ(role.limits.bindings, 0u);
    EXPECT_FALSE(role.authorized_mns_file);
}

TEST_F(LimitSettings, AreRead) {
    auto role = read(R"(, "addresses-per-mn": 4, "bindings-at-most": 100000,
                          "authorized-mns-file": "/etc/mns")");
    EXPECT_EQ(role.limits.addresses_per_mn, 4u);
    EXPECT_EQ(role.limits.over_limit, OverLimit::kRefuse);
    EXPECT_EQ(role.limits.bindings, 100'000u);
    EXPECT_EQ(role.authorized_mns_file, "/etc/mns");
    role = read(R"(, "addresses-per-mn": 4, "over-limit": "remove-oldest")");
    EXPECT_EQ(role.limits.over_limit, OverLimit::kRemoveOldest);
}

TEST_F(LimitSettings, ThatCannotBeMeantAreRefusedByName) {
    const auto refused = [&](const std::string& more) {
        return refusal([&] { read(", " + more); });
    };
    expect_names(refused(R"("addresses-per-mn": -1)"), {"anchor.addresses-per-mn", "-1"});
    expect_names(refused(R"("addresses-per-mn": "4")"), {"anchor.addresses-per-mn"});
    expect_names(refused(R"("bindings-at-most": -5)"), {"anchor.bindings-at-most", "-5"});
    expect_names(refused(R"("addresses-per-mn": 4, "over-limit": "drop")"),
                 {"anchor.over-limit", "\"drop\"", "remove-oldest"});
    expect_names(refused(R"("over-limit": "remove-oldest")"),
                 {"anchor.over-limit", "addresses-per-mn"});
    expect_names(refused(R"("authorized-mns-file": "")"), {"anchor.authorized-mns-file"});
}

}  // namespace
}  // namespace mobility
