// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Forwarding as text, for log messages; which tunnel ends prefixes ask for.
#include "core/forwarding_state.h"

#include <algorithm>

namespace mobility {
namespace {

struct Text {
    std::string operator()(const OnLink& on_link) const {
        return "on link " + on_link.interface + " at " + on_link.link_layer.text();
    }
    std::string operator()(const Via& via) const {
        return "via " + via.link_local.text() + "%" + via.interface;
    }
    std::string operator()(const Tunnel& tunnel) const {
        return "by tunnel to " + tunnel.to.text();
    }
    std::string operator()(const Drop&) const { return "dropped"; }
};

}  // namespace

std::vector<Decapsulation> tunnel_ends(const IpAddress& address, TunnelMode mode,
                                       const std::vector<Prefix>& prefixes) {
    std::vector<Decapsulation> ends{{address, mode, Family::kIpv6}};
    const bool ipv4 = std::any_of(prefixes.begin(), prefixes.end(), [](const Prefix& prefix) {
        return prefix.address().family() == Family::kIpv4;
    });
    if (ipv4) ends.push_back({address, mode, Family::kIpv4});
    return ends;
}

std::string text(const Forwarding& forwarding) { return std::visit(Text{}, forwarding); }

std::string text(const ReversePath& path) {
    return "the way back of " + path.source.text() + " from " + path.interface + " to " +
           path.anchor.to.text();
}

}  // namespace mobility
