// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Makes one kernel equal to what is wanted: compares, changes the difference, confirms. The only
// user of a Forwarder.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/forwarder.h"
#include "core/instant.h"
#include "core/prefix_map.h"
#include "core/routes.h"

namespace mobility {

/// Owner: the agent's one thread. Invariant: `installed` is what the kernel confirmed last. A
/// prefix that is wanted is replaced in one operation; what must go goes after what must come. What
/// the kernel has no memory for is tried again soon; when that has lasted a second it counts as
/// failed, and until the kernel has room again the next one that finds none fails at once. A route
/// does not come, nor is it confirmed, without the tunnel ends that it needs.
class Reconciler {
public:
    Reconciler(Forwarder& forwarder, Routes& routes);

    /// Reads the kernel back. What it holds stays until it is touched or swept.
    Result<void> read_back();
    const PrefixMap<Forwarding>& installed() const { return installed_; }
    /// The same while it serves: somebody else has changed the kernel. Touches every prefix that is
    /// not what was confirmed, and without `all` leaves alone what nobody wants (yet); returns how
    /// many were not, with tunnel ends.
    Result<std::size_t> reread(bool all);

    /// The wanted value of this prefix may have changed. Single moves overtake bulk.
    enum class Urgency { kMove, kBulk };
    void touch(const Prefix& prefix, Urgency urgency = Urgency::kMove);
    /// Touches everything installed, in slices and after what is queued: what is no longer wanted
    /// goes.
    void sweep() { sweeping_ = 0; }
    /// The part that does not belong to a prefix; additions are carried out before removals, and
    /// what fails stops nothing else. The error is of the first that failed.
    Result<void> set_tunnel_ends(std::vector<Decapsulation> decapsulations,
                                 std::vector<ReversePath> reverse_paths,
                                 std::vector<DirectPath> direct_paths = {});

    const std::vector<Decapsulation>& decapsulations() const { return decapsulations_; }
    const std::vector<ReversePath>& reverse_paths() const { return reverse_paths_; }
    const std::vector<DirectPath>& direct_paths() const { return direct_paths_; }

    /// Forwarder::purge.
    Result<std::size_t> purge() { return forwarder_.purge(); }

    /// Carries out what was touched, at most `most` prefixes; true when more is left.
    bool run(Instant now, std::size_t most = 256);
    bool idle() const { return moves_.empty() && bulk_.empty() && sweeping_ == PrefixSet::kParts; }
    /// Idle, and nothing failed that is to be tried again.
    bool at_rest() const { return idle() && retries_.empty(); }
    /// When something that failed is due again.
    std::optional<Instant> next_retry() const;

    struct Counters {
        std::uint64_t written = 0;    ///< operations that the kernel carried out
        std::uint64_t unchanged = 0;  ///< touched and found as wanted
        std::uint64_t failed = 0;
        std::uint64_t retried = 0;
    };
    const Counters& counters() const { return counters_; }

private:
    /// What the kernel refuses; one for each prefix, until it is as wanted.
    struct Trouble {
        Instant since;
        std::optional<Instant> retry;  ///< when it is tried again, unless it is queued
        std::string told;              ///< the last reason that Routes::failed was given
    };

    std::vector<Prefix> take(std::size_t most);
    void retry(const Prefix& prefix, Trouble& trouble, Instant at);
    void settled(const Prefix& prefix);
    void take_tunnel_ends(ForwardingState& state);
    /// Of a tunnel end that this route needs and that is not there.
    std::optional<Outcome> missing_end(const Prefix& prefix, const Forwarding& forwarding) const;
    void wait_for_end(const SetRoute& route, Outcome outcome, Instant now);
    void finish(const Operation& operation, const Outcome& outcome, Instant now);
    void fail(const SetRoute& route, const Outcome& outcome, Trouble& trouble);
    void put_meanwhile(Instant now);
    void done(const Operation& operation);
    void now_there(const SetRoute& route);
    bool lasting(const Outcome& outcome, const Trouble& trouble, Instant now);

    Forwarder& forwarder_;
    Routes& routes_;
    PrefixMap<Forwarding> installed_;
    std::size_t sweeping_ = PrefixSet::kParts;  ///< part of it to be touched next
    std::vector<Decapsulation> decapsulations_;
    std::vector<ReversePath> reverse_paths_;
    std::vector<DirectPath> direct_paths_;
    std::deque<Prefix> moves_;
    std::deque<Prefix> bulk_;
    std::unordered_set<Prefix> queued_moves_;
    std::unordered_set<Prefix> queued_bulk_;
    std::set<std::pair<Instant, Prefix>> retries_;
    std::unordered_map<Prefix, Trouble> troubles_;
    std::vector<std::pair<Operation, Outcome>> refused_ends_;  ///< when they were last set
    std::vector<Operation> meanwhile_;  ///< what Routes::failed asked for in this run()
    std::optional<Instant> no_room_;    ///< when the kernel last had none, for a second or more
    Counters counters_;
};

}  // namespace mobility
