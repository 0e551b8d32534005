// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The role of an authority: one list of MNs, told to many anchors. Everything but its bytes, its
// clock and where the list comes from.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/authority_session.h"

namespace mobility {

struct AuthoritySettings {
    std::string identity;              ///< the name in its certificate
    std::vector<std::string> anchors;  ///< their identities
    std::string software;
};

/// Owner: the agent's one thread.
class Authority {
public:
    Authority(AuthoritySettings settings, const std::unordered_set<MnId>& granted,
              const Clock& clock, SessionTimers timers, std::function<void(const Notice&)> notices);

    /// These MNs from now on: what differs is told.
    void grant(const std::unordered_set<MnId>& mns);
    ConnectionUser& connected(std::size_t anchor, Connection& connection) {
        return sessions_[anchor]->connected(connection);
    }
    void tick(Instant now);
    /// Disassociates from all anchors, and says why; what was granted stays.
    void leave(const std::string& why);

    std::size_t granted() const { return granted_.size(); }
    std::size_t anchors() const { return sessions_.size(); }
    const AuthoritySession& session(std::size_t anchor) const { return *sessions_[anchor]; }

private:
    GrantedMns granted_;
    std::vector<std::unique_ptr<AuthoritySession>> sessions_;
};

}  // namespace mobility
