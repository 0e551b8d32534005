// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The source's side of one session to an anchor: Source's words become messages, answers come back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/session.h"
#include "core/source.h"

namespace mobility {

/// How a source introduces itself.
struct SourceIdentity {
    std::string identity;      ///< the name in its certificate
    std::string lease_domain;  ///< e.g. "metro/6"
    std::string software;
};

/// Owner: the hook's service thread. At most one connection at a time: a new one replaces the old.
class SourceSession final : public SessionUser {
public:
    /// `prefixes`: what this source believes the anchor owns.
    SourceSession(Source& source, AnchorIndex anchor, SourceIdentity identity,
                  std::string anchor_name, std::vector<Prefix> prefixes, SessionTimers timers,
                  const Clock& clock, std::function<void(const Notice&)> notice);
    ~SourceSession() override;

    /// A connection has been established: introduces itself. The result is its user until closed().
    ConnectionUser& connected(Connection& connection);
    bool associated() const { return associated_; }
    bool congested() const { return session_ && session_->congested(); }
    void tick(Instant now);

    /// What SourceOutput asks for; dropped while not associated.
    void send_attached(std::uint64_t number, const Attached& event);
    void send_detached(std::uint64_t number, const Detached& event);
    void send_list_begin();
    void send_list_page(const std::vector<LeaseEntry>& page);
    void send_list_end();

    void message(Session& session, const control::Message& message) override;
    void drained(Session& session) override;
    void closed(Session& session, const std::string& reason) override;

private:
    void lost();

    Source& source_;
    AnchorIndex anchor_;
    SourceIdentity identity_;
    std::string anchor_name_;
    std::vector<Prefix> prefixes_;
    SessionTimers timers_;
    const Clock& clock_;
    std::function<void(const Notice&)> notice_;
    std::unique_ptr<Session> session_;
    std::vector<std::unique_ptr<Session>> replaced_;  ///< until their connections have closed
    bool associated_ = false;
};

}  // namespace mobility
