// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who may associate as what, and on which terms.
#include <algorithm>

#include "core/anchor_peer.h"
#include "core/anchor_sessions.h"
#include "core/wire.h"

namespace mobility {
namespace {

/// The outer IPv6 header around an access MTU of 1500 (octets).
constexpr std::uint32_t kCoreMtu = 1540;

template <typename Values, typename Value>
bool contains(const Values& values, const Value& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

bool inside(const std::vector<Prefix>& prefixes, const Prefix& prefix) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Prefix& each) { return each.contains(prefix); });
}

}  // namespace

void AnchorSessions::associate(Peer& peer, const control::Associate& request) {
    control::Message message;
    auto& reply = *message.mutable_associate_reply();
    reply.set_version(kControlVersion);
    reply.set_identity(identity_.identity);
    if (const auto rejection = admit(peer, request)) {
        reply.set_code(rejection->code);
        reply.set_text(rejection->text);
        peer.session.send(message);
        refuse(peer, rejection->code, "as \"" + request.identity() + "\"", rejection->text);
        return;
    }
    peer.identity = request.identity();
    reply.set_version(peer.agreed.newest);
    for (const auto feature : peer.agreed.features) reply.add_features(feature);
    reply.set_code(control::CODE_INSTALLED);
    reply.set_mode(wire::mode(anchor_.settings().mode));
    reply.set_tunnel_address(wire::bytes(identity_.tunnel_address));
    reply.set_reverse_tunnel(identity_.reverse_tunnel);
    for (const auto& prefix : anchor_.settings().prefixes) {
        wire::write(prefix, *reply.add_prefixes());
    }
    peer.session.send(message);
    notice_({"ANCHOR_ASSOCIATED",
             peer.text() + " as " +
                 (peer.domain      ? "source " + request.lease_domain()
                  : peer.authority ? std::string("authority")
                                   : std::string("access router")),
             peer.identity});
    const auto moment = clock_.now();
    if (peer.domain) gate_.source_came(*peer.domain, moment.now);
    if (!peer.ar) return;
    gate_.ar_came(*peer.ar, peer.agreed.has(control::FEATURE_ATTESTATION), moment);
    anchor_.ar_connected(*peer.ar);
}

void AnchorSessions::refuse(Peer& peer, control::Code code, const std::string& who,
                            const std::string& why) {
    notice_({"ANCHOR_ASSOCIATION_REFUSED", peer.address + " " + who + ": " + why});
    peer.refused = true;
    peer.session.end(code, why);
}

/// An AR or a source that was restarted comes here too, when its old connection has not noticed.
void AnchorSessions::replace(Peer& old, const Peer& fresh, const std::string& identity) {
    notice_(
        {"ANCHOR_SESSION_REPLACED",
         identity + ": its session from " + old.address + " gives way to one from " + fresh.address,
         identity});
    old.session.end(control::CODE_SUPERSEDED,
                    "replaced by a newer session of the same identity, from " + fresh.address);
}

std::optional<AnchorSessions::Rejection> AnchorSessions::admit(Peer& peer,
                                                               const control::Associate& request) {
    auto agreed = agree(identity_.offer, request);
    if (!agreed) return Rejection{control::CODE_UNSUPPORTED, agreed.error()};
    peer.agreed = std::move(agreed.value());
    if (!contains(peer.session.connection().peer_names(), request.identity())) {
        return Rejection{control::CODE_NOT_AUTHORIZED,
                         "its certificate does not name " + request.identity()};
    }
    switch (request.role()) {
        case control::ROLE_SOURCE:
            return admit_source(peer, request);
        case control::ROLE_ACCESS:
            return admit_access(peer, request);
        case control::ROLE_AUTHORITY:
            return admit_authority(peer, request);
        default:
            return Rejection{control::CODE_UNSUPPORTED,
                             "role " + std::to_string(request.role()) + " cannot associate here"};
    }
}

std::optional<AnchorSessions::Rejection> AnchorSessions::admit_source(
    Peer& peer, const control::Associate& request) {
    const auto reject = [](std::string text) {
        return Rejection{control::CODE_NOT_AUTHORIZED, std::move(text)};
    };
    const auto& sources = inventory_.sources();
    const auto claim = std::find_if(sources.begin(), sources.end(), [&](const SourceClaim& each) {
        return each.lease_domain == request.lease_domain();
    });
    if (claim == sources.end()) {
        return reject("the inventory has no lease domain \"" + request.lease_domain() + "\"");
    }
    if (claim->identity != request.identity()) {
        return reject("lease domain " + request.lease_domain() + " is served by " +
                      claim->identity);
    }
    const auto prefixes = wire::read(request.prefixes());
    if (!prefixes) return reject(prefixes.error());
    for (const auto& prefix : *prefixes) {
        if (!inside(anchor_.settings().prefixes, prefix)) {
            return reject("this anchor does not own " + prefix.text());
        }
        if (!inside(claim->prefixes, prefix)) {
            return reject("the inventory does not let it speak for " + prefix.text());
        }
    }
    peer.domain = inventory_.domain(request.lease_domain());
    auto& served = sources_[*peer.domain];
    if (auto* old = std::exchange(served, &peer)) {
        gate_.source_gone(*peer.domain);
        anchor_.source_gone(*peer.domain);
        replace(*old, peer, request.identity());
    }
    return std::nullopt;
}

std::optional<AnchorSessions::Rejection> AnchorSessions::admit_access(
    Peer& peer, const control::Associate& request) {
    const auto ar = inventory_.ar_by_identity(request.identity());
    if (!ar) {
        return Rejection{control::CODE_UNKNOWN_ACCESS_ROUTER,
                         "the inventory has no access router " + request.identity()};
    }
    const auto tunnel = wire::read_address(request.tunnel_address(), "tunnel address");
    if (!tunnel) return Rejection{control::CODE_NOT_AUTHORIZED, tunnel.error()};
    const auto& claimed = inventory_.ar(*ar)->tunnel_address;
    if (*tunnel != claimed) {
        return Rejection{
            control::CODE_NOT_AUTHORIZED,
            "it says tunnel address " + tunnel->text() + ", the inventory says " + claimed.text()};
    }
    const auto mode = wire::mode(anchor_.settings().mode);
    if (!contains(request.modes(), static_cast<int>(mode))) {
        return Rejection{
            control::CODE_UNSUPPORTED,
            "it does not offer this anchor's data transport mode " + std::to_string(mode)};
    }
    if (request.core_mtu() != 0 && request.core_mtu() < kCoreMtu) {
        notice_({"ANCHOR_CORE_MTU", "the core of " + request.identity() + " has MTU " +
                                        std::to_string(request.core_mtu()) + "; expected " +
                                        std::to_string(kCoreMtu) + " or more"});
    }
    peer.ar = ar;
    compare_links(peer, request);
    auto& served = ars_[*ar];
    if (auto* old = std::exchange(served, &peer)) {
        anchor_.ar_gone(*ar);
        replace(*old, peer, request.identity());
    }
    return std::nullopt;
}

std::optional<AnchorSessions::Rejection> AnchorSessions::admit_authority(
    Peer& peer, const control::Associate& request) {
    if (!inventory_.mns().authorities.contains(request.identity())) {
        return Rejection{control::CODE_NOT_AUTHORIZED,
                         "the inventory has no authority " + request.identity()};
    }
    peer.authority = true;
    if (auto* old = std::exchange(authorities_[request.identity()], &peer)) {
        replace(*old, peer, request.identity());
    }
    return std::nullopt;
}

/// MNs heard with a link-address that only one side knows are refused there: better said before one
/// comes.
void AnchorSessions::compare_links(const Peer& peer, const control::Associate& request) {
    if (request.link_addresses_size() == 0) return;  // version 1 does not say
    std::vector<IpAddress> served;
    for (const auto& each : request.link_addresses()) {
        if (const auto link = wire::read_address(each, "link-address")) served.push_back(*link);
    }
    const auto& granted = inventory_.ar(*peer.ar)->link_addresses;
    const auto say = [&](const IpAddress& link, const char* what) {
        notice_(
            {"ANCHOR_LINK_ADDRESS", request.identity() + ": link-address " + link.text() + what});
    };
    for (const auto& link : served) {
        if (!contains(granted, link)) say(link, " is served there, but is not in the inventory");
    }
    for (const auto& link : granted) {
        if (!contains(served, link))
            say(link, " is in the inventory, but no interface there has it");
    }
}

}  // namespace mobility
