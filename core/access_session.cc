// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Associate, the report, Routing Setup and Remove, Location Deregistration.
#include "core/access_session.h"

#include <algorithm>

#include "core/wire.h"

namespace mobility {
namespace {

/// Of messages whose acknowledgement nobody waits for: what follows a Location Deregistration is
/// the anchor's own. The report's numbers begin at 1.
constexpr std::uint64_t kUnnumbered = 0;
/// Of exchanges: they count over all sessions, from here on.
constexpr std::uint64_t kExchanges = std::uint64_t{1} << 63;
constexpr Milliseconds kLongestLinger{60'000};

}  // namespace

AccessSession::AccessSession(AccessRouter& router, std::size_t anchor, std::string anchor_name,
                             AccessIdentity identity, SessionTimers timers, const Clock& clock,
                             std::function<void(const Notice&)> notices, ProtocolOffer offer)
    : DialledSession({std::move(anchor_name), "ACCESS_ASSOCIATION_FAILED", "ACCESS_SESSION_CLOSED",
                      "ACCESS_MESSAGE_REFUSED"},
                     std::move(offer), timers, clock, std::move(notices)),
      router_(router),
      anchor_(anchor),
      identity_(std::move(identity)),
      kept_(clock.now().now) {}

void AccessSession::introduce(control::Associate& associate) const {
    associate.set_identity(identity_.identity);
    associate.set_role(control::ROLE_ACCESS);
    associate.set_software(identity_.software);
    associate.set_tunnel_address(wire::bytes(identity_.tunnel_address));
    associate.set_core_mtu(identity_.core_mtu);
    for (const auto mode : identity_.modes) associate.add_modes(wire::mode(mode));
    for (const auto& link : identity_.link_addresses) {
        associate.add_link_addresses(wire::bytes(link));
    }
}

Result<void> AccessSession::accepted(const control::AssociateReply& reply) {
    const auto prefixes = wire::read(reply.prefixes());
    if (!prefixes) return Error{prefixes.error()};
    const auto tunnel = wire::read_address(reply.tunnel_address(), "tunnel address");
    if (!tunnel) return Error{tunnel.error()};
    const auto mode = wire::mode(reply.mode());
    if (!mode)
        return Error{"data transport mode " + std::to_string(reply.mode()) + " is not known"};
    // The anchor in this same box needs no tunnel.
    const bool here = *tunnel == identity_.tunnel_address;
    router_.accepted(anchor_, {*prefixes, Tunnel{*tunnel, here ? TunnelMode::kRouted : *mode},
                               reply.reverse_tunnel() && !here && *mode != TunnelMode::kRouted});
    return {};
}

void AccessSession::begin() {
    notice({"ACCESS_ASSOCIATED", "with anchor " + anchor_name()});
    attest_kept();
    report_.reset(new RecordStream(*this));
    if (!agreed(control::FEATURE_STATE_DIGEST)) {
        report_->begin();
        return report_->pump();
    }
    digest_ = router_.digest(anchor_);
    control::Message message;
    wire::write(digest_, *message.mutable_state_digest());
    send(message);
}

Result<void> AccessSession::instructed(const control::Message& message) {
    if (message.has_routing_setup()) {
        std::vector<BindingRecord> records;
        for (const auto& each : message.routing_setup().records()) {
            auto record = wire::read(each);
            if (!record) return Error{"Routing Setup: " + record.error()};
            records.push_back(std::move(*record));
        }
        router_.install(anchor_, message.number(), records);
    } else if (message.has_routing_remove() || message.has_location_deregistration()) {
        const Milliseconds linger{message.location_deregistration().linger_ms()};
        const auto prefixes =
            wire::read(message.has_routing_remove() ? message.routing_remove().prefixes()
                                                    : message.location_deregistration().prefixes());
        if (!prefixes) return Error{"Routing Remove: " + prefixes.error()};
        router_.linger(anchor_, clock().now().now + std::min(linger, kLongestLinger));
        router_.remove(anchor_, message.number(), *prefixes);
    } else if (message.has_state_digest()) {
        const auto digest = wire::read(message.state_digest());
        if (!digest) return Error{digest.error()};
        report_->begin(digest_.differing(*digest));
        report_->pump();
    } else if (message.has_full_state_begin()) {
        const auto buckets = wire::read(message.full_state_begin());
        if (!buckets) return Error{buckets.error()};
        router_.list_begin(anchor_, *buckets);
    } else if (message.has_full_state_end()) {
        router_.list_end(anchor_);
    } else if (message.has_acknowledgement()) {
        const auto number = message.acknowledgement().number();
        if (number == kUnnumbered) return {};
        if (number >= kExchanges) {
            kept_.told(number - kExchanges, clock().now().now);
            return {};
        }
        report_->acknowledged(number);
        report_->pump();
    } else {
        return Error{"a message that an anchor does not send"};
    }
    return {};
}

void AccessSession::acknowledge(std::uint64_t number, const std::vector<Answer>& answers) {
    control::Message message;
    message.mutable_acknowledgement()->set_number(number);
    wire::write(answers, *message.mutable_acknowledgement());
    send(message);
}

void AccessSession::attest(const RelayedExchange& exchange) {
    if (associated() && !agreed(control::FEATURE_ATTESTATION)) return;
    const auto number = kept_.keep(exchange, clock().now().now);
    control::Message message;
    message.set_number(kExchanges + number);
    wire::write(exchange, *message.mutable_location_registration()->add_exchanges());
    send(message);
}

void AccessSession::attest_kept() {
    const auto now = clock().now().now;
    if (!agreed(control::FEATURE_ATTESTATION)) return kept_.clear(now);
    kept_.forget_old(now);
    if (const auto untold = kept_.take_untold(); untold > 0) {
        notice({"ACCESS_EXCHANGES_FORGOTTEN",
                std::to_string(untold) + " that were relayed while there was no session with " +
                    anchor_name()});
    }
    constexpr int kPage = RecordStream::kPage;
    control::Message page;
    for (const auto& [number, heard, exchange] : kept_.all()) {
        page.set_number(kExchanges + number);
        wire::write(exchange, *page.mutable_location_registration()->add_exchanges());
        if (page.location_registration().exchanges_size() < kPage) continue;
        send(page);
        page.Clear();
    }
    if (!page.has_location_registration()) page.set_number(kExchanges);
    wire::write_complete(kept_.complete_since(), now, *page.mutable_location_registration());
    send(page);
}

bool AccessSession::deregister(const std::vector<std::pair<Prefix, std::uint64_t>>& records) {
    if (!agreed(control::FEATURE_LOCATION_DEREGISTRATION)) return false;
    constexpr std::size_t kPage = RecordStream::kPage;
    for (std::size_t begin = 0; begin < records.size(); begin += kPage) {
        control::Message message;
        message.set_number(kUnnumbered);
        auto& gone = *message.mutable_location_deregistration();
        for (std::size_t i = begin; i < std::min(begin + kPage, records.size()); ++i) {
            wire::write(records[i].first, *gone.add_prefixes());
            gone.add_sequences(records[i].second);
        }
        send(message);
    }
    return true;
}

std::optional<BindingRecord> AccessSession::record(const Prefix& prefix) const {
    return router_.record(anchor_, prefix);
}

std::vector<Prefix> AccessSession::in_bucket(std::size_t bucket) const {
    return router_.in_bucket(anchor_, bucket);
}

void AccessSession::send_begin(const Buckets& buckets) {
    control::Message message;
    wire::write(buckets, *message.mutable_full_state_begin());
    send(message);
}

void AccessSession::send_records(std::uint64_t number, const std::vector<BindingRecord>& records) {
    control::Message message;
    message.set_number(number);
    for (const auto& each : records) {
        wire::write(each, *message.mutable_location_registration()->add_records());
    }
    send(message);
}

void AccessSession::send_removals(std::uint64_t, const std::vector<Prefix>&) {
}  // only a full report

void AccessSession::send_end() {
    control::Message message;
    message.mutable_full_state_end();
    send(message);
}

void AccessSession::room() { report_->pump(); }

void AccessSession::lost() {
    report_.reset();
    router_.anchor_gone(anchor_);
}

}  // namespace mobility
