// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// mobility-check-kea-config FILE: what libdhcp_mobility.so would say of a kea-dhcp6 configuration,
// before a restart. `kea-dhcp6 -t` cannot: it never loads a hook library.
#include <cstring>
#include <exception>
#include <iostream>

#include "hooks/configuration.h"
#include "hooks/kea_json_file.h"
#include "hooks/server_check.h"

namespace {

constexpr char kLibrary[] = "libdhcp_mobility.so";
constexpr char kUsage[] =
    "usage: mobility-check-kea-config FILE\n"
    "Checks the configuration of kea-dhcp6 as libdhcp_mobility.so will when it is loaded or\n"
    "reloaded: its parameters, the certificate files, and what in the server's configuration "
    "would\n"
    "break mobility. Run it as the user that kea-dhcp6 runs as, and kea-dhcp6 -t beside it.\n"
    "Exit status: 0 good, 1 refused, 2 wrong usage.\n";

int check(const std::string& path) {
    using namespace mobility;
    const auto file = read_kea_file(path);
    const auto dhcp6 = file->getType() == isc::data::Element::map ? file->get("Dhcp6") : nullptr;
    if (!dhcp6 || dhcp6->getType() != isc::data::Element::map) {
        throw ConfigurationError("\"Dhcp6\" is missing: this is no configuration of kea-dhcp6");
    }
    const auto parameters = find_parameters(dhcp6, kLibrary);
    if (!parameters) {
        throw ConfigurationError(std::string("\"hooks-libraries\" does not name ") + kLibrary);
    }
    const auto configuration = make_configuration(parameters, dhcp6, kLibrary);
    for (const auto& warning : configuration.warnings) {
        std::cout << path << ": warning: " << warning << "\n";
    }
    std::cout << path << ": good: source " << configuration.parameters.lease_domain << " as "
              << configuration.identity << ", " << configuration.parameters.anchors.size()
              << " anchor(s), at most " << configuration.max_held << " held Replies\n";
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count == 2 && (std::strcmp(words[1], "--help") == 0 || std::strcmp(words[1], "-h") == 0)) {
        std::cout << kUsage;
        return 0;
    }
    if (count != 2 || words[1][0] == '-') {
        std::cerr << kUsage;
        return 2;
    }
    try {
        return check(words[1]);
    } catch (const std::exception& error) {
        std::cerr << words[1] << ": " << error.what() << "\n";
        return 1;
    }
}
