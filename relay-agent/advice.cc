// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Compares names and addresses.
#include "relay-agent/advice.h"

#include <algorithm>

namespace mobility {
namespace {

constexpr const char* kRemedy = "; if it is not to come later, correct it";

class Absent {
public:
    explicit Absent(const Machine& machine) : machine_(machine) {}

    void look_for(const std::string& key, const IpAddress& address, const char* consequence) {
        if (machine_.addresses.contains(address)) return;
        lines_.push_back(key + ": " + address.text() +
                         " is no address of this machine: " + consequence + kRemedy);
    }
    void look_for(const std::string& key, const AccessInterface& interface) {
        if (!machine_.interfaces.contains(interface.name)) {
            // Where it comes, its addresses come.
            lines_.push_back(key + ".name: \"" + interface.name +
                             "\" does not exist on this machine: its clients are not heard" +
                             kRemedy);
        } else if (interface.dhcp4) {
            look_for(key + ".giaddr", interface.dhcp4->giaddr,
                     "DHCPv4 servers' answers do not come here");
        }
    }
    std::vector<std::string> lines() && { return std::move(lines_); }

private:
    const Machine& machine_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> absent_here(const RelayConfig& config, const Machine& machine) {
    Absent absent(machine);
    const auto& interfaces = config.access_interfaces;
    for (std::size_t i = 0; i < interfaces.size(); ++i) {
        absent.look_for("access-interfaces[" + std::to_string(i) + "]", interfaces[i]);
    }
    constexpr const char* kCannotSend = "nothing can be sent from it";
    if (config.source_address) {
        absent.look_for("source-address", *config.source_address, kCannotSend);
    }
    if (!config.dhcp4) return std::move(absent).lines();
    if (config.dhcp4->source_address) {
        absent.look_for("dhcp4.source-address", *config.dhcp4->source_address, kCannotSend);
    }
    const bool whole = std::ranges::all_of(interfaces, [&](const AccessInterface& each) {
        return machine.interfaces.contains(each.name);
    });
    if (whole && config.dhcp4->server_identifier_override) {
        absent.look_for("dhcp4.server-identifier-override",
                        *config.dhcp4->server_identifier_override,
                        "clients that renew or release by it are not heard");
    }
    return std::move(absent).lines();
}

}  // namespace mobility
