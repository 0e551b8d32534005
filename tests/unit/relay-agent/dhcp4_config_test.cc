// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay agent's configuration says of DHCPv4, and the words of every refusal.
#include <gtest/gtest.h>

#include "daemon/config_file.h"
#include "relay-agent/relay_config.h"

namespace mobility {
namespace {

RelayConfig read(const std::string& interfaces, const std::string& more) {
    const ConfigFile file = ConfigFile::parse("{\"access-interfaces\": [" + interfaces +
                                              "], \"servers\": [\"2001:db8:5::1\"]" + more + "}");
    return read_relay_config(file.root());
}

std::string refusal(const std::string& interfaces, const std::string& more) {
    try {
        read(interfaces, more);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing";
}

const std::string kLink =
    R"({"name": "wlan0", "link-address": "2001:db8:1::1", "giaddr": "198.51.100.1"})";
const std::string kSection = R"(, "dhcp4": {"servers": ["192.0.2.1"]})";

std::string with_link(const std::string& keys) {
    return refusal(R"({"name": "wlan0", "link-address": "2001:db8:1::1", )" + keys + "}", kSection);
}
std::string with_section(const std::string& keys) {
    return refusal(kLink, ", \"dhcp4\": {" + keys + "}");
}

TEST(Dhcp4Config, IsReadWhole) {
    const RelayConfig config = read(
        kLink + R"(, {"name": "wlan1", "link-address": "2001:db8:2::1", "giaddr": "198.51.100.1",
                      "circuit-id": "floor 2"}, {"name": "wlan2", "link-address": "2001:db8:3::1"})",
        R"(, "dhcp4": {"servers": ["192.0.2.1", "192.0.2.2:1067"], "remote-id": "ar1",
                       "hop-limit": 4, "source-address": "192.0.2.65",
                       "server-identifier-override": "10.0.0.1"})");
    ASSERT_EQ(config.access_interfaces.size(), 3U);
    EXPECT_EQ(config.access_interfaces[0].dhcp4->giaddr.text(), "198.51.100.1");
    EXPECT_EQ(config.access_interfaces[0].dhcp4->circuit_id, "wlan0");
    EXPECT_EQ(config.access_interfaces[1].dhcp4->circuit_id, "floor 2");
    EXPECT_FALSE(config.access_interfaces[2].dhcp4);
    ASSERT_EQ(config.dhcp4->servers.size(), 2U);
    EXPECT_EQ(config.dhcp4->servers[0].port, 67);
    EXPECT_EQ(config.dhcp4->servers[1].address.text(), "192.0.2.2");
    EXPECT_EQ(config.dhcp4->servers[1].port, 1067);
    EXPECT_EQ(config.dhcp4->remote_id, "ar1");
    EXPECT_EQ(config.dhcp4->hop_limit, 4);
    EXPECT_EQ(config.dhcp4->source_address->text(), "192.0.2.65");
    EXPECT_EQ(config.dhcp4->server_identifier_override->text(), "10.0.0.1");
}

TEST(Dhcp4Config, NeedsServersAndAGiaddrOnly) {
    const RelayConfig config = read(kLink, kSection);
    EXPECT_EQ(config.dhcp4->hop_limit, 16);
    EXPECT_EQ(config.dhcp4->remote_id, "");
    EXPECT_FALSE(config.dhcp4->source_address);
    EXPECT_FALSE(config.dhcp4->server_identifier_override) << "the servers' own";
    EXPECT_EQ(with_section(R"("remote-id": "ar1")"), "dhcp4: servers is missing");
}

TEST(Dhcp4Config, RefusesOneHalfWithoutTheOther) {
    const std::string plain = R"({"name": "wlan0", "link-address": "2001:db8:1::1"})";
    EXPECT_FALSE(read(plain, "").dhcp4);
    EXPECT_EQ(refusal(kLink, ""), "access interface \"wlan0\" has a giaddr, and dhcp4 is missing");
    EXPECT_EQ(
        refusal(plain, kSection),
        "dhcp4: {\"servers\":[\"192.0.2.1\"]} is there, and no access interface has a giaddr");
    EXPECT_EQ(with_link(R"("circuit-id": "a")"),
              "access-interfaces[0].circuit-id: \"a\" is of DHCPv4, and giaddr is missing");
}

TEST(Dhcp4Config, RefusesGiaddrsThatNoRouterHas) {
    for (const char* const address : {"2001:db8::1", "0.0.0.0", "127.0.0.1", "169.254.0.1",
                                      "224.0.0.1", "255.255.255.255", "wlan0"}) {
        EXPECT_EQ(
            with_link("\"giaddr\": \"" + std::string(address) + "\""),
            "access-interfaces[0].giaddr: \"" + std::string(address) +
                "\" is no address of this relay agent's own; expected a unicast IPv4 address");
    }
}

TEST(Dhcp4Config, RefusesServerIdentifiersThatNoRouterHas) {
    for (const char* const address : {"2001:db8::1", "0.0.0.0", "224.0.0.1", "gateway"}) {
        EXPECT_EQ(
            with_section(R"("servers": ["192.0.2.1"], "server-identifier-override": ")" +
                         std::string(address) + "\""),
            "dhcp4.server-identifier-override: \"" + std::string(address) +
                "\" is no address of this relay agent's own; expected a unicast IPv4 address");
    }
}

TEST(Dhcp4Config, AServersOwnAddressIsNoOverride) {
    EXPECT_EQ(
        with_section(R"("servers": ["192.0.2.1"], "server-identifier-override": "192.0.2.1")"),
        "dhcp4.server-identifier-override: \"192.0.2.1\" is a server's address; expected one "
        "of this relay agent's own");
}

TEST(Dhcp4Config, RefusesLinksThatCannotBeToldApart) {
    EXPECT_NE(refusal(kLink + R"(, {"name": "wlan1", "link-address": "2001:db8:2::1",
                                    "giaddr": "198.51.100.2", "circuit-id": "wlan0"})",
                      kSection)
                  .find("has the circuit-id \"wlan0\" of \"wlan0\"; expected one of its own"),
              std::string::npos);
}

TEST(Dhcp4Config, RefusesIdentifiersThatDoNotFitTheOption) {
    const std::string longest(120, 'a');
    EXPECT_EQ(with_link(R"("giaddr": "198.51.100.1", "circuit-id": ")" + longest + "\""),
              "nothing");
    EXPECT_NE(with_link(R"("giaddr": "198.51.100.1", "circuit-id": ")" + longest + "a\"")
                  .find("is too long; expected at most 120 bytes"),
              std::string::npos);
    EXPECT_NE(with_section(R"("servers": ["192.0.2.1"], "remote-id": ")" + longest + "a\"")
                  .find("is too long; expected at most 120 bytes"),
              std::string::npos);
}

TEST(Dhcp4Config, TheCircuitIdIsTheInterfaceIdWhereNobodySaysOtherwise) {
    const std::string link =
        R"({"name": "wlan0", "link-address": "2001:db8:1::1", "giaddr": "198.51.100.1",)";
    const auto circuit = [&](const std::string& keys) {
        return read(link + keys + "}", kSection).access_interfaces[0].dhcp4->circuit_id;
    };
    EXPECT_EQ(circuit(R"("interface-id": "floor 2")"), "floor 2");
    EXPECT_EQ(circuit(R"("interface-id": "floor 2", "circuit-id": "2")"), "2");
    EXPECT_EQ(
        refusal(link + R"("interface-id": ")" + std::string(121, 'a') + "\"}", kSection),
        "access-interfaces[0]: interface-id is too long to be the circuit-id too; expected one "
        "of at most 120 bytes");
}

TEST(Dhcp4Config, RefusesServersThatAreNone) {
    for (const char* const server : {"kea", "2001:db8::1", "192.0.2.1:", "192.0.2.1:0",
                                     "192.0.2.1:65536", "192.0.2.1:67x", ":67"}) {
        EXPECT_EQ(with_section("\"servers\": [\"" + std::string(server) + "\"]"),
                  "dhcp4.servers[0]: \"" + std::string(server) +
                      "\" is not a server; expected \"192.0.2.1\" or \"192.0.2.1:67\"");
    }
    for (const char* const server : {"0.0.0.0", "255.255.255.255", "224.0.0.1", "169.254.1.1"}) {
        EXPECT_NE(with_section("\"servers\": [\"" + std::string(server) + "\"]")
                      .find("expected a global IPv4 address"),
                  std::string::npos)
            << server;
    }
    EXPECT_EQ(with_section(R"("servers": ["127.0.0.1"])"), "nothing");
    EXPECT_EQ(with_section(R"("servers": ["192.0.2.1", "192.0.2.1:67"])"),
              "dhcp4.servers[1]: \"192.0.2.1:67\" is there twice");
}

TEST(Dhcp4Config, RefusesHopLimitsThatRfc1542DoesNotKnow) {
    for (const char* const limit : {"3", "17", "-1"}) {
        EXPECT_EQ(with_section(R"("servers": ["192.0.2.1"], "hop-limit": )" + std::string(limit)),
                  "dhcp4.hop-limit: " + std::string(limit) +
                      " is out of range; expected a whole number from 4 to 16");
    }
    EXPECT_EQ(with_section(R"("servers": ["192.0.2.1"], "hops-limit": 4)"),
              "dhcp4: unknown key \"hops-limit\"; did you mean \"hop-limit\"?");
}

}  // namespace
}  // namespace mobility
