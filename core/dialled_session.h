// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The dialling side of a session, whatever its role: introduces itself, hears the answer, and
// replaces an old connection by a new one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/notice.h"
#include "core/protocol.h"
#include "core/session.h"

namespace mobility {

/// Whom a session is dialled to, and how the operator hears of it.
struct DialledPeer {
    std::string name;  ///< the anchor's identity
    const char* refused_notice;
    const char* closed_notice;
    const char* message_notice;  ///< something came that cannot be right
};

/// Owner and thread: its role's. At most one connection at a time.
class DialledSession : public SessionUser {
public:
    DialledSession(DialledPeer peer, ProtocolOffer offer, SessionTimers timers, const Clock& clock,
                   std::function<void(const Notice&)> notices);
    ~DialledSession() override;

    /// A connection has been established: introduces itself. The result is its user until closed().
    ConnectionUser& connected(Connection& connection);
    bool associated() const { return agreed_.has_value(); }
    bool congested() const { return session_ && session_->congested(); }
    const std::string& anchor_name() const { return peer_.name; }
    /// Says that this side stops, and why; what is installed stays.
    void leave(const std::string& why);
    void tick(Instant now);

    void message(Session& session, const control::Message& message) final;
    void drained(Session& session) final;
    void closed(Session& session, const std::string& reason) final;

protected:
    /// Dropped while not associated.
    void send(const control::Message& message);
    bool agreed(control::Feature feature) const { return agreed_ && agreed_->has(feature); }
    const Clock& clock() const { return clock_; }
    void notice(const Notice& notice) const { notices_(notice); }

    /// Completes what is common to all roles.
    virtual void introduce(control::Associate& associate) const = 0;
    /// The anchor has accepted; an error refuses its terms.
    virtual Result<void> accepted(const control::AssociateReply& reply) = 0;
    /// Associated from here on: the first messages may be sent.
    virtual void begin() = 0;
    /// A message of an anchor; the error says what is wrong with it and ends the session.
    virtual Result<void> instructed(const control::Message& message) = 0;
    virtual void room() = 0;
    /// Was associated, and is no more.
    virtual void lost() = 0;

private:
    void answered(Session& session, const control::AssociateReply& reply);
    void forget();

    DialledPeer peer_;
    ProtocolOffer offer_;
    SessionTimers timers_;
    const Clock& clock_;
    std::function<void(const Notice&)> notices_;
    std::unique_ptr<Session> session_;
    std::vector<std::unique_ptr<Session>> replaced_;  ///< until their connections have closed
    std::optional<ProtocolOffer> agreed_;
    bool refused_ = false;  ///< the operator knows why there is no session
};

}  // namespace mobility
