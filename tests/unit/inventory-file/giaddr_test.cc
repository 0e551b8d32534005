// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The IPv4 addresses by which an access link is known: at its AR, and in the anchor's inventory.
#include "route-agent/settings.h"
#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

class Giaddr : public Files {
protected:
    std::vector<AccessInterface> read(const std::string& interfaces) {
        return read_settings(write("conf", R"({"identity": "ar1.example", "certificate-file": "a",
            "key-file": "b", "trust-anchor": "c", "access": {"tunnel-address": "2001:db8:5::1",
            "anchors": [{"name": "anchor.example", "address": "::1"}],
            "access-interfaces": [)" + interfaces +
                                               "]}}"))
            .access->interfaces;
    }
    static std::string wlan(int number, const std::string& more = "") {
        const auto text = std::to_string(number);
        return R"({"name": "wlan)" + text + R"(", "link-address": "2001:db8:a:)" + text +
               R"(::1", "interface-id": "radio")" + more + "}";
    }
};

TEST_F(Giaddr, IsOneMoreLinkAddressOfItsInterface) {
    const auto found = read(wlan(1, R"(, "giaddr": "198.51.100.1")") + "," + wlan(2));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].link_address.text(), "2001:db8:a:1::1");
    EXPECT_EQ(found[1].name, "wlan1");
    EXPECT_EQ(found[1].link_address.text(), "198.51.100.1");
    EXPECT_EQ(found[1].interface_id, "radio");
    EXPECT_EQ(found[2].name, "wlan2");
}

TEST_F(Giaddr, ThatCannotBeMeantIsRefusedByName) {
    for (const std::string value : {"2001:db8::1", "169.254.0.1", "0.0.0.0", "224.0.0.1"}) {
        expect_names(refusal([&] { read(wlan(1, R"(, "giaddr": ")" + value + "\"")); }),
                     {"access-interfaces[0].giaddr", value, "expected an IPv4 address"});
    }
    const std::string same = R"(, "giaddr": "198.51.100.1")";
    expect_names(refusal([&] { read(wlan(1, same) + "," + wlan(2, same)); }),
                 {"access-interfaces[1]", "wlan1"});
}

TEST_F(Giaddr, StandsAmongTheLinkAddressesOfItsArInTheInventory) {
    AnchorRole role;
    Inventory inventory;
    const auto read_links = [&](const std::string& links) {
        role.inventory_file = write("inventory", R"({"access-routers": [{"identity": "ar1.example",
            "addresses": ["2001:db8:c::1", "192.0.2.1"], "tunnel-address": "2001:db8:5::1",
            "link-addresses": [)" + links + R"(]}], "sources": []})");
        read_inventory(role, inventory);
    };
    read_links(R"("2001:db8:a:1::1", "198.51.100.1")");
    EXPECT_EQ(inventory.ar_by_link_address(*IpAddress::parse("198.51.100.1")),
              inventory.ar_by_identity("ar1.example"));
    expect_names(refusal([&] { read_links(R"("127.0.0.1")"); }),
                 {"access-routers[0].link-addresses[0]", "127.0.0.1"});
}

}  // namespace
}  // namespace mobility
