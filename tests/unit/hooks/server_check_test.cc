// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What in a Kea configuration is refused because it would break mobility.
#include "hooks/server_check.h"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "examples.h"

namespace mobility {
namespace {

using isc::data::Element;
using isc::data::ElementPtr;
using testing::ElementsAre;
using testing::HasSubstr;

const char kLibrary[] = "libdhcp_mobility.so";

ElementPtr example_server() {
    return Element::fromJSON(R"({
        "hooks-libraries": [ { "library": "/usr/lib/kea/libdhcp_lease_cmds.so" },
                             { "library": "/usr/lib/kea/libdhcp_mobility.so",
                               "parameters": { "lease-domain": "metro/6" } } ],
        "subnet6": [
            { "id": 1, "subnet": "2001:db8:d000::/64",
              "pools": [ { "pool": "2001:db8:d000::1:0 - 2001:db8:d000::1:ffff" },
                         { "pool": "2001:db8:d000::2:0/112" } ],
              "pd-pools": [ { "prefix": "2001:db8:d080::", "prefix-len": 48,
                              "delegated-len": 64 } ] },
            { "id": 2, "subnet": "2001:db8:d100::/64" },
            { "id": 3, "subnet": "2001:db8:ffff::/64", "cache-threshold": 0.5 }
        ]
    })");
}

ServerFindings check(const ElementPtr& server,
                     const ElementPtr& parameters = example_parameters()) {
    return check_server({Family::kIpv6, server}, parse_parameters(parameters, Family::kIpv6),
                        kLibrary);
}

std::string refusal(const ElementPtr& server, const ElementPtr& parameters = example_parameters()) {
    try {
        check(server, parameters);
        return "accepted";
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

std::string refusal_of_subnet(const std::string& subnet) {
    return refusal(with(R"({"subnet6": [)" + subnet + "]}", example_server()));
}

TEST(ServerCheck, AGoodServerPassesAndThreeQuartersOfItsParkingLotMayBeUsed) {
    const auto findings = check(example_server());
    EXPECT_EQ(findings.max_held, 192u);
    EXPECT_TRUE(findings.warnings.empty());
    EXPECT_EQ(check(with(R"({"parked-packet-limit": 1000})", example_server())).max_held, 750u);
    EXPECT_EQ(check(with(R"({"parked-packet-limit": 0})", example_server())).max_held, 1024u);
}

TEST(ServerCheck, MaxHeldMustLeaveRoomInTheParkingLot) {
    EXPECT_EQ(check(example_server(), with(R"({"max-held": 224})")).max_held, 224u);
    EXPECT_THAT(refusal(example_server(), with(R"({"max-held": 225})")),
                HasSubstr("\"max-held\" is 225: with \"parked-packet-limit\" 256 it may be 224"));
}

TEST(ServerCheck, LeaseCachingIsRefusedWhereClientsMove) {
    const std::string pools = R"("id": 1, "subnet": "2001:db8:d000::/64")";
    EXPECT_THAT(refusal_of_subnet("{" + pools + R"(, "cache-threshold": 0.25})"),
                HasSubstr("\"cache-threshold\" is 0.25 for subnet 1 (2001:db8:d000::/64)"));
    EXPECT_THAT(refusal(with(R"({"cache-max-age": 600})", example_server())),
                HasSubstr("\"cache-max-age\" is 600"));
    EXPECT_THAT(refusal(with(R"({"subnet6": [], "shared-networks": [ { "name": "n",
                    "cache-max-age": 5, "subnet6": [ { "id": 1, "subnet": "2001:db8:d000::/64" },
                    { "id": 2, "subnet": "2001:db8:d000:1::/64" } ] } ]})",
                             example_server())),
                HasSubstr("\"cache-max-age\" is 5"));
    EXPECT_EQ(check(with(R"({"cache-threshold": 0.0})", example_server())).max_held, 192u);
    EXPECT_THAT(refusal(with(R"({"cache-threshold": 0.5, "subnet6": [ { "id": 1,
                    "subnet": "2001:db8:d000::/64", "cache-threshold": 0.0 } ]})",
                             example_server())),
                HasSubstr("accepted"));
}

TEST(ServerCheck, ASubnetOrPoolOnlyPartlyInsideIsRefused) {
    EXPECT_THAT(refusal_of_subnet(R"({"id": 1, "subnet": "2001:db8::/32"})"),
                HasSubstr("subnet 1 (2001:db8::/32) is only partly inside 2001:db8:d000::/40 of "
                          "anchor \"anchor1.example\""));
    EXPECT_THAT(refusal_of_subnet(R"({"id": 1, "subnet": "2001:db8:d000::/64", "pd-pools":
                    [ { "prefix": "2001:db8:c000::", "prefix-len": 35, "delegated-len": 64 } ]})"),
                HasSubstr("pool \"2001:db8:c000::/35\" of subnet 1 (2001:db8:d000::/64) is only "
                          "partly inside"));
}

TEST(ServerCheck, PrefixesThatContainNothingServedAreRefused) {
    EXPECT_THAT(refusal_of_subnet(R"({"id": 1, "subnet": "2001:db8:ffff::/64"})"),
                HasSubstr("no subnet or pool lies inside any anchor's \"prefixes\""));
}

TEST(ServerCheck, ASharedNetworkThatSplitsTheDomainIsRefused) {
    EXPECT_THAT(refusal(with(R"({"shared-networks": [ { "name": "wifi", "subnet6": [
                    { "id": 11, "subnet": "2001:db8:d000:1::/64" },
                    { "id": 12, "subnet": "2001:db8:fff0::/64" } ] } ]})",
                             example_server())),
                HasSubstr("shared network \"wifi\" splits the domain: subnet 11 "
                          "(2001:db8:d000:1::/64) belongs to an anchor, subnet 12 "
                          "(2001:db8:fff0::/64) to none"));
}

TEST(ServerCheck, AnAccessRouterNamedTwiceIsRefused) {
    const auto relay = [](const std::string& id, const std::string& address) {
        return R"({"id": )" + id + R"(, "subnet": "2001:db8:d000:)" + id +
               R"(::/64", "relay": {"ip-addresses": ["2001:db8:b::1", ")" + address + R"("]}})";
    };
    EXPECT_THAT(refusal_of_subnet(relay("1", "2001:db8:b::2") + "," + relay("2", "2001:db8:b::3")),
                HasSubstr("link-address 2001:db8:b::1 is named twice: \"relay\" of subnet 2 "
                          "(2001:db8:d000:2::/64) and of subnet 1"));
    EXPECT_THAT(refusal_of_subnet(R"({"id": 1, "subnet": "2001:db8:d000::/64"},)" +
                                  relay("2", "2001:db8:a000::7")),
                HasSubstr("link-address 2001:db8:a000::7 is named twice: \"relay\" of subnet 2 "
                          "(2001:db8:d000:2::/64) and \"link-addresses\" of subnet 1"));
    EXPECT_THAT(refusal(with(R"({"shared-networks": [ { "name": "n",
                    "relay": {"ip-addresses": ["2001:db8:b::1"]}, "subnet6": [
                    { "id": 11, "subnet": "2001:db8:d000:1::/64" },
                    { "id": 12, "subnet": "2001:db8:d000:2::/64" } ] } ]})",
                             example_server())),
                HasSubstr("accepted"));
}

TEST(ServerCheck, LinkAddressesOfASubnetThatIsNotThereAreRefused) {
    const auto parameters =
        with(R"({"link-addresses": [{"subnet-id": 9, "prefixes": ["2001:db8:a000::/48"]}]})");
    EXPECT_THAT(refusal(example_server(), parameters),
                HasSubstr("\"link-addresses[0].subnet-id\" is 9: no subnet has this \"id\""));
    EXPECT_THAT(
        refusal(with(R"({"subnet6": [ { "subnet": "2001:db8:d000::/64" } ]})", example_server()),
                parameters),
        HasSubstr("write an \"id\" into each subnet"));
}

TEST(ServerCheck, TheLibraryMustStandBehindHighAvailability) {
    const auto behind = [](const std::string& name) {
        return with(R"({"hooks-libraries": [ { "library": "/x/libdhcp_mobility.so" },
                                             { "library": "/x/)" +
                        name + R"(" } ]})",
                    example_server());
    };
    EXPECT_THAT(refusal(behind("libdhcp_ha.so")), HasSubstr("put libdhcp_mobility.so last"));
    EXPECT_THAT(refusal(behind("libdhcp_mobility.so")), HasSubstr("twice: remove one"));
    EXPECT_THAT(check(behind("libdhcp_flex_option.so")).warnings,
                ElementsAre(HasSubstr("libdhcp_flex_option.so behind libdhcp_mobility.so")));
    EXPECT_TRUE(check(behind("libdhcp_stat_cmds.so")).warnings.empty());
}

TEST(ServerCheck, OfRegisteredAddressesAnHaPartnerHearsNothing) {
    const auto server = with(R"({"hooks-libraries": [ { "library": "/x/libdhcp_ha.so" },
                                                      { "library": "/x/libdhcp_mobility.so" } ]})",
                             example_server());
    EXPECT_TRUE(check(server).warnings.empty());
    EXPECT_THAT(check(server, with(R"({"register-addresses": true})")).warnings,
                ElementsAre(HasSubstr("the partner hears nothing of registered addresses")));
    EXPECT_TRUE(check(example_server(), with(R"({"register-addresses": true})")).warnings.empty());
}

ServerFindings check4(const std::string& changes = "{}") {
    const auto parameters = with(R"({"lease-domain": "metro/4",
        "anchors": [ { "name": "anchor1.example", "address": "::1", "port": 4480,
                       "prefixes": [ "10.0.0.0/8" ] } ],
        "link-addresses": [ { "subnet-id": 1, "prefixes": [ "198.51.100.0/24" ] } ]})");
    const auto server = with(changes, Element::fromJSON(R"({ "subnet4": [
        { "id": 1, "subnet": "10.1.0.0/16", "pools": [ { "pool": "10.1.1.0/24" } ] } ],
        "hooks-libraries": [ { "library": "/x/libdhcp_mobility.so" },
                             { "library": "/x/libdhcp_flex_option.so" } ] })"));
    return check_server({Family::kIpv4, server}, parse_parameters(parameters, Family::kIpv4),
                        kLibrary);
}

TEST(ServerCheck, AServerOfDhcpv4IsCheckedLikewise) {
    EXPECT_EQ(check4().max_held, 192u);
    EXPECT_TRUE(check4().warnings.empty()) << "it has no Confirm";
    for (const std::string subnet :
         {R"("subnet": "10.1.0.0/16", "cache-threshold": 0.25)", R"("subnet": "8.0.0.0/6")",
          R"("subnet": "10.1.0.0/16", "pools": [ { "pool": "9.255.255.1 - 10.1.0.9" } ])",
          R"("subnet": "192.168.0.0/16")", R"("subnet": "2001:db8::/32/4")"}) {
        EXPECT_THROW(check4(R"({"subnet4": [ { "id": 1, )" + subnet + "} ]}"), ConfigurationError)
            << subnet;
    }
    EXPECT_THROW(check4(R"({"max-held": 1, "subnet4": []})"), ConfigurationError);
}

TEST(ServerCheck, TheFamilyIsThatOfTheServer) {
    EXPECT_EQ(server_section(Element::fromJSON(R"({"Dhcp4": {}})")).family, Family::kIpv4);
    EXPECT_EQ(server_section(Element::fromJSON(R"({"Dhcp6": {}})")).family, Family::kIpv6);
    EXPECT_THROW(server_section(Element::fromJSON(R"({"Dhcp4": []})")), ConfigurationError);
    EXPECT_THROW(server_section(Element::fromJSON("[]")), ConfigurationError);
}

TEST(ServerCheck, FindsTheParametersOfTheLibrary) {
    EXPECT_EQ(find_parameters(example_server(), kLibrary)->str(),
              "{ \"lease-domain\": \"metro/6\" }");
    EXPECT_EQ(find_parameters(example_server(), "libdhcp_other.so"), nullptr);
    EXPECT_EQ(find_parameters(Element::createMap(), kLibrary), nullptr);
}

TEST(ServerCheck, MalformedSubnetsAndPoolsAreNamed) {
    EXPECT_THAT(refusal_of_subnet(R"({"id": 1, "subnet": "here"})"),
                HasSubstr("\"subnet\" is \"here\""));
    EXPECT_THAT(refusal_of_subnet(
                    R"({"id": 1, "subnet": "2001:db8:d000::/64", "pools": [{"pool": "all"}]})"),
                HasSubstr("\"pool\" is \"all\""));
    EXPECT_THAT(
        refusal_of_subnet(
            R"({"id": 1, "subnet": "2001:db8:d000::/64", "pd-pools": [{"prefix": "::1"}]})"),
        HasSubstr("\"pd-pools\" has \"::1/missing\""));
}

}  // namespace
}  // namespace mobility
