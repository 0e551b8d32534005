// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Associate, the report, Routing Setup and Remove, Location Deregistration.
#include "core/access_session.h"

#include "core/wire.h"

namespace mobility {

AccessSession::AccessSession(AccessRouter& router, std::size_t anchor, std::string anchor_name,
                             AccessIdentity identity, SessionTimers timers, const Clock& clock,
                             std::function<void(const Notice&)> notice)
    : router_(router),
      anchor_(anchor),
      anchor_name_(std::move(anchor_name)),
      identity_(std::move(identity)),
      timers_(timers),
      clock_(clock),
      notice_(std::move(notice)) {}

AccessSession::~AccessSession() = default;

ConnectionUser& AccessSession::connected(Connection& connection) {
    if (session_) {
        lost();
        session_->end(control::CODE_SUPERSEDED, "replaced by a newer connection");
        replaced_.push_back(std::move(session_));
    }
    session_ = std::make_unique<Session>(connection, *this, timers_, clock_.now().now);
    control::Message message;
    auto& associate = *message.mutable_associate();
    associate.set_version(kControlVersion);
    associate.set_identity(identity_.identity);
    associate.set_role(control::ROLE_ACCESS);
    associate.set_software(identity_.software);
    associate.set_tunnel_address(wire::bytes(identity_.tunnel_address));
    associate.set_core_mtu(identity_.core_mtu);
    associate.set_heartbeat_ms(static_cast<std::uint32_t>(timers_.heartbeat.count()));
    for (const auto mode : identity_.modes) associate.add_modes(wire::mode(mode));
    session_->send(message);
    return *session_;
}

void AccessSession::message(Session& session, const control::Message& message) {
    if (&session != session_.get()) return;
    if (message.has_associate_reply() && !associated_) {
        accepted(session, message.associate_reply());
    } else if (associated_) {
        instructed(session, message);
    } else {
        session.end(control::CODE_UNSUPPORTED, "a message before the answer to Associate");
    }
}

void AccessSession::accepted(Session& session, const control::AssociateReply& reply) {
    const auto refuse = [&](const std::string& why) {
        notice_({"ACCESS_ASSOCIATION_FAILED", anchor_name_ + ": " + why});
        session.end(control::CODE_UNSUPPORTED, why);
    };
    if (reply.code() != control::CODE_INSTALLED) return refuse(reply.text());
    const auto prefixes = wire::read(reply.prefixes());
    if (!prefixes) return refuse(prefixes.error());
    const auto tunnel = wire::read_address(reply.tunnel_address(), "tunnel address");
    if (!tunnel) return refuse(tunnel.error());
    const auto mode = wire::mode(reply.mode());
    if (!mode)
        return refuse("data transport mode " + std::to_string(reply.mode()) + " is not known");
    // The anchor in this same box needs no tunnel.
    const bool here = *tunnel == identity_.tunnel_address;
    router_.accepted(anchor_, {*prefixes, Tunnel{*tunnel, here ? TunnelMode::kRouted : *mode},
                               reply.reverse_tunnel() && !here && *mode != TunnelMode::kRouted});
    associated_ = true;
    notice_({"ACCESS_ASSOCIATED", "with anchor " + anchor_name_});
    report_.reset(new RecordStream(*this));
    report_->begin();
    report_->pump();
}

void AccessSession::instructed(Session& session, const control::Message& message) {
    const auto refuse = [&](const std::string& why) {
        notice_({"ACCESS_MESSAGE_REFUSED", anchor_name_ + ": " + why});
        session.end(control::CODE_UNSUPPORTED, why);
    };
    if (message.has_routing_setup()) {
        std::vector<BindingRecord> records;
        for (const auto& each : message.routing_setup().records()) {
            auto record = wire::read(each);
            if (!record) return refuse("Routing Setup: " + record.error());
            records.push_back(std::move(*record));
        }
        router_.install(anchor_, message.number(), records);
    } else if (message.has_routing_remove() || message.has_location_deregistration()) {
        const auto prefixes =
            wire::read(message.has_routing_remove() ? message.routing_remove().prefixes()
                                                    : message.location_deregistration().prefixes());
        if (!prefixes) return refuse("Routing Remove: " + prefixes.error());
        router_.remove(anchor_, message.number(), *prefixes);
    } else if (message.has_full_state_begin()) {
        router_.list_begin(anchor_);
    } else if (message.has_full_state_end()) {
        router_.list_end(anchor_);
    } else if (message.has_acknowledgement()) {
        report_->acknowledged(message.acknowledgement().number());
        report_->pump();
    } else {
        refuse("a message that an anchor does not send");
    }
}

void AccessSession::acknowledge(std::uint64_t number, const std::vector<Answer>& answers) {
    if (!associated_) return;
    control::Message message;
    message.mutable_acknowledgement()->set_number(number);
    wire::write(answers, *message.mutable_acknowledgement());
    session_->send(message);
}

std::optional<BindingRecord> AccessSession::record(const Prefix& prefix) const {
    return router_.record(anchor_, prefix);
}

std::optional<Prefix> AccessSession::next_after(const std::optional<Prefix>& prefix) const {
    return router_.next_after(anchor_, prefix);
}

void AccessSession::send_begin() {
    control::Message message;
    message.mutable_full_state_begin();
    session_->send(message);
}

void AccessSession::send_records(std::uint64_t number, const std::vector<BindingRecord>& records) {
    control::Message message;
    message.set_number(number);
    for (const auto& each : records) {
        wire::write(each, *message.mutable_location_registration()->add_records());
    }
    session_->send(message);
}

void AccessSession::send_removals(std::uint64_t, const std::vector<Prefix>&) {
}  // only a full report

void AccessSession::send_end() {
    control::Message message;
    message.mutable_full_state_end();
    session_->send(message);
}

void AccessSession::flush() {
    std::erase_if(replaced_, [](const auto& each) { return !each->open(); });
}

void AccessSession::tick(Instant now) {
    if (session_) session_->tick(now);
}

void AccessSession::drained(Session& session) {
    if (&session == session_.get() && report_) report_->pump();
}

void AccessSession::closed(Session& session, const std::string& reason) {
    if (&session != session_.get()) return;
    notice_({"ACCESS_SESSION_CLOSED", "anchor " + anchor_name_ + ": " + reason});
    lost();
    replaced_.push_back(std::move(session_));
}

void AccessSession::lost() {
    report_.reset();
    if (std::exchange(associated_, false)) router_.anchor_gone(anchor_);
}

}  // namespace mobility
