// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Associate, its answer, and the end.
#include "core/dialled_session.h"

#include <utility>

namespace mobility {

DialledSession::DialledSession(DialledPeer peer, ProtocolOffer offer, SessionTimers timers,
                               const Clock& clock, std::function<void(const Notice&)> notices)
    : peer_(std::move(peer)),
      offer_(std::move(offer)),
      timers_(timers),
      clock_(clock),
      notices_(std::move(notices)) {}

DialledSession::~DialledSession() = default;

ConnectionUser& DialledSession::connected(Connection& connection) {
    if (session_) {
        forget();
        session_->end(control::CODE_SUPERSEDED, "replaced by a newer connection");
        replaced_.push_back(std::move(session_));
    }
    refused_ = false;
    session_ = std::make_unique<Session>(connection, *this, timers_, clock_.now().now);
    control::Message message;
    auto& associate = *message.mutable_associate();
    write(offer_, associate);
    associate.set_heartbeat_ms(static_cast<std::uint32_t>(timers_.heartbeat.count()));
    introduce(associate);
    session_->send(message);
    return *session_;
}

void DialledSession::leave(const std::string& why) {
    if (session_) session_->end(control::CODE_UNSPECIFIED, why);
}

void DialledSession::tick(Instant now) {
    if (session_) session_->tick(now);
}

void DialledSession::send(const control::Message& message) {
    if (associated()) session_->send(message);
}

void DialledSession::message(Session& session, const control::Message& message) {
    if (&session != session_.get()) return;
    if (message.has_associate_reply() && !associated()) {
        answered(session, message.associate_reply());
        return;
    }
    const auto done = associated()
                          ? instructed(message)
                          : Result<void>(Error{"a message before the answer to Associate"});
    if (done) return;
    notices_({peer_.message_notice, peer_.name + ": " + done.error(), peer_.name});
    session.end(control::CODE_UNSUPPORTED, done.error());
}

void DialledSession::answered(Session& session, const control::AssociateReply& reply) {
    const auto refuse = [&](const std::string& why) {
        notices_({peer_.refused_notice, peer_.name + ": " + why, peer_.name});
        refused_ = true;
        session.end(control::CODE_UNSUPPORTED, why);
    };
    if (reply.code() != control::CODE_INSTALLED) return refuse(reply.text());
    auto agreed = agree(offer_, reply);
    if (!agreed) return refuse(agreed.error());
    if (auto good = accepted(reply); !good) return refuse(good.error());
    agreed_ = std::move(agreed.value());
    begin();
}

void DialledSession::drained(Session& session) {
    if (&session == session_.get() && associated()) room();
}

void DialledSession::closed(Session& session, const std::string& reason) {
    if (&session == session_.get()) {
        if (!refused_) {
            notices_({peer_.closed_notice, "anchor " + peer_.name + ": " + reason, peer_.name});
        }
        forget();
        replaced_.push_back(std::move(session_));
    }
    // The session is still on the stack here; it goes with the next one or with this object.
    std::erase_if(replaced_,
                  [&](const auto& each) { return each.get() != &session && !each->open(); });
}

void DialledSession::forget() {
    if (std::exchange(agreed_, std::nullopt)) lost();
}

}  // namespace mobility
