// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The relay agent's configuration: what is read, and the words of every refusal.
#include "relay-agent/relay_config.h"

#include <gtest/gtest.h>

#include "daemon/config_file.h"

namespace mobility {
namespace {

RelayConfig read(const std::string& text) {
    const ConfigFile file = ConfigFile::parse(text);
    return read_relay_config(file.root());
}

std::string refusal(const std::string& text) {
    try {
        read(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing";
}

const std::string kInterfaces =
    R"("access-interfaces": [{"name": "wlan0", "link-address": "2001:db8:1::1"}])";
const std::string kServers = R"("servers": ["2001:db8:5::1"])";

std::string with_interfaces(const std::string& list) {
    return "{\"access-interfaces\": " + list + ", " + kServers + "}";
}
std::string with_server(const std::string& server) {
    return "{" + kInterfaces + ", \"servers\": [\"" + server + "\"]}";
}

TEST(RelayConfig, IsReadWhole) {
    const RelayConfig config = read(R"({
        "access-interfaces": [
            {"name": "wlan0", "link-address": "2001:db8:1::1"},
            {"name": "wlan1", "link-address": "2001:db8:2::1", "interface-id": "floor 2"}],
        "servers": ["2001:db8:5::1", "[2001:db8:5::2]:1547"],
        "source-address": "2001:db8:5::a", "user": "root", "pid-file": "/run/relay.pid",
        "log": {"level": "debug", "output": "syslog"}})");
    ASSERT_EQ(config.access_interfaces.size(), 2U);
    EXPECT_EQ(config.access_interfaces[0].interface_id, "wlan0");
    EXPECT_EQ(config.access_interfaces[1].interface_id, "floor 2");
    EXPECT_EQ(config.access_interfaces[1].link_address.text(), "2001:db8:2::1");
    ASSERT_EQ(config.servers.size(), 2U);
    EXPECT_EQ(config.servers[0].port, 547);
    EXPECT_EQ(config.servers[1].address.text(), "2001:db8:5::2");
    EXPECT_EQ(config.servers[1].port, 1547);
    EXPECT_EQ(config.source_address->text(), "2001:db8:5::a");
    EXPECT_EQ(config.user->uid, 0U);
    EXPECT_EQ(config.pid_file, "/run/relay.pid");
    EXPECT_EQ(config.log.level, LogLevel::kDebug);
    EXPECT_EQ(config.log.output, "syslog");
}

TEST(RelayConfig, NeedsInterfacesAndServersOnly) {
    const RelayConfig config = read("{" + kInterfaces + ", " + kServers + "}");
    EXPECT_FALSE(config.source_address);
    EXPECT_FALSE(config.user);
    EXPECT_EQ(config.log.output, "stderr");
    EXPECT_EQ(refusal("{" + kServers + "}"), "access-interfaces is missing");
    EXPECT_EQ(refusal("{" + kInterfaces + "}"), "servers is missing");
}

TEST(RelayConfig, RefusesToStartWithoutAGlobalLinkAddress) {
    EXPECT_EQ(refusal(with_interfaces(R"([{"name": "wlan0"}])")),
              "access-interfaces[0]: link-address is missing");
    EXPECT_EQ(refusal(with_interfaces(R"([{"name": "wlan0", "link-address": "fe80::1"}])")),
              "access-interfaces[0].link-address: \"fe80::1\" is link-local; expected a global "
              "IPv6 address");
    EXPECT_EQ(refusal(with_interfaces(R"([{"name": "wlan0", "link-address": "::"}])")),
              "access-interfaces[0].link-address: \"::\" is unspecified; expected a global IPv6 "
              "address");
}

TEST(RelayConfig, RefusesInterfacesThatCannotBeToldApart) {
    EXPECT_EQ(refusal(with_interfaces("[]")),
              "access-interfaces: [] is empty; expected at least one element");
    EXPECT_NE(refusal(with_interfaces(R"([{"name": "a", "link-address": "2001:db8::1"},
                                          {"name": "a", "link-address": "2001:db8::2"}])"))
                  .find("names interface \"a\" a second time"),
              std::string::npos);
    EXPECT_NE(refusal(with_interfaces(
                          R"([{"name": "a", "link-address": "2001:db8::1"},
                              {"name": "b", "link-address": "2001:db8::2", "interface-id": "a"}])"))
                  .find("has the interface-id \"a\" of \"a\"; expected one of its own"),
              std::string::npos);
}

TEST(RelayConfig, RefusesNamesThatNoInterfaceCanHave) {
    for (const char* const name : {"sixteen-letters-", "a/b", "a b", "a:1"}) {
        EXPECT_NE(refusal(with_interfaces("[{\"name\": \"" + std::string(name) +
                                          "\", \"link-address\": \"2001:db8::1\"}]"))
                      .find("is no name of a network interface"),
                  std::string::npos)
            << name;
    }
}

TEST(RelayConfig, RefusesServersThatAreNone) {
    const std::string expected =
        " is not a server; expected \"2001:db8::1\" or "
        "\"[2001:db8::1]:547\"";
    for (const char* const server :
         {"kea", "192.0.2.1", "[2001:db8::1]", "[2001:db8::1]:", "[2001:db8::1]:0",
          "[2001:db8::1]:65536", "[2001:db8::1]:547x", "[]:547", "[", "[192.0.2.1]:547"}) {
        EXPECT_EQ(refusal(with_server(server)),
                  "servers[0]: \"" + std::string(server) + "\"" + expected);
    }
    for (const char* const server : {"fe80::1", "ff05::1:3", "::"}) {
        EXPECT_NE(refusal(with_server(server)).find("expected a global IPv6 address"),
                  std::string::npos);
    }
    EXPECT_EQ(refusal(with_server("::1")), "nothing");
    EXPECT_EQ(refusal("{" + kInterfaces + R"(, "servers": ["2001:db8::1", "[2001:db8::1]:547"]})"),
              "servers[1]: \"[2001:db8::1]:547\" is there twice");
    EXPECT_EQ(refusal("{" + kInterfaces + R"(, "servers": []})"),
              "servers: [] is empty; expected at least one element");
}

TEST(RelayConfig, RefusesAServersAddressAsItsOwn) {
    EXPECT_EQ(
        refusal("{" + kInterfaces + ", " + kServers + R"(, "source-address": "2001:db8:5::1"})"),
        "source-address: \"2001:db8:5::1\" is a server's address too; expected one of this "
        "relay agent's own");
}

TEST(RelayConfig, RefusesUnknownKeysUsersAndLogs) {
    const std::string good = "{" + kInterfaces + ", " + kServers;
    EXPECT_EQ(refusal(good + R"(, "sources-address": "2001:db8::1"})"),
              "unknown key \"sources-address\"; did you mean \"source-address\"?");
    EXPECT_EQ(refusal(good + R"(, "user": "no-such-user"})"),
              "user: \"no-such-user\" is not a user of this machine");
    EXPECT_EQ(refusal(good + R"(, "log": {"level": "loud"}})"),
              "log.level: \"loud\" is not a level; expected debug, info, warn or error");
    EXPECT_EQ(refusal(good + R"(, "log": {"output": "relay.log"}})"),
              "log.output: \"relay.log\" is no output; expected stderr, syslog or the absolute "
              "path of a file");
}

}  // namespace
}  // namespace mobility
