// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The table of mutations: each really spoils something, and each something else.
#include "dhcp-player/mutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "dhcp-player/question.h"
#include "dhcp-player/relay_forward.h"
#include "dhcp-wire/dhcp6_message.h"

namespace mobility::player {
namespace {

std::vector<std::uint8_t> confirm() {
    MobileNode mn(1, identity_of(1), {Dhcp6OptionCode::kIaNa});
    Claims claims;
    claims.addresses = {{*Prefix::parse("2001:db8:d000::1:0")}};
    std::vector<std::uint8_t> message;
    const auto question = ask(Dhcp6MessageType::kConfirm, mn, claims);
    EXPECT_TRUE(write(*question, 1, Milliseconds{0}, message));
    return message;
}

std::vector<std::uint8_t> relayed() {
    RelayHeader header;
    header.link_address = *IpAddress::parse("2001:db8:a000:1::1");
    header.interface_id = {'a', 'c', 'c', 'e', 's', 's'};
    header.client_link_layer = true;
    std::vector<std::uint8_t> out;
    EXPECT_TRUE(write_relay_forward({header}, identity_of(1), confirm(), out));
    return out;
}

TEST(Mutations, AreAHundredAndMore) { EXPECT_GE(mutations().size(), 100U); }

TEST(Mutations, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const Mutation& mutation : mutations()) {
        EXPECT_TRUE(names.insert(mutation.name).second) << mutation.name;
        EXPECT_FALSE(mutation.what.empty()) << mutation.name;
    }
}

TEST(Mutations, EachChangesTheDatagramAndEachInAnotherWay) {
    const auto whole = relayed();
    std::map<std::vector<std::uint8_t>, std::string_view> seen{{whole, "none"}};
    for (const Mutation& mutation : mutations()) {
        const auto spoiled = mutate_relay_forward(mutation, whole);
        const auto [before, added] = seen.try_emplace(spoiled, mutation.name);
        EXPECT_TRUE(added) << mutation.name << " is the same as " << before->second;
        EXPECT_EQ(spoiled, mutate_relay_forward(mutation, whole)) << mutation.name;
    }
}

TEST(Mutations, OfTheClientMessageLeaveTheRelayHeaderAlone) {
    const auto whole = relayed();
    for (const Mutation& mutation : mutations()) {
        if (mutation.spoils != Spoils::kClientMessage) {
            continue;
        }
        const auto spoiled = mutate_relay_forward(mutation, whole);
        EXPECT_TRUE(std::ranges::equal(Bytes(spoiled).first(34), Bytes(whole).first(34)));
        const auto relay = parse_dhcp6_relay_message(spoiled);
        ASSERT_TRUE(relay) << mutation.name << ": " << relay.error();
        EXPECT_TRUE(std::ranges::equal(relay->relay_message.data,
                                       mutate_client_message(mutation, confirm())))
            << mutation.name;
    }
}

TEST(Mutations, AreFoundByNameAndByNumber) {
    EXPECT_EQ(find_mutation("1"), &mutations().front());
    EXPECT_EQ(find_mutation(std::to_string(mutations().size())), &mutations().back());
    EXPECT_EQ(find_mutation("hop-count-8")->name, "hop-count-8");
    EXPECT_EQ(find_mutation("0"), nullptr);
    EXPECT_EQ(find_mutation(std::to_string(mutations().size() + 1)), nullptr);
    EXPECT_EQ(find_mutation("hop-count"), nullptr);
}

TEST(Draft, OfAValidDatagramGivesItBack) {
    const auto whole = relayed();
    // The Relay Message option comes last in it, as the relay link writes it.
    EXPECT_EQ(Draft::of(whole).relay_forward(), whole);
    EXPECT_EQ(Draft::of_client(confirm()).client.bytes(), confirm());
}

}  // namespace
}  // namespace mobility::player
