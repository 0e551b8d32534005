// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An authority's side of one session to an anchor: tells its whole list, then what changes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/allocation.h"
#include "core/dialled_session.h"

namespace mobility {

/// The MNs that an authority grants.
class GrantedMns {
public:
    GrantedMns() = default;
    explicit GrantedMns(const std::unordered_set<MnId>& mns);

    bool contains(const MnId& mn) const;
    std::size_t size() const { return mns_.size(); }
    /// At most so many of them behind this one (or from the first), in their order.
    std::vector<MnId> after(const std::optional<MnId>& mn, std::size_t most) const;
    /// In one of both only.
    std::vector<MnId> difference(const GrantedMns& other) const;

private:
    std::vector<MnId> mns_;  ///< sorted
};

/// Holds no list of its own, only what is to be said of which MN: what it says is what `granted`
/// has at that moment. Owner: the Authority; its thread.
class AuthoritySession final : public DialledSession {
public:
    AuthoritySession(const GrantedMns& granted, std::string identity, std::string software,
                     std::string anchor_name, SessionTimers timers, const Clock& clock,
                     std::function<void(const Notice&)> notices);

    /// What `granted` has of these MNs is another than before.
    void changed(const std::vector<MnId>& mns);
    /// The anchor has acknowledged all that there is to say.
    bool told() const {
        return associated() && !listing_ && changed_.empty() && outstanding_.empty();
    }

    static constexpr std::size_t kWindow = 64;  ///< messages that are not acknowledged
    static constexpr std::size_t kPage = 256;   ///< items

private:
    void introduce(control::Associate& associate) const override;
    Result<void> accepted(const control::AssociateReply&) override { return {}; }
    void begin() override;
    Result<void> instructed(const control::Message& message) override;
    void room() override { pump(); }
    void lost() override;
    /// Says what there is to say and room for; changes overtake the list.
    void pump();
    std::vector<Allocation> next_page();

    const GrantedMns& granted_;
    std::string identity_;
    std::string software_;
    std::deque<MnId> changed_;
    std::unordered_set<MnId> queued_;
    bool listing_ = false;
    std::optional<MnId> listed_;  ///< the list has come this far
    std::uint64_t next_number_ = 1;
    std::map<std::uint64_t, std::size_t> outstanding_;  ///< number -> items
};

}  // namespace mobility
