// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Each trap is one function.
#include "route-agent/advice.h"

#include <algorithm>
#include <optional>

namespace mobility {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kMostListed = 8;

std::string listed(const Lines& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    if (names.size() <= kMostListed) return text;
    return text + " and " + std::to_string(names.size() - kMostListed) + " more";
}

bool overlap(const std::vector<Prefix>& some, const Prefix& one) {
    return std::ranges::any_of(some, [&](const Prefix& each) { return each.overlaps(one); });
}

/// Which of the source's prefixes lie in none of the anchor's.
Lines outside(const SourceClaim& source, const std::vector<Prefix>& owned) {
    Lines outside;
    for (const auto& prefix : source.prefixes) {
        const auto inside =
            std::ranges::any_of(owned, [&](const Prefix& each) { return each.contains(prefix); });
        if (!inside) outside.push_back(prefix.text());
    }
    return outside;
}

/// One inventory may serve several anchors: then each has sources here that are others'.
void compare_sources(const AnchorRole& anchor, const Inventory& inventory, Lines& lines) {
    Lines elsewhere;
    for (std::size_t i = 0; i < inventory.sources().size(); ++i) {
        const auto& source = inventory.sources()[i];
        const auto out = outside(source, anchor.prefixes);
        const auto key = "sources[" + std::to_string(i) + "].prefixes";
        const bool none = std::ranges::none_of(source.prefixes, [&](const Prefix& prefix) {
            return overlap(anchor.prefixes, prefix);
        });
        if (none) {
            elsewhere.push_back(key + " (\"" + source.lease_domain + "\": " + listed(out) + ")");
        } else if (!out.empty()) {
            lines.push_back(anchor.inventory_file + ": " + key + ": " + listed(out) +
                            " not wholly inside anchor.prefixes: what \"" + source.lease_domain +
                            "\" says of the rest is refused here; right where another anchor owns "
                            "that, else make them equal");
        }
    }
    if (elsewhere.empty()) return;
    lines.push_back(anchor.inventory_file + ": " + listed(elsewhere) +
                    ": nothing of it is in anchor.prefixes, and all that is said of it is refused "
                    "here; right where the file serves other anchors too, and these are their "
                    "sources, else correct one of both");
}

void compare_prefixes(const AnchorRole& anchor, const Inventory& inventory, Lines& lines) {
    for (std::size_t i = 0; i < anchor.prefixes.size(); ++i) {
        const auto& owned = anchor.prefixes[i];
        const auto served = std::ranges::any_of(
            inventory.sources(),
            [&](const SourceClaim& source) { return overlap(source.prefixes, owned); });
        if (served) continue;
        lines.push_back("anchor.prefixes[" + std::to_string(i) + "]: " + owned.text() +
                        " is in no source's \"prefixes\" in " + anchor.inventory_file +
                        ": nobody there can be reached; add it to a source (each Kea server is "
                        "one), or take it out here");
    }
}

/// The place of an MN is a link-address of its message's family.
void compare_families(const AnchorRole& anchor, const Inventory& inventory, Lines& lines) {
    for (const auto family : {Family::kIpv6, Family::kIpv4}) {
        const auto owned = std::ranges::find_if(anchor.prefixes, [&](const Prefix& prefix) {
            return prefix.address().family() == family;
        });
        if (owned == anchor.prefixes.end()) continue;
        const auto there =
            std::ranges::any_of(inventory.access_routers(), [&](const AccessRouterClaim& ar) {
                return std::ranges::any_of(ar.link_addresses, [&](const IpAddress& link) {
                    return link.family() == family;
                });
            });
        if (there) continue;
        const bool ipv4 = family == Family::kIpv4;
        lines.push_back(anchor.inventory_file + ": access-routers: none has an " +
                        (ipv4 ? "IPv4" : "IPv6") + " address in \"link-addresses\": MNs of " +
                        owned->text() + " are refused everywhere; add " +
                        (ipv4 ? "the giaddr of each AR's relay (to its \"addresses\" too)"
                              : "the link-addresses of each AR's relay"));
    }
}

/// Its number among the inventory's access routers.
std::optional<std::size_t> find_entry(const Inventory& inventory, const std::string& identity) {
    const auto& all = inventory.access_routers();
    const auto found = std::ranges::find(all, identity, &AccessRouterClaim::identity);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::size_t>(found - all.begin());
}

/// Anchor and AR in one box, and the one dials the other.
void compare_own_ar(const RouteAgentSettings& settings, const Inventory& inventory, Lines& lines) {
    const auto& anchor = *settings.anchor;
    const auto& access = *settings.access;
    const auto number = find_entry(inventory, settings.identity);
    if (!number) {
        return lines.push_back(anchor.inventory_file + ": access-routers: has no \"" +
                               settings.identity +
                               "\": this anchor refuses this box's own access router; add an "
                               "entry with \"tunnel-address\": \"" +
                               access.tunnel_address.text() + "\"");
    }
    const auto& entry = inventory.access_routers()[*number];
    const auto key = anchor.inventory_file + ": access-routers[" + std::to_string(*number) + "].";
    if (entry.tunnel_address != access.tunnel_address) {
        lines.push_back(key + "tunnel-address: " + entry.tunnel_address.text() +
                        " is not this box's own access.tunnel-address, " +
                        access.tunnel_address.text() +
                        ": this anchor refuses its access router; make them equal");
    }
    for (const auto& interface : access.interfaces) {
        const auto& links = entry.link_addresses;
        if (std::ranges::find(links, interface.link_address) != links.end()) continue;
        lines.push_back(key + "link-addresses: lacks " + interface.link_address.text() + " of \"" +
                        interface.name +
                        "\" in access.access-interfaces: MNs there are refused; add it");
    }
    if (anchor.attestation == AttestationPolicy::kRequired && access.attestation_socket.empty()) {
        lines.push_back(
            "anchor.attestation: \"required\" refuses every move to this box's own access router, "
            "which hears nothing of its relay; add \"attestation-socket\" to \"access\" and to "
            "relay-agent.conf");
    }
}

bool dials_itself(const RouteAgentSettings& settings) {
    return settings.anchor && settings.access &&
           std::ranges::find(settings.access->anchors, settings.identity, &DialledAnchor::name) !=
               settings.access->anchors.end();
}

}  // namespace

std::vector<std::string> certificate_faults(const RouteAgentSettings& settings,
                                            const TlsIdentity& identity) {
    Lines faults = identity.faults();
    const auto lacks = [&](const char* usage) {
        faults.push_back("certificate-file " + settings.tls.certificate + ": not for " + usage +
                         " (extendedKeyUsage): peers refuse it; ARs and authorities need "
                         "clientAuth, an anchor serverAuth, both roles in one box both");
    };
    if ((settings.access || settings.authority) && !identity.may_dial()) lacks("clientAuth");
    if (settings.anchor && !identity.may_listen()) lacks("serverAuth");
    const auto& names = identity.names();
    if (std::ranges::find(names, settings.identity) == names.end()) {
        faults.push_back("identity: \"" + settings.identity + "\" is none of the names in " +
                         settings.tls.certificate + " (" + listed(names) +
                         "): no peer believes it; use one of these, letter by letter, or another "
                         "certificate");
    }
    return faults;
}

std::vector<std::string> contradictions(const RouteAgentSettings& settings,
                                        const Inventory& inventory) {
    Lines lines;
    if (!settings.tls.key_log.empty()) {
        lines.push_back("key-log-file: whoever reads " + settings.tls.key_log +
                        " can decrypt every session; for tests only, take it out");
    }
    if (!settings.anchor) return lines;
    compare_sources(*settings.anchor, inventory, lines);
    compare_prefixes(*settings.anchor, inventory, lines);
    compare_families(*settings.anchor, inventory, lines);
    if (dials_itself(settings)) compare_own_ar(settings, inventory, lines);
    return lines;
}

std::vector<std::string> absent_interfaces(const RouteAgentSettings& settings,
                                           const std::function<bool(const std::string&)>& exists) {
    Lines lines;
    const auto look = [&](const char* key, const std::optional<MulticastGroup>& group) {
        if (!group || exists(group->interface)) return;
        lines.push_back(std::string(key) + ".interface: \"" + group->interface +
                        "\" does not exist on this machine: the agent does not start without it; "
                        "if it is not to come before, correct its name");
    };
    if (settings.anchor && settings.anchor->announce) {
        look("anchor.announce", settings.anchor->announce->group);
    }
    if (settings.access && settings.access->announcements) {
        look("access.announcements", settings.access->announcements->group);
    }
    return lines;
}

}  // namespace mobility
