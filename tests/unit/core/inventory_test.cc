// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Claims: indexes, refusals that change nothing, reloads that keep identities.
#include "core/inventory.h"

#include <gtest/gtest.h>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

bool names(const Result<void>& result, std::initializer_list<std::string> words) {
    if (result) return false;
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return result.error().find(word) != std::string::npos;
    });
}

TEST(Inventory, FindsAnArByIdentityLinkAddressAndTunnelAddress) {
    Inventory inventory;
    fill(inventory);
    const auto ar = inventory.ar_by_identity(ar_name(2));
    ASSERT_TRUE(ar);
    EXPECT_EQ(inventory.ar_by_link_address(attachment(2, 1).link_address), ar);
    EXPECT_EQ(inventory.ar_by_tunnel_address(ar_claim(2).tunnel_address), ar);
    EXPECT_EQ(inventory.name(*ar), ar_name(2));
    EXPECT_EQ(inventory.tunnel_address(*ar), ar_claim(2).tunnel_address);
    EXPECT_FALSE(inventory.ar_by_identity("ar9.example"));
    EXPECT_FALSE(inventory.ar_by_link_address(address("2001:db8:1:9::1")));
    EXPECT_FALSE(inventory.ar_by_tunnel_address(address("2001:db8:0:9::2")));
}

TEST(Inventory, WhatTwoArsClaimIsRefusedNamingBothAndChangesNothing) {
    Inventory inventory;
    fill(inventory);
    auto thief = ar_claim(4);
    thief.link_addresses.push_back(ar_claim(1).link_addresses[0]);
    EXPECT_TRUE(names(inventory.replace({ar_claim(1), thief}, {}),
                      {"link-address 2001:db8:1:1::1", ar_name(1), ar_name(4)}));
    thief = ar_claim(4);
    thief.addresses = ar_claim(1).addresses;
    EXPECT_TRUE(names(inventory.replace({ar_claim(1), thief}, {}),
                      {"address 2001:db8:0:1::1", ar_name(1), ar_name(4)}));
    thief = ar_claim(4);
    thief.tunnel_address = ar_claim(1).tunnel_address;
    EXPECT_TRUE(names(inventory.replace({ar_claim(1), thief}, {}),
                      {"tunnel address 2001:db8:0:1::2", ar_name(1), ar_name(4)}));
    thief = ar_claim(4);
    thief.identity = ar_name(1);
    EXPECT_TRUE(names(inventory.replace({ar_claim(1), thief}, {}), {ar_name(1), "twice"}));
    auto claims = source_claims();
    claims[1].lease_domain = kDomain;
    EXPECT_TRUE(names(inventory.replace({}, claims), {kDomain, "twice"}));

    EXPECT_TRUE(inventory.ar_by_identity(ar_name(3)));
    EXPECT_FALSE(inventory.ar_by_identity(ar_name(4)));
    EXPECT_EQ(inventory.sources().size(), 2u);
}

TEST(Inventory, ALinkAddressThatCannotNameALinkIsRefused) {
    for (const auto* text : {"::", "fe80::1", "ff02::1", "::1"}) {
        Inventory inventory;
        auto claim = ar_claim(1);
        claim.link_addresses = {address(text)};
        EXPECT_TRUE(names(inventory.replace({claim}, {}), {text, ar_name(1), "not a global"}));
    }
}

TEST(Inventory, AnArKeepsItsIdOverReloadsAndIsGoneWithItsClaim) {
    Inventory inventory;
    fill(inventory);
    const auto ar = *inventory.ar_by_identity(ar_name(2));
    ASSERT_TRUE(inventory.replace({ar_claim(3)}, source_claims()));
    EXPECT_FALSE(inventory.ar_by_identity(ar_name(2)));
    EXPECT_FALSE(inventory.ar_by_link_address(ar_claim(2).link_addresses[0]));
    EXPECT_FALSE(inventory.ar_by_tunnel_address(ar_claim(2).tunnel_address));
    EXPECT_EQ(inventory.ar(ar), nullptr);
    EXPECT_EQ(inventory.tunnel_address(ar), ar_claim(2).tunnel_address) << "its last";
    auto moved = ar_claim(2);
    moved.tunnel_address = address("2001:db8:0:2::99");
    ASSERT_TRUE(inventory.replace({moved, ar_claim(1)}, source_claims()));
    EXPECT_EQ(inventory.ar_by_identity(ar_name(2)), ar);
    EXPECT_EQ(inventory.ar(ar)->identity, ar_name(2));
    EXPECT_EQ(inventory.tunnel_address(ar), ar_claim(2).tunnel_address) << "until it serves that";
    EXPECT_TRUE(inventory.follow_tunnel_address(ar));
    EXPECT_EQ(inventory.tunnel_address(ar), moved.tunnel_address);
    EXPECT_FALSE(inventory.follow_tunnel_address(ar));
}

TEST(Inventory, ALeaseDomainKeepsItsIdWhetherClaimedOrNot) {
    Inventory inventory;
    const auto early = inventory.domain("later/6");
    EXPECT_EQ(inventory.source(early), nullptr);
    fill(inventory);
    EXPECT_EQ(inventory.domain("later/6"), early);
    EXPECT_EQ(inventory.name(early), "later/6");
    EXPECT_EQ(inventory.source(inventory.domain(kDomain))->identity, "kea1.example");
}

}  // namespace
}  // namespace mobility
