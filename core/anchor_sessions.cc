// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Association, and the translation between messages and the Anchor's words.
#include "core/anchor_sessions.h"

#include <algorithm>

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

/// One session, and when it is an AR's, the stream of its records.
class AnchorSessions::Peer final : public RecordStreamEnds {
public:
    Peer(AnchorSessions& sessions, Connection& connection)
        : session(connection, sessions, sessions.timers_, sessions.clock_.now().now),
          sessions_(sessions) {}

    std::optional<BindingRecord> record(const Prefix& prefix) const override {
        return sessions_.anchor_.record(*ar, prefix, sessions_.clock_.now().now);
    }
    std::optional<Prefix> next_after(const std::optional<Prefix>& prefix) const override {
        const auto& all = sessions_.anchor_.records_at(*ar);
        const auto next = prefix ? all.upper_bound(*prefix) : all.begin();
        if (next == all.end()) return std::nullopt;
        return *next;
    }
    void send_begin() override {
        control::Message message;
        message.mutable_full_state_begin();
        session.send(message);
    }
    void send_end() override {
        control::Message message;
        message.mutable_full_state_end();
        session.send(message);
    }
    void send_records(std::uint64_t number, const std::vector<BindingRecord>& records) override {
        control::Message message;
        message.set_number(number);
        auto& setup = *message.mutable_routing_setup();
        for (const auto& each : records) wire::write(each, *setup.add_records());
        session.send(message);
    }
    void send_removals(std::uint64_t number, const std::vector<Prefix>& prefixes) override {
        // Moved away and ended are different messages; one number serves both, so a mixed batch is
        // said as moves: the receiver does the same, and only the lingering reverse path differs.
        control::Message message;
        message.set_number(number);
        const bool ended = std::none_of(prefixes.begin(), prefixes.end(), [&](const Prefix& each) {
            return sessions_.anchor_.bound(each);
        });
        for (const auto& each : prefixes) {
            wire::write(each, ended ? *message.mutable_routing_remove()->add_prefixes()
                                    : *message.mutable_location_deregistration()->add_prefixes());
        }
        session.send(message);
    }
    bool congested() const override { return session.congested(); }
    /// Until then an AR that restarted with this anchor keeps what its kernel has.
    bool complete() const override { return sessions_.listed_; }

    bool associated() const { return ar || domain; }

    Session session;
    std::string identity = "not associated";
    std::string address;
    std::optional<NodeId> ar;
    std::optional<DomainId> domain;
    RecordStream stream{*this};

private:
    AnchorSessions& sessions_;
};

AnchorSessions::AnchorSessions(Anchor& anchor, Inventory& inventory, AnchorIdentity identity,
                               SessionTimers timers, const Clock& clock,
                               std::function<void(const Notice&)> notice)
    : anchor_(anchor),
      inventory_(inventory),
      identity_(std::move(identity)),
      timers_(timers),
      clock_(clock),
      notice_(std::move(notice)) {}

AnchorSessions::~AnchorSessions() = default;

ConnectionUser& AnchorSessions::accept(Connection& connection) {
    auto peer = std::make_unique<Peer>(*this, connection);
    peer->address = connection.peer_address();
    auto& session = peer->session;
    peers_.emplace(&session, std::move(peer));
    return session;
}

void AnchorSessions::message(Session& session, const control::Message& message) {
    auto& peer = *peers_.at(&session);
    if (message.has_associate() && !peer.associated()) {
        associate(peer, message.associate());
    } else if (peer.domain) {
        from_source(peer, message);
    } else if (peer.ar) {
        from_access(peer, message);
    } else {
        refuse_message(peer, "a message before Associate");
    }
}

void AnchorSessions::associate(Peer& peer, const control::Associate& request) {
    control::Message message;
    auto& reply = *message.mutable_associate_reply();
    reply.set_version(kControlVersion);
    reply.set_identity(identity_.identity);
    if (const auto admitted = admit(peer, request); !admitted) {
        notice_({"ANCHOR_ASSOCIATION_REFUSED",
                 peer.address + " as \"" + request.identity() + "\": " + admitted.error()});
        reply.set_code(control::CODE_NOT_AUTHORIZED);
        reply.set_text(admitted.error());
        peer.session.send(message);
        peer.session.end(control::CODE_NOT_AUTHORIZED, admitted.error());
        return;
    }
    peer.identity = request.identity();
    reply.set_code(control::CODE_INSTALLED);
    reply.set_mode(wire::mode(anchor_.settings().mode));
    reply.set_tunnel_address(wire::bytes(identity_.tunnel_address));
    reply.set_reverse_tunnel(identity_.reverse_tunnel);
    for (const auto& prefix : anchor_.settings().prefixes) {
        wire::write(prefix, *reply.add_prefixes());
    }
    peer.session.send(message);
    notice_({"ANCHOR_ASSOCIATED", peer.identity + " from " + peer.address + " as " +
                                      (peer.domain ? "source " + request.lease_domain()
                                                   : std::string("access router"))});
    if (peer.ar) anchor_.ar_connected(*peer.ar);
}

Result<void> AnchorSessions::admit(Peer& peer, const control::Associate& request) {
    if (request.version() != kControlVersion) {
        return Error{"control protocol version " + std::to_string(request.version()) +
                     "; this anchor speaks " + std::to_string(kControlVersion)};
    }
    if (request.required_features_size() > 0) {
        return Error{"feature " + std::to_string(request.required_features(0)) +
                     " is required and not known here"};
    }
    if (!contains(peer.session.connection().peer_names(), request.identity())) {
        return Error{"its certificate does not name " + request.identity()};
    }
    switch (request.role()) {
        case control::ROLE_SOURCE:
            return admit_source(peer, request);
        case control::ROLE_ACCESS:
            return admit_access(peer, request);
        default:
            return Error{"role " + std::to_string(request.role()) + " cannot associate here"};
    }
}

Result<void> AnchorSessions::admit_source(Peer& peer, const control::Associate& request) {
    const auto& sources = inventory_.sources();
    const auto claim = std::find_if(sources.begin(), sources.end(), [&](const SourceClaim& each) {
        return each.lease_domain == request.lease_domain();
    });
    if (claim == sources.end()) {
        return Error{"the inventory has no lease domain \"" + request.lease_domain() + "\""};
    }
    if (claim->identity != request.identity()) {
        return Error{"lease domain " + request.lease_domain() + " is served by " + claim->identity};
    }
    const auto prefixes = wire::read(request.prefixes());
    if (!prefixes) return Error{prefixes.error()};
    for (const auto& prefix : *prefixes) {
        if (!inside(anchor_.settings().prefixes, prefix)) {
            return Error{"this anchor does not own " + prefix.text()};
        }
        if (!inside(claim->prefixes, prefix)) {
            return Error{"the inventory does not let it speak for " + prefix.text()};
        }
    }
    peer.domain = inventory_.domain(request.lease_domain());
    auto& served = sources_[*peer.domain];
    if (auto* old = std::exchange(served, &peer)) {
        anchor_.source_gone(*peer.domain);
        old->session.end(control::CODE_SUPERSEDED, "replaced by a newer session");
    }
    return {};
}

Result<void> AnchorSessions::admit_access(Peer& peer, const control::Associate& request) {
    const auto ar = inventory_.ar_by_identity(request.identity());
    if (!ar) return Error{"the inventory has no access router " + request.identity()};
    const auto tunnel = wire::read_address(request.tunnel_address(), "tunnel address");
    if (!tunnel) return Error{tunnel.error()};
    if (*tunnel != inventory_.tunnel_address(*ar)) {
        return Error{"it says tunnel address " + tunnel->text() + ", the inventory says " +
                     inventory_.tunnel_address(*ar).text()};
    }
    const auto mode = wire::mode(anchor_.settings().mode);
    if (!contains(request.modes(), static_cast<int>(mode))) {
        return Error{"it does not offer this anchor's data transport mode " + std::to_string(mode)};
    }
    if (request.core_mtu() != 0 && request.core_mtu() < kCoreMtu) {
        notice_({"ANCHOR_CORE_MTU", "the core of " + request.identity() + " has MTU " +
                                        std::to_string(request.core_mtu()) + "; expected " +
                                        std::to_string(kCoreMtu) + " or more"});
    }
    peer.ar = ar;
    auto& served = ars_[*ar];
    if (auto* old = std::exchange(served, &peer)) {
        anchor_.ar_gone(*ar);
        old->session.end(control::CODE_SUPERSEDED, "replaced by a newer session");
    }
    return {};
}

void AnchorSessions::from_source(Peer& peer, const control::Message& message) {
    if (sources_[*peer.domain] != &peer) return;  // replaced
    const auto moment = clock_.now();
    if (message.has_mn_address_setup()) {
        const auto event = wire::read(message.mn_address_setup(), moment.now);
        if (!event) return refuse_message(peer, "MN Address Setup: " + event.error());
        anchor_.attached(*peer.domain, message.number(), *event, moment);
    } else if (message.has_mn_address_remove()) {
        const auto event = wire::read(message.mn_address_remove());
        if (!event) return refuse_message(peer, "MN Address Remove: " + event.error());
        anchor_.detached(*peer.domain, message.number(), *event, moment);
    } else if (message.has_mn_address_list()) {
        const auto page = wire::read(message.mn_address_list());
        if (!page) return refuse_message(peer, "MN Address List: " + page.error());
        anchor_.list_page(*peer.domain, *page, moment);
    } else if (message.has_full_state_begin()) {
        anchor_.list_begin(*peer.domain);
    } else if (message.has_full_state_end()) {
        anchor_.list_end(*peer.domain, moment);
    } else {
        refuse_message(peer, "a message that a source does not send");
    }
}

void AnchorSessions::from_access(Peer& peer, const control::Message& message) {
    if (ars_[*peer.ar] != &peer) return;  // replaced
    if (message.has_acknowledgement()) {
        const auto items = peer.stream.acknowledged(message.acknowledgement().number());
        const auto answers = wire::read(message.acknowledgement());
        if (!items || items->size() != answers.size()) {
            return refuse_message(peer, "an acknowledgement of what was not sent");
        }
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& [prefix, sequence] = (*items)[i];
            anchor_.ar_acknowledged(*peer.ar, prefix, sequence, answers[i]);
        }
        to_pump_.insert(&peer);
    } else if (message.has_location_registration()) {
        control::Message answer;
        answer.mutable_acknowledgement()->set_number(message.number());
        for (const auto& each : message.location_registration().records()) {
            const auto record = wire::read(each);
            if (!record) return refuse_message(peer, "Location Registration: " + record.error());
            anchor_.ar_reported(*peer.ar, *record, clock_.now());
            answer.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
        }
        peer.session.send(answer);
    } else if (message.has_full_state_end()) {
        anchor_.ar_report_ended(*peer.ar);
        peer.stream.begin();  // its report is complete: now it hears what it should have
        to_pump_.insert(&peer);
    } else if (!message.has_full_state_begin()) {
        refuse_message(peer, "a message that an access router does not send");
    }
}

void AnchorSessions::refuse_message(Peer& peer, const std::string& why) {
    notice_({"ANCHOR_MESSAGE_REFUSED", peer.identity + " from " + peer.address + ": " + why});
    peer.session.end(control::CODE_UNSUPPORTED, why);
}

void AnchorSessions::answer(DomainId source, std::uint64_t number,
                            const std::vector<Answer>& answers) {
    const auto found = sources_.find(source);
    if (found == sources_.end() || !found->second) return;
    control::Message message;
    message.mutable_acknowledgement()->set_number(number);
    wire::write(answers, *message.mutable_acknowledgement());
    found->second->session.send(message);
}

void AnchorSessions::record_changed(NodeId ar, const Prefix& prefix) {
    const auto found = ars_.find(ar);
    if (found == ars_.end() || !found->second) return;
    found->second->stream.changed(prefix);
    to_pump_.insert(found->second);
}

void AnchorSessions::flush() {
    closed_.clear();
    // Outwards: what this anchor's kernel still has goes before an AR may forget it.
    const bool listed = anchor_.listed() && !anchor_.recovering();
    if (std::exchange(listed_, listed) != listed) {
        for (const auto& [ar, peer] : ars_) {
            if (peer) to_pump_.insert(peer);
        }
    }
    for (auto* peer : std::exchange(to_pump_, {})) peer->stream.pump();
}

void AnchorSessions::tick(Instant now) {
    for (auto& [session, peer] : peers_) peer->session.tick(now);
}

void AnchorSessions::revoke_unclaimed() {
    for (auto& [session, peer] : peers_) {
        const bool revoked =
            (peer->ar && !inventory_.ar(*peer->ar)) ||
            (peer->domain && (!inventory_.source(*peer->domain) ||
                              inventory_.source(*peer->domain)->identity != peer->identity));
        if (!revoked) continue;
        leave(*peer);
        peer->session.end(control::CODE_NOT_AUTHORIZED, "its claim has been revoked");
    }
}

void AnchorSessions::drained(Session& session) { to_pump_.insert(peers_.at(&session).get()); }

void AnchorSessions::leave(Peer& peer) {
    to_pump_.erase(&peer);
    if (peer.domain && sources_[*peer.domain] == &peer) {
        sources_[*peer.domain] = nullptr;
        anchor_.source_gone(*peer.domain);
    }
    if (peer.ar && ars_[*peer.ar] == &peer) {
        ars_[*peer.ar] = nullptr;
        anchor_.ar_gone(*peer.ar);
    }
}

void AnchorSessions::closed(Session& session, const std::string& reason) {
    const auto found = peers_.find(&session);
    auto& peer = *found->second;
    leave(peer);
    notice_({"ANCHOR_SESSION_CLOSED", peer.identity + " from " + peer.address + ": " + reason});
    closed_.push_back(std::move(found->second));
    peers_.erase(found);
}

bool AnchorSessions::serves(DomainId source) const {
    const auto found = sources_.find(source);
    return found != sources_.end() && found->second;
}

std::vector<AnchorSessions::State> AnchorSessions::states() const {
    std::vector<State> states;
    for (const auto& [session, peer] : peers_) {
        if (!peer->associated()) continue;
        states.push_back({peer->identity,
                          peer->domain ? "source " + inventory_.name(*peer->domain) : "access",
                          peer->address});
    }
    return states;
}

}  // namespace mobility
