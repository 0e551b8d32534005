// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The source's side of one session to an anchor: Source's words become messages, answers come back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/dialled_session.h"
#include "core/source.h"

namespace mobility {

/// How a source introduces itself.
struct SourceIdentity {
    std::string identity;      ///< the name in its certificate
    std::string lease_domain;  ///< e.g. "metro/6"
    std::string software;
};

/// Owner: the hook's service thread.
class SourceSession final : public DialledSession {
public:
    /// `prefixes`: what this source believes the anchor owns.
    SourceSession(Source& source, AnchorIndex anchor, SourceIdentity identity,
                  std::string anchor_name, std::vector<Prefix> prefixes, SessionTimers timers,
                  const Clock& clock, std::function<void(const Notice&)> notices,
                  ProtocolOffer offer = {});

    /// What SourceOutput asks for; dropped while not associated.
    void send_attached(std::uint64_t number, const Attached& event);
    void send_detached(std::uint64_t number, const Detached& event);
    void send_digest(const StateDigest& digest);
    void send_list_begin(const Buckets& buckets);
    void send_list_page(const std::vector<LeaseEntry>& page);
    void send_list_end();
    /// The anchor compares digests of leases.
    bool compares() const { return agreed(control::FEATURE_LIST_DIGEST); }

private:
    void introduce(control::Associate& associate) const override;
    Result<void> accepted(const control::AssociateReply& reply) override;
    void begin() override;
    Result<void> instructed(const control::Message& message) override;
    void room() override;
    void lost() override;

    Source& source_;
    AnchorIndex anchor_;
    SourceIdentity identity_;
    std::vector<Prefix> prefixes_;
};

}  // namespace mobility
