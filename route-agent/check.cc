// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads what the start reads, and asks the kernel what the start asks it.
#include "route-agent/check.h"

#include <net/if.h>

#include "route-agent/advice.h"
#include "route-agent/authorized_mns.h"
#include "route-agent/journal.h"
#include "route-agent/own_kernel.h"

namespace mobility {
namespace {

using Lines = std::vector<std::string>;

void add(Lines& to, const Lines& more) { to.insert(to.end(), more.begin(), more.end()); }

void refuse(const Lines& faults) {
    std::string text;
    for (const auto& fault : faults) text += (text.empty() ? "" : "; ") + fault;
    if (!text.empty()) throw ConfigError(text);
}

void check_anchor(const RouteAgentSettings& settings, Inventory& inventory) {
    read_inventory(*settings.anchor, inventory);
    const auto& file = settings.anchor->journal_file;
    if (file.empty()) return;
    if (const auto found = check_journal_file(file, settings.user); !found) {
        throw ConfigError("anchor.journal-file: " + found.error());
    }
}

/// An interface may come later, and a setting be made: nothing of it speaks against a reload.
Lines look_at_machine(const RouteAgentSettings& settings, const Inventory& inventory) {
    auto lines = absent_interfaces(settings, [](const std::string& interface) {
        return ::if_nametoindex(interface.c_str()) != 0;
    });
    if (!settings.anchor && !settings.access) return lines;
    const auto findings = check_kernel(kernel_expectations(settings, inventory));
    add(lines, findings ? *findings : Lines{findings.error()});
    return lines;
}

}  // namespace

std::vector<std::string> check_configuration(const std::string& path) {
    const auto settings = read_settings(path);
    const auto identity = TlsIdentity::load(settings.tls);
    if (!identity) throw ConfigError(identity.error());
    if (settings.authority) read_authorized_mns(settings.authority->authorized_mns_file);
    Inventory inventory;
    if (settings.anchor) check_anchor(settings, inventory);
    refuse(certificate_faults(settings, *identity));
    Lines warnings = identity->warnings();
    add(warnings, contradictions(settings, inventory));
    add(warnings, look_at_machine(settings, inventory));
    return warnings;
}

}  // namespace mobility
