// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The translation between messages and the Anchor's words; anchor_association.cc has the beginning.
#include "core/anchor_sessions.h"

#include <algorithm>

#include "core/anchor_peer.h"
#include "core/wire.h"

namespace mobility {
namespace {
constexpr std::size_t kBulkSlice = 1024;  ///< records: some milliseconds
/// A node has one session for each of its roles, and for a moment the one before it.
constexpr std::size_t kConnectionsPerName = 8;
constexpr Seconds kAssociateWithin{10};
}  // namespace

AnchorSessions::AnchorSessions(Anchor& anchor, Inventory& inventory, AnchorIdentity identity,
                               SessionTimers timers, const Clock& clock,
                               std::function<void(const Notice&)> notice)
    : anchor_(anchor),
      inventory_(inventory),
      identity_(std::move(identity)),
      timers_(timers),
      clock_(clock),
      notice_(std::move(notice)),
      gate_(anchor, identity_.attestation) {}

AnchorSessions::~AnchorSessions() = default;

ConnectionUser& AnchorSessions::accept(Connection& connection) {
    auto peer = std::make_unique<Peer>(*this, connection);
    peer->address = connection.peer_address();
    peer->certificate = certificates_.try_emplace(connection.peer_names(), 0).first;
    auto& session = peer->session;
    auto& accepted = *peers_.emplace(&session, std::move(peer)).first->second;
    auto& [names, connections] = *accepted.certificate;
    if (connections++ >= kConnectionsPerName * names.size()) {
        refuse(accepted, control::CODE_LACK_OF_RESOURCES, accepted.certificate_text(),
               "it has " + std::to_string(connections - 1) + " connections already");
    }
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
    } else if (peer.authority) {
        from_authority(peer, message);
    } else {
        refuse_message(peer, "a message before Associate");
    }
}

void AnchorSessions::from_source(Peer& peer, const control::Message& message) {
    if (sources_[*peer.domain] != &peer) return;  // replaced
    const auto moment = clock_.now();
    if (message.has_mn_address_setup()) {
        const auto event = wire::read(message.mn_address_setup(), moment.now);
        if (!event) return refuse_message(peer, "MN Address Setup: " + event.error());
        gate_.attached(*peer.domain, message.number(), *event, moment);
    } else if (message.has_mn_address_remove()) {
        const auto event = wire::read(message.mn_address_remove());
        if (!event) return refuse_message(peer, "MN Address Remove: " + event.error());
        gate_.detached(*peer.domain, message.number(), *event, moment);
    } else if (message.has_mn_address_list()) {
        const auto page = wire::read(message.mn_address_list());
        if (!page) return refuse_message(peer, "MN Address List: " + page.error());
        anchor_.list_page(*peer.domain, *page, moment);
    } else if (message.has_full_state_begin()) {
        const auto buckets = wire::read(message.full_state_begin());
        if (!buckets) return refuse_message(peer, buckets.error());
        anchor_.list_begin(*peer.domain, *buckets);
    } else if (message.has_state_digest() && peer.agreed.has(control::FEATURE_LIST_DIGEST)) {
        compared_leases(peer, message.state_digest());
    } else if (message.has_full_state_end()) {
        anchor_.list_end(*peer.domain, moment);
        peer.has_listed = true;
    } else {
        refuse_message(peer, "a message that a source does not send");
    }
}

void AnchorSessions::from_access(Peer& peer, const control::Message& message) {
    if (ars_[*peer.ar] != &peer) return;  // replaced
    if (message.has_acknowledgement()) {
        acknowledged(peer, message.acknowledgement());
    } else if (message.has_location_registration()) {
        registered(peer, message.number(), message.location_registration());
    } else if (message.has_location_deregistration()) {
        deregistered(peer, message.number(), message.location_deregistration());
    } else if (message.has_state_digest()) {
        compared(peer, message.state_digest());
    } else if (message.has_full_state_end()) {
        anchor_.ar_report_ended(*peer.ar);
        peer.stream.begin(peer.differing);  // its report is complete: now it hears what is wanted
        to_pump_.insert(&peer);
    } else if (!message.has_full_state_begin()) {
        refuse_message(peer, "a message that an access router does not send");
    }
}

void AnchorSessions::compared(Peer& peer, const control::StateDigest& message) {
    const auto theirs = wire::read(message);
    if (!theirs) return refuse_message(peer, theirs.error());
    const auto ours = anchor_.digest_at(*peer.ar);
    peer.differing = ours.differing(*theirs);
    control::Message answer;
    wire::write(ours, *answer.mutable_state_digest());
    peer.session.send(answer);
    anchor_.ar_has(*peer.ar, peer.differing.others());
}

void AnchorSessions::compared_leases(Peer& peer, const control::StateDigest& message) {
    const auto theirs = wire::read(message);
    if (!theirs) return refuse_message(peer, theirs.error());
    const auto ours = anchor_.lease_digest(*peer.domain);
    control::Message answer;
    wire::write(ours, *answer.mutable_state_digest());
    peer.session.send(answer);
    anchor_.source_has(*peer.domain, ours.differing(*theirs).others());
}

void AnchorSessions::acknowledged(Peer& peer, const control::Acknowledgement& message) {
    const auto items = peer.stream.acknowledged(message.number());
    const auto answers = wire::read(message);
    if (!items || items->size() != answers.size()) {
        return refuse_message(peer, "an acknowledgement of what was not sent");
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto& [prefix, sequence] = (*items)[i];
        anchor_.ar_acknowledged(*peer.ar, prefix, sequence, answers[i]);
    }
    to_pump_.insert(&peer);
}

void AnchorSessions::registered(Peer& peer, std::uint64_t number,
                                const control::LocationRegistration& message) {
    control::Message answer;
    answer.mutable_acknowledgement()->set_number(number);
    for (const auto& each : message.records()) {
        const auto record = wire::read(each);
        if (!record) return refuse_message(peer, "Location Registration: " + record.error());
        anchor_.ar_reported(*peer.ar, *record, clock_.now());
        answer.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
    }
    for (const auto& each : message.exchanges()) {
        const auto exchange = wire::read(each);
        if (!exchange) return refuse_message(peer, "Location Registration: " + exchange.error());
        gate_.relayed(*peer.ar, *exchange, clock_.now());
        answer.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
    }
    if (const auto since = wire::read_complete(message, clock_.now().now)) {
        gate_.told_since(*peer.ar, *since, clock_.now());
    }
    peer.session.send(answer);
}

void AnchorSessions::from_authority(Peer& peer, const control::Message& message) {
    if (authorities_[peer.identity] != &peer) return;  // replaced
    if (message.has_lma_allocation()) {
        allocated(peer, message.number(), message.lma_allocation());
    } else if (message.has_full_state_begin()) {
        anchor_.allocations().list_begin(peer.identity);
        peer.listing = true;
    } else if (message.has_full_state_end() && std::exchange(peer.listing, false)) {
        allocation_ended(peer);
    } else {
        refuse_message(peer, "a message that an authority does not send");
    }
}

void AnchorSessions::allocated(Peer& peer, std::uint64_t number,
                               const control::LmaAllocation& message) {
    const auto page = wire::read(message);
    if (!page) return refuse_message(peer, "LMA Allocation: " + page.error());
    std::vector<Answer> answers;
    for (const auto& each : *page) {
        const bool news = anchor_.allocations().say(peer.identity, each.mn, each.granted);
        answers.push_back({news ? Verdict::kInstalled : Verdict::kUnchanged, Refusal::kNone, {}});
    }
    control::Message answer;
    answer.mutable_acknowledgement()->set_number(number);
    wire::write(answers, *answer.mutable_acknowledgement());
    peer.session.send(answer);
}

void AnchorSessions::allocation_ended(Peer& peer) {
    const auto missing = anchor_.allocations().list_end(peer.identity);
    if (!missing) return;
    notice_({"ANCHOR_AUTHORITY_LIST_TOO_SHORT",
             std::to_string(missing->missing) + " of " + std::to_string(missing->granted) +
                 " MNs that " + peer.identity +
                 " has granted are not in its list; they are served until an operator confirms"});
}

void AnchorSessions::deregistered(Peer& peer, std::uint64_t number,
                                  const control::LocationDeregistration& message) {
    const auto prefixes = wire::read(message.prefixes());
    if (!prefixes) return refuse_message(peer, "Location Deregistration: " + prefixes.error());
    if (message.sequences_size() != message.prefixes_size()) {
        return refuse_message(peer,
                              "Location Deregistration: a sequence for each prefix is missing");
    }
    std::vector<Answer> answers;
    for (int i = 0; i < message.sequences_size(); ++i) {
        const auto& prefix = (*prefixes)[static_cast<std::size_t>(i)];
        answers.push_back(anchor_.ar_deregistered(*peer.ar, prefix, message.sequences(i)));
    }
    control::Message answer;
    answer.mutable_acknowledgement()->set_number(number);
    wire::write(answers, *answer.mutable_acknowledgement());
    peer.session.send(answer);
}

void AnchorSessions::refuse_message(Peer& peer, const std::string& why) {
    notice_({"ANCHOR_MESSAGE_REFUSED", peer.text() + ": " + why,
             peer.associated() ? peer.identity : ""});
    peer.refused = !peer.associated();
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
    // An MN waits for a record that comes or changes, nobody for one that has ended.
    found->second->stream.changed(prefix, anchor_.bound(prefix) ? RecordStream::Urgency::kMove
                                                                : RecordStream::Urgency::kBulk);
    to_pump_.insert(found->second);
}

bool AnchorSessions::flush() {
    closed_.clear();
    gate_.tick(clock_.now());
    // Outwards: what this anchor's kernel still has goes before an AR may forget it.
    const bool listed = anchor_.listed() && !anchor_.recovering();
    if (std::exchange(listed_, listed) != listed) {
        for (const auto& [ar, peer] : ars_) {
            if (peer) to_pump_.insert(peer);
        }
    }
    for (auto* peer : to_pump_) peer->stream.pump_moves();
    for (std::size_t said = 0; said < kBulkSlice && !to_pump_.empty();) {
        auto next = to_pump_.upper_bound(pumped_);
        if (next == to_pump_.end()) next = to_pump_.begin();
        pumped_ = *next;
        to_pump_.erase(next);
        said += pumped_->stream.pump_bulk();
    }
    return !to_pump_.empty();
}

void AnchorSessions::tick(Instant now) {
    for (auto& [session, peer] : peers_) {
        peer->session.tick(now);
        const bool late = peer->session.age() >= kAssociateWithin;
        if (!late || peer->associated() || peer->refused) continue;
        refuse(
            *peer, control::CODE_UNSPECIFIED, peer->certificate_text(),
            "it has not associated within " + std::to_string(kAssociateWithin / Seconds{1}) + " s");
    }
    gate_.set_source_away(source_away());
}

bool AnchorSessions::source_away() const {
    const auto& claims = inventory_.sources();
    return std::any_of(claims.begin(), claims.end(), [&](const SourceClaim& claim) {
        if (!anchor_.may_own(claim)) return false;
        const auto found = sources_.find(inventory_.domain(claim.lease_domain));
        return found == sources_.end() || !found->second || !found->second->has_listed;
    });
}

void AnchorSessions::leave_all(const std::string& why) {
    for (auto& [session, peer] : peers_) peer->session.end(control::CODE_UNSPECIFIED, why);
}

void AnchorSessions::revoke_unclaimed() {
    for (auto& [session, peer] : peers_) {
        const bool revoked =
            (peer->ar && !inventory_.ar(*peer->ar)) ||
            (peer->domain && (!inventory_.source(*peer->domain) ||
                              inventory_.source(*peer->domain)->identity != peer->identity)) ||
            (peer->authority && !inventory_.mns().authorities.contains(peer->identity));
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
        gate_.source_gone(*peer.domain);
        anchor_.source_gone(*peer.domain);
    }
    if (peer.authority && authorities_[peer.identity] == &peer) {
        authorities_[peer.identity] = nullptr;
    }
    if (peer.ar && ars_[*peer.ar] == &peer) {
        ars_[*peer.ar] = nullptr;
        gate_.ar_gone(*peer.ar);
        anchor_.ar_gone(*peer.ar);
    }
}

void AnchorSessions::closed(Session& session, const std::string& reason) {
    const auto found = peers_.find(&session);
    auto& peer = *found->second;
    leave(peer);
    if (--peer.certificate->second == 0) certificates_.erase(peer.certificate);
    if (!peer.refused) {
        notice_({session.overrun() ? "ANCHOR_PEER_OVERRUN" : "ANCHOR_SESSION_CLOSED",
                 peer.text() + ": " + reason, peer.associated() ? peer.identity : ""});
    }
    closed_.push_back(std::move(found->second));
    peers_.erase(found);
}

bool AnchorSessions::serves(DomainId source) const {
    const auto found = sources_.find(source);
    return found != sources_.end() && found->second;
}

bool AnchorSessions::serves(NodeId ar) const {
    const auto found = ars_.find(ar);
    return found != ars_.end() && found->second;
}

std::vector<AnchorSessions::State> AnchorSessions::states() const {
    std::vector<State> states;
    for (const auto& [session, peer] : peers_) {
        if (!peer->associated()) continue;
        states.push_back({peer->identity,
                          peer->domain      ? "source " + inventory_.name(*peer->domain)
                          : peer->authority ? "authority"
                                            : "access",
                          peer->address});
    }
    return states;
}

}  // namespace mobility
