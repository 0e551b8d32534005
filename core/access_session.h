// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The AR's side of one session to an anchor: it reports what it has, then does as it is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/access_router.h"
#include "core/dialled_session.h"
#include "core/kept_exchanges.h"
#include "core/record_stream.h"

namespace mobility {

/// How an AR introduces itself.
struct AccessIdentity {
    std::string identity;           ///< the name in its certificate
    IpAddress tunnel_address;       ///< as in the anchor's inventory
    std::vector<TunnelMode> modes;  ///< offered, best first
    std::uint32_t core_mtu = 0;     ///< octets; 0: not known
    std::string software;
    std::vector<IpAddress> link_addresses;  ///< of its access interfaces
};

/// Owner: the access agent's one thread.
class AccessSession final : public DialledSession, private RecordStreamEnds {
public:
    AccessSession(AccessRouter& router, std::size_t anchor, std::string anchor_name,
                  AccessIdentity identity, SessionTimers timers, const Clock& clock,
                  std::function<void(const Notice&)> notices, ProtocolOffer offer = {});

    /// AccessRouterOutput's words.
    void acknowledge(std::uint64_t number, const std::vector<Answer>& answers);
    /// What the relay here has relayed, for an anchor that wants to know; kept while it is away.
    void attest(const RelayedExchange& exchange);
    /// False: not associated, or the anchor does not know the message.
    bool deregister(const std::vector<std::pair<Prefix, std::uint64_t>>& records);

private:
    void introduce(control::Associate& associate) const override;
    Result<void> accepted(const control::AssociateReply& reply) override;
    void begin() override;
    Result<void> instructed(const control::Message& message) override;
    void room() override;
    void lost() override;
    /// What the anchor may not know.
    void attest_kept();

    std::optional<BindingRecord> record(const Prefix& prefix) const override;
    std::vector<Prefix> in_bucket(std::size_t bucket) const override;
    void send_begin(const Buckets& buckets) override;
    void send_records(std::uint64_t number, const std::vector<BindingRecord>& records) override;
    void send_removals(std::uint64_t number, const std::vector<Prefix>& prefixes) override;
    void send_end() override;
    bool congested() const override { return DialledSession::congested(); }

    AccessRouter& router_;
    std::size_t anchor_;
    AccessIdentity identity_;
    std::unique_ptr<RecordStream> report_;
    StateDigest digest_;  ///< as it was sent
    KeptExchanges kept_;
};

}  // namespace mobility
