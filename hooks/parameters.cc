// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Parameters of the hook library from their JSON.
#include "hooks/parameters.h"

#include <map>
#include <set>
#include <utility>

namespace mobility {
namespace {

constexpr std::int64_t kEndless = 4'294'967'295;  ///< seconds: a lifetime without an end

/// Prefixes that were named already, none inside another, with the key each stands under.
using Named = std::map<Prefix, std::string>;

/// Each address may belong to one place only.
void claim(Named& named, const std::vector<Prefix>& prefixes, const std::string& key,
           const std::string& remedy) {
    for (const auto& prefix : prefixes) {
        auto other = named.upper_bound(prefix);  // as none overlap, only its neighbours can
        if ((other == named.end() || !prefix.overlaps(other->first)) && other != named.begin()) {
            --other;
        }
        if (other != named.end() && prefix.overlaps(other->first)) {
            throw ConfigurationError("\"" + key + "\" has " + prefix.text() + ", which overlaps " +
                                     other->first.text() + " in \"" + other->second +
                                     "\": " + remedy);
        }
        named.emplace(prefix, key);
    }
}

std::vector<AnchorParameters> parse_anchors(JsonSection& section, Family family) {
    std::vector<AnchorParameters> anchors;
    Named named;
    std::set<std::string> names;
    for (auto& each : section.sections("anchors")) {
        AnchorParameters anchor;
        anchor.name = each.text("name");
        if (!names.insert(anchor.name).second) {
            each.refuse("name", "a name that no other anchor has");
        }
        anchor.address.address = each.address("address");
        if (anchor.address.address.is_unspecified() || anchor.address.address.is_multicast()) {
            each.refuse("address", "the address at which the anchor listens for sources");
        }
        anchor.address.port = static_cast<std::uint16_t>(each.integer("port", 1, 65535));
        anchor.prefixes = each.prefixes("prefixes", family);
        claim(named, anchor.prefixes, each.name_of("prefixes"),
              "a prefix has one owner; take it out of one of the two");
        each.finish();
        anchors.push_back(std::move(anchor));
    }
    if (anchors.empty()) section.refuse("anchors", "a list with at least one anchor");
    return anchors;
}

std::vector<LinkAddresses> parse_link_addresses(JsonSection& section, Family family) {
    std::vector<LinkAddresses> result;
    Named named;
    for (auto& each : section.sections("link-addresses")) {
        LinkAddresses link;
        link.subnet_id = static_cast<std::uint32_t>(each.integer("subnet-id", 1, 4294967294));
        link.prefixes = each.prefixes("prefixes", family);
        claim(named, link.prefixes, each.name_of("prefixes"),
              "an access router's link-address leads to one subnet; take it out of one of the two");
        each.finish();
        result.push_back(std::move(link));
    }
    return result;
}

RegistrationParameters parse_registration(JsonSection& section) {
    RegistrationParameters registration;
    registration.on = section.flag("register-addresses", false);
    registration.link_locals = section.flag("register-link-locals", false);
    const auto longest = section.optional_integer("register-lifetime", 60, kEndless);
    if (longest) registration.longest = static_cast<std::uint32_t>(*longest);
    for (const std::string key : {"register-link-locals", "register-lifetime"}) {
        if (!registration.on && section.has(key)) {
            section.refuse(key, "\"register-addresses\": true beside it");
        }
    }
    return registration;
}

}  // namespace

HookParameters parse_parameters(const isc::data::ConstElementPtr& json, Family family) {
    JsonSection section(json, "");
    HookParameters parameters;
    parameters.anchors = parse_anchors(section, family);
    parameters.lease_domain = section.text("lease-domain");
    const std::string suffix = family == Family::kIpv6 ? "/6" : "/4";
    if (!parameters.lease_domain.ends_with(suffix) || parameters.lease_domain == suffix) {
        section.refuse("lease-domain", "a name that ends in \"" + suffix + "\", the family");
    }
    parameters.identity = section.optional_text("identity");
    parameters.tls.certificate = section.text("certificate-file");
    parameters.tls.key = section.text("key-file");
    parameters.tls.trust_anchor = section.text("trust-anchor");
    if (const auto file = section.optional_text("key-log-file")) parameters.tls.key_log = *file;
    if (const auto limit = section.optional_integer("hold-limit", 1, 10'000)) {
        parameters.hold_limit = Milliseconds(*limit);
    }
    if (family == Family::kIpv6 &&
        section.choice("confirm-unknown", {"silent", "not-on-link"}, "silent") != "silent") {
        parameters.confirm_unknown = ConfirmUnknown::kNotOnLink;
    }
    const auto on_refused = section.choice("on-refused", {"silent", "send", "status"}, "silent");
    if (on_refused == "send") parameters.on_refused = OnRefused::kSend;
    if (on_refused == "status") parameters.on_refused = OnRefused::kStatus;
    if (const auto most = section.optional_integer("max-held", 0, 1'000'000)) {
        parameters.max_held = static_cast<std::size_t>(*most);
    }
    parameters.link_addresses = parse_link_addresses(section, family);
    if (family == Family::kIpv6) parameters.registration = parse_registration(section);
    section.finish();
    return parameters;
}

}  // namespace mobility
