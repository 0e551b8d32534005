// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The AR's side of one session to an anchor: it reports what it has, then does as it is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/access_router.h"
#include "core/clock.h"
#include "core/record_stream.h"
#include "core/session.h"

namespace mobility {

/// How an AR introduces itself.
struct AccessIdentity {
    std::string identity;           ///< the name in its certificate
    IpAddress tunnel_address;       ///< as in the anchor's inventory
    std::vector<TunnelMode> modes;  ///< offered, best first
    std::uint32_t core_mtu = 0;     ///< octets; 0: not known
    std::string software;
};

/// Owner: the access agent's one thread. At most one connection at a time: a new one replaces the
/// old.
class AccessSession final : public SessionUser, private RecordStreamEnds {
public:
    AccessSession(AccessRouter& router, std::size_t anchor, std::string anchor_name,
                  AccessIdentity identity, SessionTimers timers, const Clock& clock,
                  std::function<void(const Notice&)> notice);
    ~AccessSession() override;

    /// A connection has been established: introduces itself. The result is its user until closed().
    ConnectionUser& connected(Connection& connection);
    bool associated() const { return associated_; }
    const std::string& anchor_name() const { return anchor_name_; }
    void flush();
    void tick(Instant now);

    /// AccessRouterOutput's word.
    void acknowledge(std::uint64_t number, const std::vector<Answer>& answers);

    void message(Session& session, const control::Message& message) override;
    void drained(Session& session) override;
    void closed(Session& session, const std::string& reason) override;

private:
    std::optional<BindingRecord> record(const Prefix& prefix) const override;
    std::optional<Prefix> next_after(const std::optional<Prefix>& prefix) const override;
    void send_begin() override;
    void send_records(std::uint64_t number, const std::vector<BindingRecord>& records) override;
    void send_removals(std::uint64_t number, const std::vector<Prefix>& prefixes) override;
    void send_end() override;
    bool congested() const override { return session_ && session_->congested(); }

    void accepted(Session& session, const control::AssociateReply& reply);
    void instructed(Session& session, const control::Message& message);
    void lost();

    AccessRouter& router_;
    std::size_t anchor_;
    std::string anchor_name_;
    AccessIdentity identity_;
    SessionTimers timers_;
    const Clock& clock_;
    std::function<void(const Notice&)> notice_;
    std::unique_ptr<Session> session_;
    std::vector<std::unique_ptr<Session>> replaced_;  ///< until their connections have closed
    std::unique_ptr<RecordStream> report_;
    bool associated_ = false;
};

}  // namespace mobility
