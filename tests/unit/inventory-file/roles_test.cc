// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Authorities and announcements in a route agent's configuration and in the inventory.
#include "route-agent/settings.h"
#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

class RoleSettings : public Files {
protected:
    RouteAgentSettings read(const std::string& roles) {
        return read_settings(write("conf", R"({"identity": "node.example",
            "certificate-file": "a", "key-file": "b", "trust-anchor": "c", )" +
                                               roles + "}"));
    }
    static std::string anchor(const std::string& listen, const std::string& more) {
        return R"("anchor": {"listen": {"address": ")" + listen +
               R"(", "port": 4481}, "tunnel-address": "2001:db8:5::ffff",
                  "prefixes": ["2001:db8:d000::/40"], "inventory-file": "i")" +
               more + "}";
    }
    static std::string access(const std::string& anchors, const std::string& more) {
        return R"("access": {"tunnel-address": "2001:db8:5::a:1", "access-interfaces":
                  [{"name": "wlan0", "link-address": "2001:db8:a000::1"}], "anchors": [)" +
               anchors + "]" + more + "}";
    }
    void expect_refused(const std::string& roles, std::initializer_list<std::string> words) {
        expect_names(refusal([&] { read(roles); }), words);
    }

    static constexpr const char* kHere = R"({"name": "anchor.example", "address": "2001:db8::1"})";
};

TEST_F(RoleSettings, AnAuthorityHasAnchorsAndAFile) {
    const auto settings = read(R"("authority": {"anchors": [)" + std::string(kHere) +
                               R"(], "authorized-mns-file": "/etc/mns"})");
    ASSERT_TRUE(settings.authority);
    EXPECT_FALSE(settings.anchor || settings.access);
    EXPECT_EQ(settings.authority->authorized_mns_file, "/etc/mns");
    ASSERT_EQ(settings.authority->anchors.size(), 1u);
    EXPECT_EQ(settings.authority->anchors[0].address->text(), "[2001:db8::1]:4480");
}

TEST_F(RoleSettings, AnAuthorityWithoutOneOfThemIsRefused) {
    expect_refused(R"("authority": {"anchors": [], "authorized-mns-file": "f"})",
                   {"authority.anchors"});
    expect_refused(R"("authority": {"anchors": [)" + std::string(kHere) + "]}",
                   {"authorized-mns-file"});
    expect_refused(
        R"("authority": {"anchors": [{"name": "a.example"}], "authorized-mns-file": "f"})",
        {"authority.anchors[0]", "address"});
    expect_refused(R"("mode": "seg6")", {"no role", "\"authority\""});
}

TEST_F(RoleSettings, NothingIsAnnouncedAndNothingHeardByDefault) {
    EXPECT_FALSE(read(anchor("2001:db8::1", "")).anchor->announce);
    EXPECT_FALSE(read(access(kHere, "")).access->announcements);
}

TEST_F(RoleSettings, AnAnchorAnnouncesWhereItListens) {
    const auto role = *read(anchor("2001:db8::1", R"(, "announce": {"every": 5})")).anchor;
    ASSERT_TRUE(role.announce);
    EXPECT_EQ(role.announce->every, Seconds{5});
    EXPECT_EQ(role.announce->port, 4480);
    EXPECT_EQ(role.announce->announcement.identity, "node.example");
    EXPECT_EQ(role.announce->announcement.address.text(), "2001:db8::1");
    EXPECT_EQ(role.announce->announcement.port, 4481);
    EXPECT_EQ(role.announce->announcement.prefixes, role.prefixes);
}

TEST_F(RoleSettings, AnAnchorThatListensAnywhereSaysWhereToDial) {
    const auto role =
        *read(anchor("::", R"(, "announce": {"every": 5, "address": "2001:db8::7"})")).anchor;
    EXPECT_EQ(role.announce->announcement.address.text(), "2001:db8::7");
    expect_refused(anchor("::", R"(, "announce": {"every": 5})"), {"anchor.announce", "address"});
    expect_refused(anchor("::", R"(, "announce": {"every": 5, "address": "fe80::1"})"),
                   {"anchor.announce.address", "fe80::1"});
    expect_refused(anchor("::1", R"(, "announce": {"every": 0})"), {"announce.every", "0"});
    expect_refused(anchor("2001:db8::1", R"(, "announce": {})"), {"every"});
}

TEST_F(RoleSettings, AMulticastGroupNeedsAnInterface) {
    const std::string both = R"("group": "ff05::4480", "interface": "eth0")";
    const auto sent = *read(anchor("2001:db8::1", R"(, "announce": {"every": 5, )" + both + "}"))
                           .anchor->announce->group;
    EXPECT_EQ(sent.address.text(), "ff05::4480");
    EXPECT_EQ(sent.interface, "eth0");
    const auto with = [&](const std::string& more) {
        return access(kHere, R"(, "announcements": {"address": "::", )" + more + "}");
    };
    EXPECT_EQ(read(with(both)).access->announcements->group->interface, "eth0");
    expect_refused(with(R"("group": "ff05::4480")"), {"announcements.group", "interface"});
    expect_refused(with(R"("interface": "eth0")"), {"announcements.interface", "group"});
    expect_refused(with(R"("group": "2001:db8::1", "interface": "eth0")"), {"multicast"});
    expect_refused(with(R"("group": "224.0.0.1", "interface": "eth0")"), {"multicast"});
}

TEST_F(RoleSettings, AnAnchorMayBeKnownByNameWhereAnnouncementsAreHeard) {
    const std::string by_name = R"({"name": "anchor2.example"})";
    const auto role =
        *read(access(by_name, R"(, "announcements": {"address": "::", "port": 4499})")).access;
    EXPECT_FALSE(role.anchors[0].address);
    EXPECT_EQ(role.announcements->address.port, 4499);
    expect_refused(access(by_name, ""), {"access.anchors[0]", "address"});
    expect_refused(access(R"({"name": "anchor2.example", "port": 1})",
                          R"(, "announcements": {"address": "::"})"),
                   {"access.anchors[0].port", "address"});
    expect_refused(access(by_name + "," + by_name, R"(, "announcements": {"address": "::"})"),
                   {"access.anchors[1].name", "twice"});
}

TEST_F(RoleSettings, TheInventoryNamesAuthoritiesOnce) {
    AnchorRole role;
    Inventory inventory;
    const auto grant = [&](const std::string& authorities) {
        role.inventory_file = write("inventory", R"({"access-routers": [], "sources": [],
                                                     "authorities": [)" +
                                                     authorities + "]}");
        read_inventory(role, inventory);
    };
    const std::string aaa = R"({"identity": "aaa.example"})";
    grant(aaa);
    EXPECT_EQ(inventory.mns().authorities, std::set<std::string>{"aaa.example"});
    expect_names(refusal([&] { grant(aaa + "," + aaa); }), {"authorities[1].identity", "twice"});
    expect_names(refusal([&] { grant(R"({"name": "aaa.example"})"); }), {"authorities[0]"});
    EXPECT_EQ(inventory.mns().authorities.size(), 1u) << "what is refused changes nothing";
}

}  // namespace
}  // namespace mobility
