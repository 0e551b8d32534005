// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What configuration and inventory say against each other: each trap alone, and its cure.
#include "route-agent/advice.h"

#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

class RouteAdvice : public Files {
protected:
    RouteAdvice() {
        settings.identity = "box.example";
        settings.anchor.emplace();
        settings.anchor->inventory_file = "inv";
        settings.anchor->prefixes = {prefix("2001:db8:d000::/40")};
        routers = {{"box.example",
                    {address("2001:db8:c::1")},
                    {address("2001:db8:a::1")},
                    address("2001:db8:5::1")}};
        sources = {{"kea.example", "metro/6", {prefix("2001:db8:d000::/40")}}};
    }
    static IpAddress address(const std::string& text) { return *IpAddress::parse(text); }
    static Prefix prefix(const std::string& text) { return *Prefix::parse(text); }

    /// This box is the AR of the inventory too, and dials itself.
    void serve_access() {
        settings.access.emplace();
        settings.access->tunnel_address = address("2001:db8:5::1");
        settings.access->interfaces = {{"wlan0", address("2001:db8:a::1"), "wlan0"}};
        settings.access->anchors = {{"box.example", SocketAddress{address("::1"), 4480}}};
    }
    std::vector<std::string> all() const {
        Inventory inventory;
        EXPECT_TRUE(inventory.replace(routers, sources));
        return contradictions(settings, inventory);
    }
    /// The only one; empty when there is none.
    std::string only() const {
        const auto lines = all();
        EXPECT_LE(lines.size(), 1u) << lines.back();
        return lines.empty() ? "" : lines.front();
    }

    RouteAgentSettings settings;
    std::vector<AccessRouterClaim> routers;
    std::vector<SourceClaim> sources;
};

TEST_F(RouteAdvice, IsNotNeededWhereAllFits) {
    EXPECT_EQ(only(), "");
    serve_access();
    EXPECT_EQ(only(), "");
}

TEST_F(RouteAdvice, NamesSourcesOfWhichNothingIsAcceptedInOneLine) {
    sources.push_back({"kea.example", "east/6", {prefix("2001:db8:e000::/40")}});
    sources.push_back({"kea.example", "west/6", {prefix("2001:db8:f000::/40")}});
    expect_names(only(), {"inv: sources[1].prefixes (\"east/6\": 2001:db8:e000::/40)",
                          "sources[2].prefixes (\"west/6\": 2001:db8:f000::/40)",
                          "the file serves other anchors too"});
}

TEST_F(RouteAdvice, NamesTheFirstOfManySources) {
    for (int i = 1; i <= 20; ++i) {
        const auto number = std::to_string(i);
        sources.push_back({"kea.example", number, {prefix("2001:db8:e0" + number + "::/48")}});
    }
    expect_names(only(), {"sources[8].prefixes", "and 12 more"});
    EXPECT_EQ(only().find("sources[9]"), std::string::npos);
}

TEST_F(RouteAdvice, NamesASourceThatIsPartlyOutside) {
    sources[0].prefixes.push_back(prefix("2001:db8:e000::/40"));
    expect_names(only(), {"inv: sources[0].prefixes: 2001:db8:e000::/40 not wholly inside",
                          "\"metro/6\"", "right where another anchor"});
    sources[0].prefixes = {prefix("2001:db8::/32")};
    expect_names(only(), {"sources[0].prefixes: 2001:db8::/32 not wholly inside"});
    sources[0].prefixes = {prefix("2001:db8:d000::/64")};
    EXPECT_EQ(only(), "") << "a part of the anchor's";
}

TEST_F(RouteAdvice, NamesAPrefixWithoutASource) {
    settings.anchor->prefixes.push_back(prefix("2001:db8:e000::/40"));
    expect_names(only(), {"anchor.prefixes[1]: 2001:db8:e000::/40", "no source's", "inv"});
}

TEST_F(RouteAdvice, NamesAFamilyWithoutALinkAddress) {
    settings.anchor->prefixes.push_back(prefix("10.213.0.0/16"));
    sources.push_back({"kea.example", "metro/4", {prefix("10.213.0.0/16")}});
    expect_names(only(),
                 {"inv: access-routers: none has an IPv4 address", "10.213.0.0/16", "giaddr"});
    routers[0].link_addresses.push_back(address("198.51.100.1"));
    EXPECT_EQ(only(), "");
    routers[0].link_addresses = {address("198.51.100.1")};
    expect_names(only(), {"none has an IPv6 address in \"link-addresses\"", "2001:db8:d000::/40"});
}

TEST_F(RouteAdvice, NamesTheTunnelAddressThatTheOwnAccessRouterDoesNotHave) {
    serve_access();
    settings.access->tunnel_address = address("2001:db8:5::2");
    expect_names(only(), {"inv: access-routers[0].tunnel-address: 2001:db8:5::1",
                          "access.tunnel-address, 2001:db8:5::2", "make them equal"});
    settings.access->anchors[0].name = "other.example";
    EXPECT_EQ(only(), "") << "it is another anchor's AR";
}

TEST_F(RouteAdvice, NamesTheOwnAccessRouterThatTheInventoryDoesNotKnow) {
    serve_access();
    routers[0].identity = "ar1.example";
    expect_names(only(), {"inv: access-routers: has no \"box.example\"",
                          "\"tunnel-address\": \"2001:db8:5::1\""});
}

TEST_F(RouteAdvice, NamesALinkAddressOfTheOwnAccessRouterThatTheInventoryLacks) {
    serve_access();
    settings.access->interfaces.push_back({"wlan1", address("2001:db8:b::1"), "wlan1"});
    expect_names(only(),
                 {"inv: access-routers[0].link-addresses: lacks 2001:db8:b::1 of \"wlan1\""});
}

TEST_F(RouteAdvice, NamesTheAttestationThatTheOwnAccessRouterCannotGive) {
    serve_access();
    settings.anchor->attestation = AttestationPolicy::kRequired;
    expect_names(only(), {"anchor.attestation: \"required\"", "\"attestation-socket\""});
    settings.access->attestation_socket = "/run/attestation.sock";
    EXPECT_EQ(only(), "");
}

TEST_F(RouteAdvice, NamesTheFileWithTheSecretsOfSessions) {
    settings.tls.key_log = "/tmp/keys";
    expect_names(only(), {"key-log-file: ", "/tmp/keys", "take it out"});
}

TEST_F(RouteAdvice, NamesInterfacesOfAnnouncementsThatAreNotThere) {
    const MulticastGroup core{address("ff05::4480"), "eth0"}, none{address("ff05::4480"), "eth7"};
    const auto absent = [&] {
        return absent_interfaces(settings, [](const auto& name) { return name == "eth0"; });
    };
    settings.anchor->announce.emplace();
    serve_access();
    settings.access->announcements.emplace();
    EXPECT_TRUE(absent().empty()) << "no group, no interface";
    settings.anchor->announce->group = settings.access->announcements->group = core;
    EXPECT_TRUE(absent().empty());
    settings.anchor->announce->group = settings.access->announcements->group = none;
    ASSERT_EQ(absent().size(), 2u);
    expect_names(absent()[0], {"anchor.announce.interface: \"eth7\" does not exist"});
    expect_names(absent()[1], {"access.announcements.interface: \"eth7\" does not exist"});
}

}  // namespace
}  // namespace mobility
