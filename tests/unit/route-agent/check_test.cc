// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A whole configuration with its certificate: what is refused, and what is worth a warning.
#include "route-agent/check.h"

#include <algorithm>

#include "tests/unit/inventory-file/files.h"
#include "tests/unit/transport/certificates.h"

namespace mobility {
namespace {

class RouteAgentCheck : public Files {
protected:
    std::vector<std::string> check(const TlsFiles& tls) {
        write("inventory", R"({"access-routers": [], "sources": []})");
        write("mns", "00:01\n");
        return check_configuration(
            write("conf", R"({"identity": "node.example", "certificate-file": ")" +
                              tls.certificate + R"(", "key-file": ")" + tls.key +
                              R"(", "trust-anchor": ")" + tls.trust_anchor + "\", " + roles + "}"));
    }
    std::string refusal(const TlsFiles& tls) {
        return Files::refusal([&] { check(tls); });
    }
    TlsFiles issued(const testing::CertificateRequest& request) {
        return certificates.files(certificates.domain.issue(request), certificates.domain);
    }
    bool warned(const std::string& word) {
        const auto warnings = check(certificates.files("DNS:node.example"));
        return std::ranges::any_of(warnings, [&](const std::string& each) {
            return each.find(word) != std::string::npos;
        });
    }
    std::string anchor(const std::string& more) const {
        return R"("anchor": {"listen": {"address": "::1"}, "tunnel-address": "2001:db8:5::9",
                  "prefixes": ["2001:db8:d000::/40"], "inventory-file": ")" +
               folder.path("inventory") + "\"" + more + "}";
    }

    testing::Certificates certificates;
    std::string roles = R"("authority": {"anchors": [{"name": "a.example", "address": "::1"}],
                           "authorized-mns-file": ")" +
                        folder.path("mns") + "\"}";
};

TEST_F(RouteAgentCheck, FindsNothingInWhatIsRight) {
    EXPECT_TRUE(check(certificates.files("DNS:node.example")).empty());
    EXPECT_TRUE(check(certificates.files("DNS:other.example,DNS:node.example")).empty());
}

TEST_F(RouteAgentCheck, RefusesACertificateThatIsNotValidNow) {
    expect_names(refusal(issued({.names = "DNS:node.example", .ends_in = -100})),
                 {"certificate-file ", "expired on 20", "renew it"});
    expect_names(refusal(issued({.names = "DNS:node.example", .starts_in = 1000})),
                 {"certificate-file ", "is not valid before 20", "set the clock"});
}

TEST_F(RouteAgentCheck, RefusesACertificateOfAnotherAuthority) {
    auto tls = certificates.files("DNS:node.example");
    tls.trust_anchor =
        certificates.folder.write("foreign", certificates.foreign.self().certificate_pem());
    expect_names(refusal(tls), {"certificate-file ", "trust-anchor " + tls.trust_anchor});
}

TEST_F(RouteAgentCheck, RefusesAnIdentityThatTheCertificateDoesNotName) {
    expect_names(refusal(certificates.files("DNS:a.example,URI:urn:x:a")),
                 {"identity: \"node.example\"", "(a.example, urn:x:a)", "use one of these"});
    expect_names(refusal(certificates.files("DNS:Node.example")),
                 {"identity: \"node.example\"", "letter by letter"});
}

TEST_F(RouteAgentCheck, RefusesACertificateThatIsNotForTheRole) {
    const auto server = issued({.names = "DNS:node.example", .usages = "serverAuth"});
    const auto client = issued({.names = "DNS:node.example", .usages = "clientAuth"});
    EXPECT_EQ(refusal(client), "") << "it dials";
    expect_names(refusal(server), {"certificate-file ", "not for clientAuth"});
    roles = anchor("");
    EXPECT_EQ(refusal(server), "") << "it listens";
    expect_names(refusal(client), {"certificate-file ", "not for serverAuth"});
}

TEST_F(RouteAgentCheck, RefusesAKeyOfAnotherCertificate) {
    auto tls = certificates.files("DNS:node.example");
    tls.key = certificates.files("DNS:node.example").key;
    expect_names(refusal(tls), {"key-file ", "does not match"});
}

TEST_F(RouteAgentCheck, WarnsOfWhatTheInventoryLacks) {
    roles = anchor("");
    EXPECT_TRUE(warned("anchor.prefixes[0]: 2001:db8:d000::/40"));
}

TEST_F(RouteAgentCheck, WarnsOfWhatThisMachineLacks) {
    roles = anchor(R"(, "announce": {"every": 1, "address": "2001:db8::1",
                                     "group": "ff05::1", "interface": "km-none"})");
    EXPECT_TRUE(warned("anchor.announce.interface: \"km-none\""));
    roles = R"("access": {"tunnel-address": "2001:db8:5::1", "anchors": [
                   {"name": "a.example", "address": "::1"}], "access-interfaces": [
                   {"name": "km-none", "link-address": "2001:db8:a::1"}]})";
    EXPECT_TRUE(warned("access-interfaces: \"km-none\" does not exist"));
}

TEST_F(RouteAgentCheck, WarnsOfACoreWithoutRoomForTheOuterHeader) {
    const auto with = [](const std::string& mode) {
        return "\"mode\": \"" + mode + R"(", "access": {"core-mtu": 1500,
                   "tunnel-address": "2001:db8:5::1", "anchors": [
                   {"name": "a.example", "address": "::1"}], "access-interfaces": [
                   {"name": "lo", "link-address": "2001:db8:a::1"}]})";
    };
    roles = with("seg6");
    EXPECT_TRUE(warned("core-mtu: 1500 is less than the MTU of lo"));
    roles = with("routed");
    EXPECT_FALSE(warned("core-mtu"));
}

}  // namespace
}  // namespace mobility
