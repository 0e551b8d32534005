// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// mobility-check-kea-config FILE: what libdhcp_mobility.so would say of a configuration of
// kea-dhcp4 or kea-dhcp6, before a restart. Their own -t cannot: it never loads a hook library.
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
    "       mobility-check-kea-config -h | --help\n"
    "Checks the configuration of kea-dhcp4 or kea-dhcp6 as libdhcp_mobility.so will when it is\n"
    "loaded or reloaded: its parameters, the certificate files, and what in the server's\n"
    "configuration would break mobility. Run it as the user that the server runs as, and the\n"
    "server's own -t beside it.\n"
    "Exit status: 0 good, 1 refused, 2 wrong usage.\n";

int check(const std::string& path) {
    using namespace mobility;
    const auto server = server_section(read_kea_file(path));
    const auto parameters = find_parameters(server.content, kLibrary);
    if (!parameters) {
        throw ConfigurationError(std::string("\"hooks-libraries\" does not name ") + kLibrary);
    }
    const auto configuration = make_configuration(parameters, server, kLibrary);
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
