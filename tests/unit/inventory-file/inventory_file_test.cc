// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Prohibitions in the inventory, and that it is replaced as a whole or not at all.
#include "route-agent/settings.h"
#include "tests/unit/inventory-file/files.h"

namespace mobility {
namespace {

class InventoryFile : public Files {
protected:
    static std::string router(const std::string& more) {
        return R"({"identity": "ar1.example", "addresses": ["2001:db8:c::1"],
                   "link-addresses": ["2001:db8:a:1::1"], "tunnel-address": "2001:db8:5::1")" +
               more + "}";
    }
    void read(const std::string& routers, const std::string& more = "") {
        role.inventory_file = write(
            "inventory", "{\"access-routers\": [" + routers + "], \"sources\": []" + more + "}");
        read_inventory(role, inventory);
    }
    const AccessRouterClaim& ar1() {
        return *inventory.ar(*inventory.ar_by_identity("ar1.example"));
    }

    AnchorRole role;
    Inventory inventory;
};

TEST_F(InventoryFile, MayProhibitMns) {
    read(router(""), R"(, "prohibited-mns": ["00:03:00:01:02:03", "AB:cd"])");
    EXPECT_EQ(inventory.mns().prohibited,
              (std::unordered_set<MnId>{*MnId::parse("00:03:00:01:02:03"), *MnId::parse("ab:cd")}));
    EXPECT_FALSE(inventory.mns().authorized);
    read(router(""));
    EXPECT_TRUE(inventory.mns().prohibited.empty());
}

TEST_F(InventoryFile, MayProhibitAnArWithOrWithoutAReason) {
    read(router(""));
    EXPECT_FALSE(ar1().prohibited);
    read(router(R"(, "prohibited": true, "reason": "being rebuilt")"));
    EXPECT_EQ(ar1().prohibited, "being rebuilt");
    read(router(R"(, "prohibited": true)"));
    EXPECT_EQ(ar1().prohibited, "");
    read(router(R"(, "prohibited": false)"));
    EXPECT_FALSE(ar1().prohibited);
}

TEST_F(InventoryFile, NamesWhatIsWrongAndChangesNothing) {
    read(router(""), R"(, "prohibited-mns": ["00:01"])");
    const auto refused = [&](const std::string& routers, const std::string& more) {
        return refusal([&] { read(routers, more); });
    };
    expect_names(refused("", R"(, "prohibited-mns": ["00:02", "00:0"])"),
                 {"prohibited-mns[1]", "\"00:0\"", "expected hexadecimal pairs"});
    expect_names(refused("", R"(, "prohibited-mns": ["00:02", "00:02"])"),
                 {"prohibited-mns[1]", "twice"});
    expect_names(refused(router(R"(, "reason": "why")"), ""),
                 {"access-routers[0].reason", "\"prohibited\": true"});
    expect_names(refused(router(R"(, "prohibited": false, "reason": "why")"), ""),
                 {"access-routers[0].reason"});
    expect_names(refused(router(R"(, "prohibited": "yes")"), ""), {"access-routers[0].prohibited"});
    EXPECT_EQ(inventory.mns().prohibited, std::unordered_set<MnId>{*MnId::parse("00:01")});
    EXPECT_FALSE(ar1().prohibited);
}

TEST_F(InventoryFile, AndTheListOfAuthorizedMnsAreOneAllOrNothing) {
    role.authorized_mns_file = write("mns", "00:01\n");
    read(router(""));
    ASSERT_TRUE(inventory.mns().authorized);
    EXPECT_TRUE(inventory.mns().authorized->contains(*MnId::parse("00:01")));

    write("mns", "00:02\nnonsense\n");
    expect_names(refusal([&] { read("", R"(, "prohibited-mns": ["00:09"])"); }),
                 {*role.authorized_mns_file + ":2:"});
    EXPECT_TRUE(inventory.ar_by_identity("ar1.example"));
    EXPECT_TRUE(inventory.mns().prohibited.empty());
    EXPECT_TRUE(inventory.mns().authorized->contains(*MnId::parse("00:01")));

    write("mns", "00:02\n");
    EXPECT_NE(refusal([&] { read(router("") + "," + router("")); }), "") << "the other file";
    EXPECT_TRUE(inventory.mns().authorized->contains(*MnId::parse("00:01")));
}

}  // namespace
}  // namespace mobility
