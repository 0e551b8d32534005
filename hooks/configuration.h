// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A configuration of the hook that has passed every check and can take effect.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hooks/domain.h"
#include "hooks/parameters.h"
#include "hooks/server_check.h"
#include "transport/tls_identity.h"

namespace mobility {

/// Immutable.
struct Configuration {
    Family family = Family::kIpv6;
    HookParameters parameters;
    Domain domain;
    TlsIdentity tls;
    std::string identity;  ///< a name in our certificate
    std::size_t max_held = 0;
    std::vector<std::string> warnings;
};

/// All checks: parameters, files, and the server's configuration. `library`: our file name in
/// "hooks-libraries". Throws ConfigurationError.
Configuration make_configuration(const isc::data::ConstElementPtr& parameters,
                                 const ServerSection& server, const std::string& library);

}  // namespace mobility
