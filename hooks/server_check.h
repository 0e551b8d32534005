// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What in a Kea configuration would break mobility: the same checks for the hook library, which
// asks the server, and for the checker program, which reads the file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hooks/parameters.h"

namespace mobility {

/// A server's configuration: the content of "Dhcp4" or of "Dhcp6".
struct ServerSection {
    Family family = Family::kIpv6;
    isc::data::ConstElementPtr content;
};

/// Out of a whole configuration, of a file or of a running server. Throws ConfigurationError.
ServerSection server_section(const isc::data::ConstElementPtr& whole);

struct ServerFindings {
    std::size_t max_held = 0;           ///< Replies that may be parked at a time
    std::vector<std::string> warnings;  ///< what works but will surprise somebody
};

/// `library`: file name of the hook library, as it is found in "hooks-libraries". Throws
/// ConfigurationError with key, value and remedy.
ServerFindings check_server(const ServerSection& server, const HookParameters& parameters,
                            const std::string& library);

/// The library's own parameters in a server's configuration; nullptr when it is not loaded there.
isc::data::ConstElementPtr find_parameters(const isc::data::ConstElementPtr& server,
                                           const std::string& library);

}  // namespace mobility
