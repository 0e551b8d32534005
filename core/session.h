// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One session of the control protocol over one connection: framing, heartbeats both ways, orderly
// end. What the messages mean is its user's affair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/connection.h"
#include "core/control.pb.h"
#include "core/frame.h"
#include "core/instant.h"

namespace mobility {

class Session;

/// The layer above a Session.
class SessionUser {
public:
    virtual ~SessionUser() = default;
    /// Every message but heartbeats. The Session may be ended, not destroyed, from in here.
    virtual void message(Session& session, const control::Message& message) = 0;
    /// There is room again after congested() was true.
    virtual void drained(Session& session) = 0;
    /// The last call; the Session may be destroyed after it has returned.
    virtual void closed(Session& session, const std::string& reason) = 0;
};

struct SessionTimers {
    Milliseconds heartbeat{1000};  ///< between two of ours; 100..60000
    unsigned missed = 5;           ///< heartbeat intervals of silence until the peer counts as gone
};

/// Owner: whoever handed the Connection its user; one thread. After closed() it is inert.
class Session final : public ConnectionUser {
public:
    Session(Connection& connection, SessionUser& user, SessionTimers timers, Instant now);

    void send(const control::Message& message);
    /// Tells the peer why and closes; closed() follows from the connection.
    void end(control::Code code, const std::string& text);
    /// More than a few pages are queued: bulk waits, single changes do not.
    bool congested() const;
    /// It has ended because the peer took too little of what it was told.
    bool overrun() const { return overrun_; }
    bool open() const { return connection_ != nullptr; }
    const Connection& connection() const { return *connection_; }

    /// Sends heartbeats and notices silence; call it at least every heartbeat interval. What passes
    /// between two calls counts as one interval at most: whoever was stopped or busy has heard
    /// nobody, and that is not the peer's silence.
    void tick(Instant now);
    /// The time since the beginning, counted likewise.
    Instant::duration age() const { return age_; }

    /// Octets queued in the connection that end a session: twice what a source whose anchor was
    /// away tells at once (100,000 attachments), and far more than anybody else does.
    static constexpr std::size_t kMostUnsent = 64 << 20;

    void received(std::span<const std::uint8_t> bytes) override;
    void drained() override;
    void closed(const std::string& reason) override;

private:
    Connection* connection_;
    SessionUser& user_;
    SessionTimers timers_;
    FrameReader reader_;
    bool ending_ = false;
    bool overrun_ = false;
    bool heard_ = true;  ///< since the last tick
    Instant last_tick_;
    Instant last_heartbeat_;
    Instant::duration silence_{0};
    Instant::duration age_{0};
};

}  // namespace mobility
