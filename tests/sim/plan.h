// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The addresses and names of the simulated domain: anchors own a /48 each; each source has a pool
// of addresses and one of delegated prefixes inside each of them; an AR has two access links.
#pragma once

#include <cassert>
#include <cstdio>
#include <string>
#include <vector>

#include "core/access_router.h"
#include "core/inventory.h"
#include "core/mobility_event.h"

namespace mobility::sim {

namespace plan {

template <typename... Numbers>
std::string text(const char* format, Numbers... numbers) {
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), format, numbers...);
    return line.data();
}

inline IpAddress address(const std::string& text) {
    const auto parsed = IpAddress::parse(text);
    assert(parsed);
    return *parsed;
}
inline Prefix prefix(const std::string& text) {
    const auto parsed = Prefix::parse(text);
    assert(parsed);
    return *parsed;
}

inline std::string anchor_name(std::size_t anchor) { return text("anchor%zu.example", anchor); }
inline std::string ar_name(std::size_t ar) { return text("ar%zu.example", ar); }
inline std::string source_name(std::size_t source) { return text("kea%zu.example", source); }
inline std::string lease_domain(std::size_t source) { return text("metro%zu/6", source); }

inline Prefix owned(std::size_t anchor) { return prefix(text("2001:db8:a%zu::/48", anchor)); }
inline Prefix home_pool(std::size_t source, std::size_t anchor) {
    return prefix(text("2001:db8:a%zu:%zu::/64", anchor, source + 1));
}
inline Prefix delegated_pool(std::size_t source, std::size_t anchor) {
    return prefix(text("2001:db8:a%zu:8%zu00::/56", anchor, source));
}
inline Prefix home(std::size_t source, std::size_t anchor, std::size_t number) {
    return prefix(text("2001:db8:a%zu:%zu::%zx", anchor, source + 1, number + 1));
}
/// `number` 0..255.
inline Prefix delegated(std::size_t source, std::size_t anchor, std::size_t number) {
    return prefix(text("2001:db8:a%zu:8%zu%02zx::/64", anchor, source, number));
}

inline IpAddress relay_address(std::size_t ar) {
    return address(text("2001:db8:0:%zx::1", ar + 1));
}
inline IpAddress ar_tunnel(std::size_t ar) { return address(text("2001:db8:0:%zx::2", ar + 1)); }
inline IpAddress anchor_tunnel(std::size_t anchor) {
    return address(text("2001:db8:0:ffff::%zx", anchor + 1));
}

constexpr std::size_t kLinks = 2;

/// Even ARs tell their links apart by Interface-ID, odd ones by link-address.
inline AccessInterface link(std::size_t ar, std::size_t number) {
    const bool by_id = ar % 2 == 0;
    return {text("wlan%zu", number),
            address(text("2001:db8:1:%zx::%zx", ar + 1, by_id ? std::size_t{1} : number + 1)),
            by_id ? text("access%zu", number) : std::string()};
}

inline MnId mn(std::size_t number) {
    return {std::string("\x00\x03\x00\x01\x02\x00\x00\x00", 8) + static_cast<char>(number >> 8) +
            static_cast<char>(number)};
}
inline LinkLayerAddress link_layer(std::size_t mn) {
    return {std::string("\x02\x00\x00\x00", 4) + static_cast<char>(mn >> 8) +
            static_cast<char>(mn)};
}
inline Attachment attachment(std::size_t mn, std::size_t ar, std::size_t number) {
    const auto at = link(ar, number);
    return {relay_address(ar), at.link_address, at.interface_id, link_layer(mn),
            address(text("fe80::%zx", mn + 1))};
}
/// What the AR's kernel has for a prefix of an MN there.
inline Forwarding access_route(const Prefix& prefix, std::size_t mn, std::size_t ar,
                               std::size_t number) {
    const auto at = attachment(mn, ar, number);
    const auto name = link(ar, number).name;
    if (prefix.is_host()) return OnLink{name, at.link_layer};
    return Via{at.link_local, name, at.link_layer};
}

/// Empty: none.
inline std::string interface_of(const Forwarding& forwarding) {
    if (const auto* on_link = std::get_if<OnLink>(&forwarding)) return on_link->interface;
    if (const auto* via = std::get_if<Via>(&forwarding)) return via->interface;
    return {};
}

inline AccessRouterClaim ar_claim(std::size_t ar) {
    AccessRouterClaim claim{ar_name(ar), {relay_address(ar)}, {}, ar_tunnel(ar)};
    claim.link_addresses.push_back(link(ar, 0).link_address);
    if (link(ar, 1).link_address != claim.link_addresses[0]) {
        claim.link_addresses.push_back(link(ar, 1).link_address);
    }
    return claim;
}
inline SourceClaim source_claim(std::size_t source, std::size_t anchors) {
    SourceClaim claim{source_name(source), lease_domain(source), {}};
    for (std::size_t anchor = 0; anchor < anchors; ++anchor) {
        claim.prefixes.push_back(home_pool(source, anchor));
        claim.prefixes.push_back(delegated_pool(source, anchor));
    }
    return claim;
}

}  // namespace plan
}  // namespace mobility::sim
