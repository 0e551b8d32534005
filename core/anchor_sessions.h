// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The anchor's side of all sessions: who may associate as what, messages in, answers and records
// out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/anchor.h"
#include "core/attestation.h"
#include "core/clock.h"
#include "core/protocol.h"
#include "core/record_stream.h"
#include "core/session.h"

namespace mobility {

struct AnchorIdentity {
    std::string identity;      ///< the name in its certificate
    IpAddress tunnel_address;  ///< outer destination of what ARs send back
    bool reverse_tunnel = true;
    std::string software;
    ProtocolOffer offer{};
    AttestationPolicy attestation = AttestationPolicy::kPreferred;
};

/// Owner: the anchor agent's one thread. A session's key is (identity, role, lease domain): a new
/// one replaces the old; another identity for a domain already served is refused. Whoever has not
/// associated soon, or has too many connections, is not kept.
class AnchorSessions final : public SessionUser {
public:
    AnchorSessions(Anchor& anchor, Inventory& inventory, AnchorIdentity identity,
                   SessionTimers timers, const Clock& clock,
                   std::function<void(const Notice&)> notice);
    ~AnchorSessions() override;

    /// A connection from anybody; the result is its user until closed().
    ConnectionUser& accept(Connection& connection);
    /// Tells all peers that this side stops, and why; what is installed stays.
    void leave_all(const std::string& why);
    /// Ends sessions whose claim is gone from the inventory.
    void revoke_unclaimed();
    /// Sends what ARs should know by now. Call it after every batch of input. True when more is
    /// left than fits a slice.
    bool flush();
    /// When flush() is to be called at the latest.
    std::optional<Instant> next_deadline() const { return gate_.next_deadline(); }
    void tick(Instant now);

    /// AnchorOutput's words.
    void answer(DomainId source, std::uint64_t number, const std::vector<Answer>& answers);
    void record_changed(NodeId ar, const Prefix& prefix);

    bool serves(DomainId source) const;
    bool serves(NodeId ar) const;

    /// Of one session, for the operator.
    struct State {
        std::string identity;
        std::string role;  ///< "source metro/6", "access" or "authority"
        std::string address;
    };
    std::vector<State> states() const;

    void message(Session& session, const control::Message& message) override;
    void drained(Session& session) override;
    void closed(Session& session, const std::string& reason) override;

private:
    class Peer;

    /// Why somebody may not associate.
    struct Rejection {
        control::Code code;
        std::string text;
    };
    void associate(Peer& peer, const control::Associate& request);
    void refuse(Peer& peer, control::Code code, const std::string& who, const std::string& why);
    void replace(Peer& old, const Peer& fresh, const std::string& identity);
    std::optional<Rejection> admit(Peer& peer, const control::Associate& request);
    std::optional<Rejection> admit_source(Peer& peer, const control::Associate& request);
    std::optional<Rejection> admit_access(Peer& peer, const control::Associate& request);
    std::optional<Rejection> admit_authority(Peer& peer, const control::Associate& request);
    void compare_links(const Peer& peer, const control::Associate& request);
    void from_source(Peer& peer, const control::Message& message);
    void from_access(Peer& peer, const control::Message& message);
    void from_authority(Peer& peer, const control::Message& message);
    void allocated(Peer& peer, std::uint64_t number, const control::LmaAllocation& message);
    void allocation_ended(Peer& peer);
    void compared(Peer& peer, const control::StateDigest& message);
    void compared_leases(Peer& peer, const control::StateDigest& message);
    void acknowledged(Peer& peer, const control::Acknowledgement& message);
    void registered(Peer& peer, std::uint64_t number, const control::LocationRegistration& message);
    void deregistered(Peer& peer, std::uint64_t number,
                      const control::LocationDeregistration& message);
    /// One that may own bindings here has not told again what it had to.
    bool source_away() const;
    void refuse_message(Peer& peer, const std::string& why);
    void leave(Peer& peer);

    Anchor& anchor_;
    Inventory& inventory_;
    AnchorIdentity identity_;
    SessionTimers timers_;
    const Clock& clock_;
    std::function<void(const Notice&)> notice_;
    std::map<const Session*, std::unique_ptr<Peer>> peers_;
    /// Connections of each certificate, by its names.
    std::map<std::vector<std::string>, std::size_t> certificates_;
    std::vector<std::unique_ptr<Peer>> closed_;  ///< destroyed at the next flush, off every stack
    std::map<DomainId, Peer*> sources_;
    std::map<NodeId, Peer*> ars_;
    std::map<std::string, Peer*> authorities_;
    std::set<Peer*> to_pump_;
    Peer* pumped_ = nullptr;  ///< the last that had its turn of bulk
    AttestationGate gate_;
    bool listed_ = false;  ///< the sources have listed, the rest is gone: ARs may forget it
};

}  // namespace mobility
