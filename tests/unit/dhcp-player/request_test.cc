// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What lines of input mean, and how they are refused.
#include "dhcp-player/request.h"

#include <gtest/gtest.h>

#include "daemon/config_file.h"
#include "dhcp-player/mutation.h"
#include "memory_link.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using std::chrono::microseconds;
using std::chrono::milliseconds;

class RequestTest : public testing::Test {
protected:
    RequestTest() {
        for (const char* const name : {"ar1", "ar2"}) {
            EXPECT_TRUE(player_.add(std::make_unique<MemoryLink>(name)));
        }
    }

    PlayRequest play(const std::string& line) {
        const auto file = ConfigFile::parse(line);
        return read_play(file.root(), player_);
    }

    std::string refusal(const std::string& line) {
        try {
            play(line);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "accepted";
    }

    Link* link(const char* name) { return player_.link(name); }

    Player player_{1};
};

TEST_F(RequestTest, TheShortestExchangeIsOneTransmission) {
    const auto request = play(R"({"do": "confirm", "mn": 17, "link": "ar2"})");
    EXPECT_EQ(request.mn, 17U);
    EXPECT_EQ(request.script.messages, std::vector{Type::kConfirm});
    ASSERT_EQ(request.script.sends.size(), 1U);
    EXPECT_EQ(request.script.sends[0].link, link("ar2"));
    EXPECT_TRUE(request.script.sends[0].moves);
    EXPECT_FALSE(request.script.sends[0].elapsed);
    EXPECT_EQ(request.script.patience, milliseconds(1000));
    EXPECT_FALSE(request.script.sends_go_on);
}

TEST_F(RequestTest, AttachIsSolicitAndRequest) {
    const auto request = play(R"({"do": "attach", "mn": 1, "link": "ar1"})");
    EXPECT_EQ(request.script.messages, (std::vector{Type::kSolicit, Type::kRequest}));
}

TEST_F(RequestTest, RetransmissionsComeAtSteadyIntervalsAndMayUseAnotherLink) {
    const auto request = play(
        R"({"do": "renew", "mn": 1, "link": "ar1", "announce": true,
            "retransmit": {"every_ms": 300, "times": 2, "link": "ar2"}})");
    const auto& sends = request.script.sends;
    ASSERT_EQ(sends.size(), 3U);
    EXPECT_EQ(sends[2].after, milliseconds(600));
    EXPECT_EQ(sends[2].link, link("ar2"));
    EXPECT_TRUE(sends[0].announce);
    EXPECT_FALSE(sends[2].announce);
    EXPECT_FALSE(request.script.sends_go_on);
}

TEST_F(RequestTest, ChosenTransmissionsAreSortedByTimeAndInheritTheRest) {
    const auto request = play(
        R"({"do": "confirm", "mn": 1, "link": "ar2", "mutation": "hop-count-8", "sends": [
            {"after_us": 500, "link": "ar1", "elapsed_ms": 0, "moves": false}, {}]})");
    const auto& sends = request.script.sends;
    ASSERT_EQ(sends.size(), 2U);
    EXPECT_EQ(sends[0].link, link("ar2"));
    EXPECT_EQ(sends[1].after, microseconds(500));
    EXPECT_EQ(sends[1].link, link("ar1"));
    EXPECT_EQ(sends[1].elapsed, milliseconds(0));
    EXPECT_FALSE(sends[1].moves);
    EXPECT_EQ(sends[1].mutation, find_mutation("hop-count-8"));
    EXPECT_TRUE(request.script.sends_go_on);
}

TEST_F(RequestTest, ClaimsAreRead) {
    const auto request = play(
        R"({"do": "rebind", "mn": 1, "link": "ar1", "duid": "00:03 0001", "server_id": "0a0b0c",
            "iaid": 4294967295, "addresses": ["2001:db8::1"], "prefixes": ["2001:db8:1::/48"],
            "options": [{"code": 65535, "hex": "ff"}, {"code": 14}], "transaction_id": 16777215,
            "elapsed_ms": 5000, "timeout_ms": 50, "collect_ms": 60, "rapid_commit": true})");
    const Claims& claims = request.script.claims;
    EXPECT_EQ(claims.duid, (std::vector<std::uint8_t>{0, 3, 0, 1}));
    EXPECT_EQ(claims.server_id, (std::vector<std::uint8_t>{10, 11, 12}));
    EXPECT_EQ(claims.iaid, 0xffffffffU);
    EXPECT_EQ(claims.addresses->front().text(), "2001:db8::1/128");
    EXPECT_EQ(claims.prefixes->front().text(), "2001:db8:1::/48");
    EXPECT_EQ(claims.options[0].data, std::vector<std::uint8_t>{0xff});
    EXPECT_TRUE(claims.options[1].data.empty());
    EXPECT_TRUE(claims.rapid_commit);
    EXPECT_EQ(request.script.transaction_id, 0xffffffU);
    EXPECT_EQ(request.script.elapsed, milliseconds(5000));
    EXPECT_EQ(request.script.patience, milliseconds(50));
    EXPECT_EQ(request.script.collect, milliseconds(60));
}

TEST_F(RequestTest, TheServerIdentifierCanBeLeftOut) {
    const auto request = play(R"({"do": "renew", "mn": 1, "link": "ar1", "no_server_id": true})");
    ASSERT_TRUE(request.script.claims.server_id);
    EXPECT_TRUE(request.script.claims.server_id->empty());
}

TEST_F(RequestTest, APopulationHasHostsAndKinds) {
    const auto file = ConfigFile::parse(R"({"do": "population", "hosts": 300, "kinds": ["pd"]})");
    const Population population = read_population(file.root());
    EXPECT_EQ(population.hosts, 300U);
    EXPECT_TRUE(population.shares_hosts());
    EXPECT_EQ(population.kinds, std::vector{Dhcp6OptionCode::kIaPd});
    const auto none = ConfigFile::parse(R"({"do": "population", "hosts": 0})");
    EXPECT_THROW(read_population(none.root()), ConfigError);
}

TEST_F(RequestTest, RefusalsNameTheKeyTheValueAndWhatWasExpected) {
    const auto has = [&](const std::string& line, const std::string& text) {
        EXPECT_NE(refusal(line).find(text), std::string::npos) << refusal(line);
    };
    has(R"({"do": "confirm", "mn": 1})", "link is missing");
    has(R"({"do": "confirm", "link": "ar1"})", "mn is missing");
    has(R"({"do": "confirm", "mn": 1, "link": "ar3"})", "is no link; there are: ar1 ar2");
    has(R"({"do": "confirm", "mn": 16777216, "link": "ar1"})", "mn: 16777216 is out of range");
    has(R"({"do": "confirm", "mn": 1, "lnk": "ar1"})", "did you mean \"link\"?");
    has(R"({"do": "confirm", "mn": 1, "link": "ar1", "duid": "0"})", "is not hexadecimal");
    has(R"({"do": "confirm", "mn": 1, "link": "ar1", "mutation": "none"})", "is no mutation");
    has(R"({"do": "confirm", "mn": 1, "link": "ar1", "addresses": ["10.0.0.1"]})",
        "addresses[0]: \"10.0.0.1\" is IPv4");
    has(R"({"do": "confirm", "mn": 1, "sends": [{"link": "ar1"}, {}]})", "link is missing");
    has(R"({"do": "confirm", "mn": 1, "link": "ar1", "sends": [{}],
            "retransmit": {"every_ms": 1, "times": 1}})",
        "stands beside \"sends\"");
    has(R"({"do": "confirm", "mn": 1, "link": "ar1", "timeout_ms": 0})", "out of range");
}

TEST_F(RequestTest, ABatchSpreadsItsMnsOverTheTime) {
    const auto file = ConfigFile::parse(
        R"({"do": "batch", "exchange": {"do": "confirm", "timeout_ms": 3000},
            "mns": {"first": 1, "count": 1000}, "links": ["ar1", "ar2"], "within_ms": 100,
            "onward": true})");
    const auto plan = read_batch(file.root(), player_);
    EXPECT_EQ(plan.exchanges, 1000U);
    EXPECT_EQ(plan.pace, microseconds(100));
    EXPECT_EQ(plan.links, (std::vector<Link*>{link("ar1"), link("ar2")}));
    EXPECT_TRUE(plan.onward);
    EXPECT_EQ(plan.script.patience, milliseconds(3000));
    EXPECT_EQ(plan.script.sends[0].link, nullptr);
}

TEST_F(RequestTest, ALoadHasARateAndAnEnd) {
    const auto file = ConfigFile::parse(
        R"({"do": "load", "exchange": {"do": "attach"}, "mns": {"first": 1, "count": 7},
            "links": ["ar1"], "rate": 2000, "seconds": 3})");
    const auto plan = read_load(file.root(), player_);
    EXPECT_EQ(plan.exchanges, 6000U);
    EXPECT_EQ(plan.mn_count, 7U);
    EXPECT_EQ(plan.pace, microseconds(500));
}

TEST_F(RequestTest, TheExchangeOfABatchNamesNoMn) {
    const auto file = ConfigFile::parse(
        R"({"do": "batch", "exchange": {"do": "confirm", "mn": 4}, "mns": {"first": 1, "count": 1},
            "links": ["ar1"]})");
    EXPECT_THROW(read_batch(file.root(), player_), ConfigError);
}

TEST_F(RequestTest, MnsBehindTheLastAreRefused) {
    const auto file = ConfigFile::parse(R"({"first": 16777215, "count": 2})");
    EXPECT_THROW(read_mns(file.root()), ConfigError);
}

TEST_F(RequestTest, AnIdentityIsMadeFromTheMacUnlessToldOtherwise) {
    const auto by_mac = ConfigFile::parse(
        R"({"do": "mn", "mn": 3, "mac": "02:00:00:00:00:01", "iaid": 9, "kinds": ["na", "pd"]})");
    const auto request = read_identity(by_mac.root());
    EXPECT_EQ(request.identity.link_local.text(), "fe80::ff:fe00:1");
    EXPECT_EQ(request.identity.duid, duid_ll(request.identity.mac));
    EXPECT_EQ(request.identity.iaid, 9U);
    EXPECT_EQ(request.kinds, (std::vector{Dhcp6OptionCode::kIaNa, Dhcp6OptionCode::kIaPd}));
    const auto forged = ConfigFile::parse(
        R"({"do": "mn", "mn": 3, "duid": "00030001aabbccddeeff", "link_local": "fe80::9"})");
    EXPECT_EQ(read_identity(forged.root()).identity.duid.back(), 0xff);
    EXPECT_EQ(read_identity(forged.root()).identity.link_local.text(), "fe80::9");
    EXPECT_EQ(read_identity(forged.root()).identity.mac, identity_of(3).mac);
}

TEST_F(RequestTest, ARelayLinkSaysTheMnsMacUnlessALowerRelayAgentIsThere) {
    const auto plain = ConfigFile::parse(
        R"({"do": "relay_link", "name": "r1", "source": "2001:db8::1", "server": "2001:db8::2",
            "link_address": "2001:db8:a000:1::1", "interface_id": "access"})");
    const auto request = read_relay_link(plain.root());
    ASSERT_EQ(request.chain.size(), 1U);
    EXPECT_TRUE(request.chain[0].client_link_layer);
    EXPECT_EQ(request.port, 547);
    EXPECT_EQ(request.chain[0].interface_id.size(), 6U);
    const auto nested = ConfigFile::parse(
        R"({"do": "relay_link", "name": "r1", "source": "2001:db8::1", "server": "2001:db8::2",
            "link_address": "2001:db8:a000:1::1", "peer_address": "fe80::7",
            "lower": [{"link_address": "::", "interface_id_hex": "0001"}]})");
    const auto chain = read_relay_link(nested.root()).chain;
    ASSERT_EQ(chain.size(), 2U);
    EXPECT_EQ(chain[0].interface_id, (std::vector<std::uint8_t>{0, 1}));
    EXPECT_FALSE(chain[1].client_link_layer);
    EXPECT_EQ(chain[1].peer_address->text(), "fe80::7");
    const auto without_peer = ConfigFile::parse(
        R"({"do": "relay_link", "name": "r1", "source": "2001:db8::1", "server": "2001:db8::2",
            "link_address": "::", "lower": [{"link_address": "::"}]})");
    EXPECT_THROW(read_relay_link(without_peer.root()), ConfigError);
}

}  // namespace
}  // namespace mobility::player
