// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Typed values out of a configuration, and the words of every refusal.
#include "daemon/config_value.h"

#include <gtest/gtest.h>

#include <functional>

#include "daemon/config_file.h"

namespace mobility {
namespace {

/// What reading `text` complains about.
std::string refusal(const std::string& text, const std::function<void(const ConfigValue&)>& read) {
    const ConfigFile file = ConfigFile::parse(text);
    try {
        read(file.root());
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing";
}

/// Of the key "x" in a map.
std::string refusal_of_x(const std::string& value,
                         const std::function<void(const ConfigValue&)>& read) {
    return refusal("{\"x\": " + value + "}",
                   [&](const ConfigValue& root) { read(root.map({"x"}).required("x")); });
}

TEST(ConfigValue, ReadsEachType) {
    const ConfigFile file = ConfigFile::parse(R"({
        "text": "a", "flag": true, "number": -3, "address": "2001:db8::1", "v4": "192.0.2.1",
        "prefix": "2001:db8::/32", "list": ["a", "b"], "map": {"inner": 1}})");
    const ConfigMap map = file.root().map(
        {"text", "flag", "number", "address", "v4", "prefix", "list", "map", "absent"});
    EXPECT_EQ(map.required("text").string(), "a");
    EXPECT_TRUE(map.required("flag").boolean());
    EXPECT_EQ(map.required("number").integer(-5, 5), -3);
    EXPECT_EQ(map.required("address").global_ipv6_address().text(), "2001:db8::1");
    EXPECT_EQ(map.required("v4").address().text(), "192.0.2.1");
    EXPECT_EQ(map.required("prefix").prefix().text(), "2001:db8::/32");
    ASSERT_EQ(map.required("list").list_not_empty().size(), 2U);
    EXPECT_EQ(map.required("list").list()[1].string(), "b");
    EXPECT_EQ(map.required("list").list()[1].path(), "list[1]");
    EXPECT_EQ(map.required("map").map({"inner"}).required("inner").path(), "map.inner");
    EXPECT_FALSE(map.optional("absent"));
}

TEST(ConfigValue, AnErrorNamesPathValueAndWhatWasExpected) {
    const std::string text = R"({"access-interfaces": [{}, {"link-address": "fe80::1"}]})";
    EXPECT_EQ(
        refusal(
            text,
            [](const ConfigValue& root) {
                const auto interfaces =
                    root.map({"access-interfaces"}).required("access-interfaces").list();
                interfaces[1].map({"link-address"}).required("link-address").global_ipv6_address();
            }),
        "access-interfaces[1].link-address: \"fe80::1\" is link-local; expected a global "
        "IPv6 address");
}

TEST(ConfigValue, EveryAddressThatIsNotGlobalIsCalledWhatItIs) {
    const auto read = [](const ConfigValue& value) { value.global_ipv6_address(); };
    EXPECT_EQ(refusal_of_x("\"::\"", read),
              "x: \"::\" is unspecified; expected a global IPv6 address");
    EXPECT_EQ(refusal_of_x("\"::1\"", read),
              "x: \"::1\" is loopback; expected a global IPv6 address");
    EXPECT_EQ(refusal_of_x("\"ff02::1:2\"", read),
              "x: \"ff02::1:2\" is multicast; expected a global IPv6 address");
    EXPECT_EQ(refusal_of_x("\"192.0.2.1\"", read),
              "x: \"192.0.2.1\" is IPv4; expected a global IPv6 address");
    EXPECT_EQ(refusal_of_x("\"fd00::1\"", read), "nothing");
}

TEST(ConfigValue, WrongTypesAreRefused) {
    const auto string = [](const ConfigValue& value) { (void)value.string(); };
    const auto boolean = [](const ConfigValue& value) { (void)value.boolean(); };
    const auto number = [](const ConfigValue& value) { (void)value.integer(1, 65535); };
    const auto list = [](const ConfigValue& value) { (void)value.list(); };
    const auto map = [](const ConfigValue& value) { (void)value.map({}); };
    EXPECT_EQ(refusal_of_x("1", string), "x: 1 is a number; expected a string");
    EXPECT_EQ(refusal_of_x("null", string), "x: null is null; expected a string");
    EXPECT_EQ(refusal_of_x("\"true\"", boolean), "x: \"true\" is a string; expected true or false");
    EXPECT_EQ(refusal_of_x("\"547\"", number),
              "x: \"547\" is a string; expected a whole number from 1 to 65535");
    EXPECT_EQ(refusal_of_x("1.5", number),
              "x: 1.5 is a fraction; expected a whole number from 1 to 65535");
    EXPECT_EQ(refusal_of_x("{}", list), "x: {} is a map; expected a list");
    EXPECT_EQ(refusal_of_x("[]", map), "x: [] is a list; expected a map");
    EXPECT_EQ(refusal("true", map), "true is a boolean; expected a map");
}

TEST(ConfigValue, NumbersOutOfRangeAreRefused) {
    const auto port = [](const ConfigValue& value) { (void)value.integer(1, 65535); };
    for (const char* const number : {"0", "65536", "-1", "18446744073709551615"}) {
        EXPECT_EQ(refusal_of_x(number, port),
                  "x: " + std::string(number) +
                      " is out of range; expected a whole number from 1 to 65535");
    }
    EXPECT_EQ(refusal_of_x("1", port), "nothing");
    EXPECT_EQ(refusal_of_x("65535", port), "nothing");
}

TEST(ConfigValue, EmptyStringsListsAndBadAddressesAreRefused) {
    EXPECT_EQ(refusal_of_x("\"\"", [](const ConfigValue& value) { (void)value.string(); }),
              "x: \"\" is empty");
    EXPECT_EQ(refusal_of_x("[]", [](const ConfigValue& value) { (void)value.list_not_empty(); }),
              "x: [] is empty; expected at least one element");
    EXPECT_EQ(refusal_of_x("\"2001:db8::g\"", [](const ConfigValue& value) { value.address(); }),
              "x: \"2001:db8::g\" is not an IP address; expected one like \"2001:db8::1\"");
    const std::string not_a_prefix =
        refusal_of_x("\"2001:db8::1/32\"", [](const ConfigValue& value) { value.prefix(); });
    EXPECT_TRUE(not_a_prefix.starts_with(
        "x: \"2001:db8::1/32\" is not a prefix; expected one like \"2001:db8::/32\" ("))
        << not_a_prefix;
}

TEST(ConfigValue, AMissingKeyIsNamed) {
    EXPECT_EQ(refusal("{\"a\": {}}",
                      [](const ConfigValue& root) {
                          root.map({"a"}).required("a").map({"b"}).required("b");
                      }),
              "a: b is missing");
}

TEST(ConfigValue, AnUnknownKeyProposesASimilarOne) {
    const auto read = [](const ConfigValue& root) {
        root.map({"servers", "access-interfaces", "user"});
    };
    EXPECT_EQ(refusal("{\"server\": 1}", read),
              "unknown key \"server\"; did you mean \"servers\"?");
    EXPECT_EQ(refusal("{\"acces-interface\": 1}", read),
              "unknown key \"acces-interface\"; did you mean \"access-interfaces\"?");
    EXPECT_EQ(refusal("{\"timeout\": 1}", read),
              "unknown key \"timeout\"; known here: servers access-interfaces user");
}

TEST(ConfigValue, ALongValueIsShownInPart) {
    const std::string refused = refusal_of_x("\"" + std::string(1000, 'a') + "\"",
                                             [](const ConfigValue& value) { value.boolean(); });
    EXPECT_LT(refused.size(), 150U);
}

}  // namespace
}  // namespace mobility
