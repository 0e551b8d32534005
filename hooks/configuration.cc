// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// From JSON and files to a configuration in force.
#include "hooks/configuration.h"

#include <algorithm>
#include <utility>

namespace mobility {
namespace {

std::string own_name(const HookParameters& parameters, const TlsIdentity& tls) {
    const auto& names = tls.names();
    if (!parameters.identity) return names.front();
    if (std::find(names.begin(), names.end(), *parameters.identity) != names.end()) {
        return *parameters.identity;
    }
    std::string has;
    for (const auto& name : names) has += (has.empty() ? "" : ", ") + name;
    throw ConfigurationError("\"identity\" is \"" + *parameters.identity +
                             "\": the certificate in \"certificate-file\" (" +
                             parameters.tls.certificate + ") is for " + has +
                             "; use one of these or another certificate");
}

}  // namespace

Configuration make_configuration(const isc::data::ConstElementPtr& json,
                                 const ServerSection& server, const std::string& library) {
    auto parameters = parse_parameters(json, server.family);
    auto findings = check_server(server, parameters, library);
    auto tls = TlsIdentity::load(parameters.tls);
    if (!tls) throw ConfigurationError(tls.error());
    auto warnings = std::move(findings.warnings);
    warnings.insert(warnings.end(), tls->faults().begin(), tls->faults().end());
    warnings.insert(warnings.end(), tls->warnings().begin(), tls->warnings().end());
    auto identity = own_name(parameters, *tls);
    Domain domain(parameters);
    return {server.family,       std::move(parameters), std::move(domain),  std::move(*tls),
            std::move(identity), findings.max_held,     std::move(warnings)};
}

}  // namespace mobility
