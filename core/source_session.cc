// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// MN Address Setup and Remove, their acknowledgements, and the full list.
#include "core/source_session.h"

#include "core/wire.h"

namespace mobility {

SourceSession::SourceSession(Source& source, AnchorIndex anchor, SourceIdentity identity,
                             std::string anchor_name, std::vector<Prefix> prefixes,
                             SessionTimers timers, const Clock& clock,
                             std::function<void(const Notice&)> notice)
    : source_(source),
      anchor_(anchor),
      identity_(std::move(identity)),
      anchor_name_(std::move(anchor_name)),
      prefixes_(std::move(prefixes)),
      timers_(timers),
      clock_(clock),
      notice_(std::move(notice)) {}

SourceSession::~SourceSession() = default;

ConnectionUser& SourceSession::connected(Connection& connection) {
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
    associate.set_role(control::ROLE_SOURCE);
    associate.set_lease_domain(identity_.lease_domain);
    associate.set_software(identity_.software);
    for (const auto& prefix : prefixes_) wire::write(prefix, *associate.add_prefixes());
    associate.set_heartbeat_ms(static_cast<std::uint32_t>(timers_.heartbeat.count()));
    session_->send(message);
    return *session_;
}

void SourceSession::tick(Instant now) {
    if (session_) session_->tick(now);
}

void SourceSession::send_attached(std::uint64_t number, const Attached& event) {
    if (!associated_) return;
    control::Message message;
    message.set_number(number);
    wire::write(event, clock_.now().now, *message.mutable_mn_address_setup());
    session_->send(message);
}

void SourceSession::send_detached(std::uint64_t number, const Detached& event) {
    if (!associated_) return;
    control::Message message;
    message.set_number(number);
    wire::write(event, *message.mutable_mn_address_remove());
    session_->send(message);
}

void SourceSession::send_list_begin() {
    if (!associated_) return;
    control::Message message;
    message.mutable_full_state_begin();
    session_->send(message);
}

void SourceSession::send_list_page(const std::vector<LeaseEntry>& page) {
    if (!associated_) return;
    control::Message message;
    wire::write(page, *message.mutable_mn_address_list());
    session_->send(message);
}

void SourceSession::send_list_end() {
    if (!associated_) return;
    control::Message message;
    message.mutable_full_state_end();
    session_->send(message);
}

void SourceSession::message(Session& session, const control::Message& message) {
    if (&session != session_.get()) return;
    if (message.has_associate_reply() && !associated_) {
        const auto& reply = message.associate_reply();
        if (reply.code() != control::CODE_INSTALLED) {
            notice_({"SOURCE_ASSOCIATION_REFUSED",
                     anchor_name_ + " refuses the association: " + reply.text()});
            session.end(control::CODE_UNSUPPORTED, "association refused");
            return;
        }
        associated_ = true;
        notice_({"SOURCE_ASSOCIATED",
                 "associated with " + anchor_name_ + " as source " + identity_.lease_domain});
        source_.connected(anchor_, clock_.now().now);
    } else if (message.has_acknowledgement() && associated_) {
        const auto& acknowledgement = message.acknowledgement();
        source_.answered(anchor_, acknowledgement.number(), wire::read(acknowledgement));
    } else {
        session.end(control::CODE_UNSUPPORTED,
                    "a message that an anchor does not send to a source");
    }
}

void SourceSession::drained(Session& session) {
    if (&session == session_.get() && associated_) source_.drained(anchor_);
}

void SourceSession::closed(Session& session, const std::string& reason) {
    if (&session == session_.get()) {
        notice_({"SOURCE_SESSION_CLOSED", "session to " + anchor_name_ + ": " + reason});
        lost();
        replaced_.push_back(std::move(session_));
    }
    // The session is still on the stack here; it goes with the next connection or with this object.
    std::erase_if(replaced_,
                  [&](const auto& each) { return each.get() != &session && !each->open(); });
}

void SourceSession::lost() {
    if (!std::exchange(associated_, false)) return;
    source_.disconnected(anchor_);
}

}  // namespace mobility
