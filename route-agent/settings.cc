// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Keys and their meaning; kea-config/ has complete examples.
#include "route-agent/settings.h"

#include <set>

#include "route-agent/authorized_mns.h"

namespace mobility {
namespace {

std::uint16_t read_port(const ConfigMap& map) {
    const auto port = map.optional("port");
    return port ? static_cast<std::uint16_t>(port->integer(1, 65535)) : std::uint16_t{4480};
}

std::vector<Prefix> read_prefixes(const ConfigValue& value) {
    std::vector<Prefix> prefixes;
    for (const auto& each : value.list_not_empty()) {
        const auto prefix = each.prefix();
        for (const auto& other : prefixes) {
            if (prefix.overlaps(other)) each.refuse("overlaps " + other.text());
        }
        prefixes.push_back(prefix);
    }
    return prefixes;
}

TunnelMode read_mode(const ConfigValue& value) {
    const auto text = value.string();
    if (text == "seg6") return TunnelMode::kSeg6;
    if (text == "routed") return TunnelMode::kRouted;
    value.refuse("is no data plane of this version; expected \"seg6\" or \"routed\"");
}

MoveRequires read_move_requires(const ConfigValue& value) {
    const auto text = value.string();
    if (text == "nothing") return MoveRequires::kNothing;
    if (text == "link-layer-address") return MoveRequires::kLinkLayerAddress;
    value.refuse("is unknown; expected \"link-layer-address\" or \"nothing\"");
}

AttestationPolicy read_attestation(const ConfigValue& value) {
    const auto text = value.string();
    if (text == "off") return AttestationPolicy::kOff;
    if (text == "preferred") return AttestationPolicy::kPreferred;
    if (text == "required") return AttestationPolicy::kRequired;
    value.refuse("is unknown; expected \"off\", \"preferred\" or \"required\"");
}

OverLimit read_over_limit(const ConfigValue& value) {
    const auto text = value.string();
    if (text == "refuse") return OverLimit::kRefuse;
    if (text == "remove-oldest") return OverLimit::kRemoveOldest;
    value.refuse("is unknown; expected \"refuse\" or \"remove-oldest\"");
}

Limits read_limits(const ConfigMap& map) {
    Limits limits;
    if (const auto most = map.optional("addresses-per-mn")) {
        limits.addresses_per_mn = static_cast<std::size_t>(most->integer(0, 1'000'000));
    }
    if (const auto policy = map.optional("over-limit")) {
        limits.over_limit = read_over_limit(*policy);
        if (limits.addresses_per_mn == 0) {
            policy->refuse("has no effect; expected \"addresses-per-mn\" above 0 beside it");
        }
    }
    if (const auto most = map.optional("bindings-at-most")) {
        limits.bindings = static_cast<std::size_t>(most->integer(0, 1'000'000'000));
    }
    return limits;
}

std::optional<MulticastGroup> read_group(const ConfigMap& map) {
    const auto group = map.optional("group");
    const auto interface = map.optional("interface");
    if (!group && !interface) return std::nullopt;
    if (!group) interface->refuse("has no effect; expected \"group\" beside it");
    if (!interface) group->refuse("has no interface; expected \"interface\" beside it");
    const auto address = group->address();
    if (!address.is_multicast() || address.family() != Family::kIpv6) {
        group->refuse("is no IPv6 multicast address");
    }
    return MulticastGroup{address, interface->string()};
}

/// `role` has all but this.
AnnouncerSettings read_announce(const ConfigValue& value, const AnchorRole& role) {
    const auto map = value.map({"every", "address", "port", "group", "interface"});
    AnnouncerSettings settings;
    settings.every = std::chrono::seconds{map.required("every").integer(1, 3600)};
    settings.port = read_port(map);
    settings.group = read_group(map);
    auto& announcement = settings.announcement;
    announcement.port = role.listen.port;
    announcement.prefixes = role.prefixes;
    const auto address = map.optional("address");
    announcement.address = address ? address->address() : role.listen.address;
    if (!announcement.address.is_global()) {
        const auto text = announcement.address.text();
        if (address) address->refuse("cannot be dialled; expected an address of this anchor");
        map.refuse("says not where to dial (\"listen\" is " + text +
                   "); expected \"address\" in it");
    }
    return settings;
}

std::chrono::hours read_hours(const ConfigValue& value) {
    return std::chrono::hours{value.integer(1, 87'600)};
}

AnchorRole read_anchor(const ConfigValue& value) {
    const auto map = value.map({"listen", "tunnel-address", "prefixes", "inventory-file",
                                "move-requires", "reverse-tunnel", "addresses-per-mn", "over-limit",
                                "bindings-at-most", "authorized-mns-file", "journal-file",
                                "keep-bindings", "attestation", "announce"});
    AnchorRole role;
    const auto listen = map.required("listen").map({"address", "port"});
    role.listen = {listen.required("address").address(), read_port(listen)};
    role.tunnel_address = map.required("tunnel-address").global_ipv6_address();
    role.prefixes = read_prefixes(map.required("prefixes"));
    role.inventory_file = map.required("inventory-file").string();
    if (const auto policy = map.optional("move-requires")) {
        role.move_requires = read_move_requires(*policy);
    }
    if (const auto reverse = map.optional("reverse-tunnel"))
        role.reverse_tunnel = reverse->boolean();
    role.limits = read_limits(map);
    if (const auto policy = map.optional("attestation"))
        role.attestation = read_attestation(*policy);
    if (const auto file = map.optional("authorized-mns-file")) {
        role.authorized_mns_file = file->string();
    }
    if (const auto journal = map.optional("journal-file")) role.journal_file = journal->string();
    if (const auto keep = map.optional("keep-bindings")) role.keep_bindings = read_hours(*keep);
    if (const auto announce = map.optional("announce")) {
        role.announce = read_announce(*announce, role);
    }
    return role;
}

IpAddress read_global_ipv4(const ConfigValue& value) {
    const auto address = value.address();
    if (address.family() != Family::kIpv4 || !address.is_global()) {
        value.refuse("is no address of a host; expected an IPv4 address");
    }
    return address;
}

IpAddress read_link_address(const ConfigValue& value) {
    return value.address().family() == Family::kIpv4 ? read_global_ipv4(value)
                                                     : value.global_ipv6_address();
}

void refuse_twice(const ConfigValue& value, const AccessInterface& interface,
                  const std::vector<AccessInterface>& others) {
    for (const auto& other : others) {
        if (other.link_address == interface.link_address &&
            other.interface_id == interface.interface_id) {
            value.refuse("has the link-address and interface-id of " + other.name);
        }
    }
}

/// An interface with a giaddr stands there twice, once by each of its link-addresses.
std::vector<AccessInterface> read_interfaces(const ConfigValue& value) {
    std::vector<AccessInterface> interfaces;
    std::set<std::string> names;
    for (const auto& each : value.list_not_empty()) {
        const auto map = each.map({"name", "link-address", "giaddr", "interface-id"});
        AccessInterface interface;
        interface.name = map.required("name").string();
        if (interface.name.size() > 15) map.required("name").refuse("is longer than 15 characters");
        if (!names.insert(interface.name).second) map.required("name").refuse("is named twice");
        interface.link_address = map.required("link-address").global_ipv6_address();
        const auto id = map.optional("interface-id");
        interface.interface_id = id ? id->string() : interface.name;
        refuse_twice(each, interface, interfaces);
        interfaces.push_back(interface);
        if (const auto giaddr = map.optional("giaddr")) {
            interface.link_address = read_global_ipv4(*giaddr);
            refuse_twice(each, interface, interfaces);
            interfaces.push_back(interface);
        }
    }
    return interfaces;
}

MnToMn read_mn_to_mn(const ConfigValue& value) {
    if (value.string() == "direct") return MnToMn::kDirect;
    if (value.string() == "anchor") return MnToMn::kThroughAnchor;
    value.refuse("is unknown; expected \"direct\" or \"anchor\"");
}

/// `by_name`: an anchor may do without an address.
std::vector<DialledAnchor> read_anchors(const ConfigValue& value, bool by_name) {
    std::vector<DialledAnchor> anchors;
    std::set<std::string> names;
    for (const auto& each : value.list_not_empty()) {
        const auto map = each.map({"name", "address", "port"});
        DialledAnchor anchor{map.required("name").string(), std::nullopt};
        const auto address = by_name ? map.optional("address") : map.required("address");
        if (address) anchor.address = SocketAddress{address->address(), read_port(map)};
        if (const auto port = map.optional("port"); port && !address) {
            port->refuse("has no effect; expected \"address\" beside it");
        }
        if (!names.insert(anchor.name).second) map.required("name").refuse("is named twice");
        anchors.push_back(std::move(anchor));
    }
    return anchors;
}

AuthorityRole read_authority(const ConfigValue& value) {
    const auto map = value.map({"anchors", "authorized-mns-file"});
    return {read_anchors(map.required("anchors"), false),
            map.required("authorized-mns-file").string()};
}

AccessRole read_access(const ConfigValue& value) {
    const auto map =
        value.map({"tunnel-address", "access-interfaces", "anchors", "core-mtu", "mn-to-mn",
                   "attestation-socket", "announcements", "keep-bindings"});
    AccessRole role;
    role.tunnel_address = map.required("tunnel-address").global_ipv6_address();
    role.interfaces = read_interfaces(map.required("access-interfaces"));
    if (const auto mtu = map.optional("core-mtu")) {
        role.core_mtu = static_cast<std::uint32_t>(mtu->integer(1280, 65535));
    }
    if (const auto way = map.optional("mn-to-mn")) role.mn_to_mn = read_mn_to_mn(*way);
    if (const auto socket = map.optional("attestation-socket")) {
        role.attestation_socket = socket->string();
    }
    if (const auto heard = map.optional("announcements")) {
        const auto where = heard->map({"address", "port", "group", "interface"});
        role.announcements = {{where.required("address").address(), read_port(where)},
                              read_group(where)};
        if (role.announcements->group &&
            role.announcements->address.address.family() != Family::kIpv6) {
            where.required("address").refuse("hears no IPv6 multicast; expected an IPv6 address");
        }
    }
    if (const auto keep = map.optional("keep-bindings")) role.keep_bindings = read_hours(*keep);
    role.anchors = read_anchors(map.required("anchors"), role.announcements.has_value());
    return role;
}

std::optional<std::string> read_prohibited(const ConfigMap& map) {
    const auto prohibited = map.optional("prohibited");
    const auto reason = map.optional("reason");
    if (prohibited && prohibited->boolean()) return reason ? reason->string() : std::string();
    if (reason) reason->refuse("is given for nothing; expected \"prohibited\": true beside it");
    return std::nullopt;
}

std::unordered_set<MnId> read_prohibited_mns(const ConfigValue& value) {
    std::unordered_set<MnId> mns;
    for (const auto& each : value.list()) {
        const auto mn = MnId::parse(each.string());
        if (!mn) {
            each.refuse(
                "is no client identifier; expected hexadecimal pairs with colons as in "
                "the log");
        }
        if (!mns.insert(*mn).second) each.refuse("is named twice");
    }
    return mns;
}

std::set<std::string> read_authorities(const ConfigValue& value) {
    std::set<std::string> authorities;
    for (const auto& each : value.list()) {
        const auto identity = each.map({"identity"}).required("identity");
        if (!authorities.insert(identity.string()).second) identity.refuse("is named twice");
    }
    return authorities;
}

std::vector<AccessRouterClaim> read_access_routers(const ConfigValue& value) {
    std::vector<AccessRouterClaim> claims;
    for (const auto& each : value.list()) {
        const auto map = each.map(
            {"identity", "addresses", "link-addresses", "tunnel-address", "prohibited", "reason"});
        AccessRouterClaim claim;
        claim.identity = map.required("identity").string();
        for (const auto& address : map.required("addresses").list_not_empty()) {
            claim.addresses.push_back(address.address());
        }
        for (const auto& link : map.required("link-addresses").list_not_empty()) {
            claim.link_addresses.push_back(read_link_address(link));
        }
        claim.tunnel_address = map.required("tunnel-address").global_ipv6_address();
        claim.prohibited = read_prohibited(map);
        claims.push_back(std::move(claim));
    }
    return claims;
}

std::vector<SourceClaim> read_sources(const ConfigValue& value) {
    std::vector<SourceClaim> claims;
    for (const auto& each : value.list()) {
        const auto map = each.map({"identity", "lease-domain", "prefixes"});
        claims.push_back({map.required("identity").string(), map.required("lease-domain").string(),
                          read_prefixes(map.required("prefixes"))});
    }
    return claims;
}

void read_claims(const std::string& file_name, MnPolicy mns, Inventory& inventory) {
    const auto file = ConfigFile::read(file_name);
    const auto map =
        file.root().map({"access-routers", "sources", "prohibited-mns", "authorities"});
    if (const auto authorities = map.optional("authorities")) {
        mns.authorities = read_authorities(*authorities);
    }
    if (const auto prohibited = map.optional("prohibited-mns")) {
        mns.prohibited = read_prohibited_mns(*prohibited);
    }
    const auto replaced = inventory.replace(read_access_routers(map.required("access-routers")),
                                            read_sources(map.required("sources")), std::move(mns));
    if (!replaced) throw ConfigError(replaced.error());
}

}  // namespace

RouteAgentSettings read_settings(const std::string& path) {
    const auto file = ConfigFile::read(path);
    const auto map =
        file.root().map({"identity", "certificate-file", "key-file", "trust-anchor", "key-log-file",
                         "mode", "anchor", "access", "authority", "heartbeat", "kernel-check",
                         "control-socket", "pid-file", "user", "log"});
    RouteAgentSettings settings;
    settings.identity = map.required("identity").string();
    settings.tls.certificate = map.required("certificate-file").string();
    settings.tls.key = map.required("key-file").string();
    settings.tls.trust_anchor = map.required("trust-anchor").string();
    if (const auto log = map.optional("key-log-file")) settings.tls.key_log = log->string();
    if (const auto mode = map.optional("mode")) settings.mode = read_mode(*mode);
    if (const auto anchor = map.optional("anchor")) settings.anchor = read_anchor(*anchor);
    if (const auto access = map.optional("access")) settings.access = read_access(*access);
    if (const auto authority = map.optional("authority")) {
        settings.authority = read_authority(*authority);
    }
    if (!settings.anchor && !settings.access && !settings.authority) {
        map.refuse("has no role; expected \"anchor\", \"access\" or \"authority\"");
    }
    if (settings.anchor && settings.anchor->announce) {
        settings.anchor->announce->announcement.identity = settings.identity;
    }
    if (const auto heartbeat = map.optional("heartbeat")) {
        settings.heartbeat = Milliseconds{heartbeat->integer(100, 60'000)};
    }
    if (const auto check = map.optional("kernel-check")) {
        settings.kernel_check = Milliseconds{check->integer(0, 3'600'000)};
    }
    if (const auto control = map.optional("control-socket")) {
        settings.control_socket = control->string();
    }
    if (const auto pid = map.optional("pid-file")) settings.pid_file = pid->string();
    if (const auto user = map.optional("user")) settings.user = read_account(*user);
    settings.log = read_log_config(map.optional("log"));
    return settings;
}

void read_inventory(const AnchorRole& role, Inventory& inventory) {
    MnPolicy mns;
    if (role.authorized_mns_file) mns.authorized = read_authorized_mns(*role.authorized_mns_file);
    try {
        read_claims(role.inventory_file, std::move(mns), inventory);
    } catch (const ConfigError& error) {
        throw ConfigError(role.inventory_file + ": " + error.what());
    }
}

}  // namespace mobility
