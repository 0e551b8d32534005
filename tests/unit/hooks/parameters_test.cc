// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The hook's parameters: what is accepted, and that each refusal names key and value.
#include "hooks/parameters.h"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "examples.h"

namespace mobility {
namespace {

using isc::data::Element;
using testing::HasSubstr;

std::string refusal(const std::string& json) {
    try {
        parse_parameters(Element::fromJSON(json), Family::kIpv6);
        return "accepted";
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

TEST(Parameters, AreReadWithTheirDefaults) {
    const auto parameters = parse_parameters(example_parameters(), Family::kIpv6);
    ASSERT_EQ(parameters.anchors.size(), 2u);
    EXPECT_EQ(parameters.anchors[0].name, "anchor1.example");
    EXPECT_EQ(parameters.anchors[0].address.text(), "[2001:db8:c::1]:4480");
    EXPECT_EQ(parameters.anchors[0].prefixes[0].text(), "2001:db8:d000::/40");
    EXPECT_EQ(parameters.lease_domain, "metro/6");
    EXPECT_FALSE(parameters.identity);
    EXPECT_EQ(parameters.tls.key, "/etc/kea/kea.key");
    EXPECT_EQ(parameters.hold_limit, Milliseconds(100));
    EXPECT_EQ(parameters.confirm_unknown, ConfirmUnknown::kSilent);
    EXPECT_EQ(parameters.on_refused, OnRefused::kSilent);
    EXPECT_FALSE(parameters.max_held);
    ASSERT_EQ(parameters.link_addresses.size(), 1u);
    EXPECT_EQ(parameters.link_addresses[0].subnet_id, 1u);
}

TEST(Parameters, AllThatMayBeSaidIsRead) {
    const auto parameters = parse_parameters(
        with(R"({"identity": "kea.example", "hold-limit": 250, "confirm-unknown": "not-on-link",
                 "on-refused": "send", "max-held": 64, "comment": "ours",
                 "user-context": {"a": 1}})"),
        Family::kIpv6);
    EXPECT_EQ(parameters.identity, "kea.example");
    EXPECT_EQ(parameters.hold_limit, Milliseconds(250));
    EXPECT_EQ(parameters.confirm_unknown, ConfirmUnknown::kNotOnLink);
    EXPECT_EQ(parameters.on_refused, OnRefused::kSend);
    EXPECT_EQ(parameters.max_held, 64u);
}

TEST(Parameters, SelfMadeAddressesAreRegisteredWhereTheOperatorWantsIt) {
    const auto read = [](const std::string& json) {
        return parse_parameters(with(json), Family::kIpv6).registration;
    };
    const auto off = read("{}");
    EXPECT_FALSE(off.on);
    EXPECT_EQ(off.longest, 2'592'000u);
    const auto on = read(R"({"register-addresses": true, "register-link-locals": true,
                             "register-lifetime": 4294967295})");
    EXPECT_TRUE(on.on && on.link_locals);
    EXPECT_EQ(on.longest, 4'294'967'295u);
    EXPECT_THAT(refusal(with(R"({"register-addresses": "yes"})")->str()),
                HasSubstr("\"register-addresses\" is \"yes\": expected true or false"));
    EXPECT_THAT(refusal(with(R"({"register-link-locals": true})")->str()),
                HasSubstr("expected \"register-addresses\": true beside it"));
    EXPECT_THAT(refusal(with(R"({"register-addresses": true, "register-lifetime": 59})")->str()),
                HasSubstr("\"register-lifetime\" is 59: expected"));
}

TEST(Parameters, ARefusedAttachmentHasThreeAnswers) {
    const auto answer = [](const std::string& value) {
        return parse_parameters(with("{\"on-refused\": \"" + value + "\"}"), Family::kIpv6)
            .on_refused;
    };
    EXPECT_EQ(answer("silent"), OnRefused::kSilent);
    EXPECT_EQ(answer("send"), OnRefused::kSend);
    EXPECT_EQ(answer("status"), OnRefused::kStatus);
}

TEST(Parameters, MissingOnesAreRefused) {
    for (const std::string key :
         {"lease-domain", "certificate-file", "key-file", "trust-anchor", "anchors"}) {
        EXPECT_THAT(refusal(without(key)->str()), HasSubstr("\"" + key + "\" is missing"));
    }
    EXPECT_THAT(refusal("[]"), HasSubstr("parameters is [  ]"));
    EXPECT_THAT(refusal("[]"), HasSubstr("expected a map"));
    EXPECT_THROW(parse_parameters(nullptr, Family::kIpv6), ConfigurationError);
}

struct Bad {
    const char* change;
    const char* complaint;
};

class BadParameters : public testing::TestWithParam<Bad> {};

TEST_P(BadParameters, AreRefusedByNameAndValue) {
    EXPECT_THAT(refusal(with(GetParam().change)->str()), HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Values, BadParameters,
    testing::Values(
        Bad{R"({"hold-limit": "fast"})", R"("hold-limit" is "fast": expected a number 1..10000)"},
        Bad{R"({"hold-limit": 0})", R"("hold-limit" is 0)"},
        Bad{R"({"hold-limit": 10001})", R"("hold-limit" is 10001)"},
        Bad{R"({"max-held": -1})", R"("max-held" is -1)"},
        Bad{R"({"hold-limits": 1})", R"("hold-limits" is not a parameter)"},
        Bad{R"({"lease-domain": "metro"})", R"("lease-domain" is "metro": expected a name that)"},
        Bad{R"({"lease-domain": "metro/4"})", R"(ends in "/6")"},
        Bad{R"({"lease-domain": "/6"})", R"("lease-domain" is "/6")"},
        Bad{R"({"key-file": ""})", R"("key-file" is "": expected a text)"},
        Bad{R"({"key-file": 7})", R"("key-file" is 7)"},
        Bad{R"({"confirm-unknown": "loud"})",
            R"("confirm-unknown" is "loud": expected "silent" or "not-on-link")"},
        Bad{R"({"on-refused": true})",
            R"("on-refused" is true: expected "silent" or "send" or "status")"},
        Bad{R"({"anchors": []})", R"("anchors" is [  ]: expected a list with at least one)"},
        Bad{R"({"anchors": {}})", R"("anchors" is {  }: expected a list of maps)"},
        Bad{R"({"anchors": [3]})", R"(anchors[0] is 3)"},
        Bad{R"({"link-addresses": [{"subnet-id": 1}]})",
            R"("link-addresses[0].prefixes" is missing)"},
        Bad{R"({"link-addresses": [{"subnet-id": 0, "prefixes": ["::/0"]}]})",
            R"("link-addresses[0].subnet-id" is 0)"},
        Bad{R"({"link-addresses": [{"subnet-id": 1, "prefixes": ["2001:db8::/32"]},
                                   {"subnet-id": 2, "prefixes": ["2001:db8:1::/48"]}]})",
            R"("link-addresses[1].prefixes" has 2001:db8:1::/48, which overlaps 2001:db8::/32 in )"
            R"("link-addresses[0].prefixes")"},
        Bad{R"({"link-addresses": [{"subnet-id": 1,
                                    "prefixes": ["2001:db8:1::/64", "2001:db8:1::/64"]}]})",
            R"(which overlaps 2001:db8:1::/64)"}));

INSTANTIATE_TEST_SUITE_P(
    Anchors, BadParameters,
    testing::Values(
        Bad{R"({"anchors": [{"address": "::1", "port": 1, "prefixes": ["::/0"]}]})",
            R"("anchors[0].name" is missing)"},
        Bad{R"({"anchors": [{"name": "a", "address": "nowhere", "port": 1, "prefixes": ["::/0"]}]})",
            R"("anchors[0].address" is "nowhere": expected an IP address)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::", "port": 1, "prefixes": ["::/0"]}]})",
            R"("anchors[0].address" is "::")"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 70000, "prefixes": ["::/0"]}]})",
            R"("anchors[0].port" is 70000: expected a number 1..65535)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": []}]})",
            R"("anchors[0].prefixes" is [  ])"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": ["10.0.0.0/8"]}]})",
            R"(expected a list of IPv6 prefixes)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": ["2001:db8::1/32"]}]})",
            R"(bits behind the length zero)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": ["::/1"],
                             "weight": 3}]})",
            R"("anchors[0].weight" is not a parameter)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": ["::/1"]},
                            {"name": "a", "address": "::1", "port": 2, "prefixes": ["8000::/1"]}]})",
            R"("anchors[1].name" is "a": expected a name that no other anchor has)"},
        Bad{R"({"anchors": [{"name": "a", "address": "::1", "port": 1, "prefixes": ["2001:db8:8000::/33"]},
                            {"name": "b", "address": "::1", "port": 2,
                             "prefixes": ["2001:db8::/33", "2001:db8:9000::/36"]}]})",
            R"("anchors[1].prefixes" has 2001:db8:9000::/36, which overlaps 2001:db8:8000::/33)"}));

}  // namespace
}  // namespace mobility
