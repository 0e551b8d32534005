// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is named and is not there: each is found by its key, and nothing else is.
#include "relay-agent/advice.h"

#include <gtest/gtest.h>

#include "daemon/config_file.h"

namespace mobility {
namespace {

constexpr const char* kWhole = R"({
    "access-interfaces": [
        {"name": "wlan0", "link-address": "2001:db8:a:1::1", "giaddr": "198.51.100.1"},
        {"name": "wlan1", "link-address": "2001:db8:a:2::1"}],
    "servers": ["2001:db8:c::1"], "source-address": "2001:db8:c::a:1",
    "dhcp4": {"servers": ["192.0.2.1"], "source-address": "192.0.2.7",
              "server-identifier-override": "10.213.0.1"}})";

IpAddress address(const std::string& text) { return *IpAddress::parse(text); }

class RelayAdvice : public testing::Test {
protected:
    std::vector<std::string> absent() const {
        return absent_here(read_relay_config(ConfigFile::parse(kWhole).root()), machine);
    }
    /// The only one; empty when there is none.
    std::string only() const {
        const auto all = absent();
        EXPECT_LE(all.size(), 1u);
        return all.empty() ? "" : all.front();
    }

    Machine machine{{"lo", "wlan0", "wlan1"},
                    {address("2001:db8:c::a:1"), address("198.51.100.1"), address("192.0.2.7"),
                     address("10.213.0.1")}};
};

TEST_F(RelayAdvice, IsNotNeededWhereAllIsThere) { EXPECT_EQ(only(), ""); }

TEST_F(RelayAdvice, NamesAnAccessInterfaceThatIsNotThere) {
    machine.interfaces.erase("wlan1");
    EXPECT_EQ(
        only(),
        "access-interfaces[1].name: \"wlan1\" does not exist on this machine: its clients are "
        "not heard; if it is not to come later, correct it");
}

TEST_F(RelayAdvice, SaysNothingOfAddressesThatComeWithTheirInterface) {
    machine.interfaces.erase("wlan0");
    machine.addresses.erase(address("198.51.100.1"));
    machine.addresses.erase(address("10.213.0.1"));
    EXPECT_EQ(only().substr(0, 25), "access-interfaces[0].name");
}

TEST_F(RelayAdvice, NamesAnAddressThatIsNotThere) {
    const std::pair<const char*, const char*> addresses[] = {
        {"2001:db8:c::a:1", "source-address: 2001:db8:c::a:1"},
        {"198.51.100.1", "access-interfaces[0].giaddr: 198.51.100.1"},
        {"192.0.2.7", "dhcp4.source-address: 192.0.2.7"},
        {"10.213.0.1", "dhcp4.server-identifier-override: 10.213.0.1"}};
    const auto whole = machine.addresses;
    for (const auto& [missing, named] : addresses) {
        machine.addresses = whole;
        machine.addresses.erase(address(missing));
        EXPECT_EQ(only().rfind(named + std::string(" is no address of this machine"), 0), 0u)
            << only();
    }
}

}  // namespace
}  // namespace mobility
