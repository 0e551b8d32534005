// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What prefixes ask of a tunnel's end.
#include "core/forwarding_state.h"

#include <gtest/gtest.h>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;
using Ends = std::vector<Decapsulation>;

const IpAddress kEnd = address("2001:db8:0:1::2");

Ends ends_for(const std::vector<Prefix>& prefixes, TunnelMode mode = TunnelMode::kSeg6) {
    return tunnel_ends(kEnd, mode, prefixes);
}

TEST(TunnelEnds, Ipv6PrefixesNeedNoneThatUnwrapsIpv4) {
    EXPECT_EQ(ends_for({home(1), delegated(1)}), (Ends{{kEnd, TunnelMode::kSeg6, Family::kIpv6}}));
}

TEST(TunnelEnds, OneIpv4PrefixAmongManyAddsOneThatUnwrapsIpv4AtTheSameAddress) {
    const Ends both{{kEnd, TunnelMode::kSeg6, Family::kIpv6},
                    {kEnd, TunnelMode::kSeg6, Family::kIpv4}};
    EXPECT_EQ(ends_for({home(1), prefix("10.0.0.0/8")}), both);
    EXPECT_EQ(ends_for({prefix("10.0.0.0/8"), prefix("198.51.100.0/24"), home(1)}), both)
        << "a second adds nothing";
}

TEST(TunnelEnds, Ipv6IsUnwrappedWhateverThePrefixesAre) {
    EXPECT_EQ(ends_for({prefix("10.0.0.0/8")}), ends_for({prefix("10.0.0.0/8"), home(1)}));
    EXPECT_EQ(ends_for({}), ends_for({home(1)}));
}

TEST(TunnelEnds, AreOfTheModeThatWasAskedFor) {
    for (const auto mode : {TunnelMode::kSeg6, TunnelMode::kIp6Tnl}) {
        for (const auto& end : ends_for({home(1), prefix("10.0.0.0/8")}, mode)) {
            EXPECT_EQ(end.mode, mode);
        }
    }
}

}  // namespace
}  // namespace mobility
