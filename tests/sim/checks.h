// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What must be true at every operation of any kernel, and of everything once all has settled.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sim/memory_forwarder.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

class Simulation;
class AccessHost;
class AnchorHost;

class Checks {
public:
    explicit Checks(Simulation& world) : world_(world) {}

    /// An operation of an anchor's or an AR's kernel: no live prefix lost its path in a move, and
    /// the anchor points at no AR that lacks the host route (whose default would lead back).
    void anchor_operation(const AnchorHost& anchor, const MemoryForwarder::Step& step);
    void access_operation(const AccessHost& ar, const MemoryForwarder::Step& step);

    /// The anchor's kernel has lost all it had: what comes next is no gap in a move.
    void paths_lost(const Prefix& within);
    /// The same by an AR's kernel: until the agents have noticed, anchors send there what has no
    /// route; settled() looks again.
    void kernels_were_altered() { altered_ = true; }
    /// Kernels had no memory, perhaps for a second on end: then an MN has no place until it speaks.
    void kernels_were_full() { full_ = true; }
    void all_have_spoken() { full_ = false; }

    void hold_completed(const std::string& source, Instant::duration lasted, Milliseconds limit);
    /// Their process died.
    void holds_dropped(std::size_t count) { holds_dropped_ += count; }

    /// Everything is quiet: kernels equal bindings, bindings equal leases, each where its MN's
    /// newest message said; nothing is left over; the counters agree.
    void settled();
    /// Every MN has just been answered where it is: bindings must say exactly that.
    void placed();
    /// No lease is left, so nothing at all may be.
    void empty();

    void violated(const std::string& what);
    const std::vector<std::string>& violations() const { return violations_; }
    std::uint64_t operations() const { return operations_; }
    std::uint64_t paths_watched() const { return paths_watched_; }

private:
    struct Path {
        bool there = false;
        std::uint64_t epoch = 0;  ///< of the lease when it was last seen there
    };

    void path_of(const Prefix& prefix, const std::string& at);
    void check_leases();
    void check_bindings(const AnchorHost& anchor);
    void check_anchor_kernel(const AnchorHost& anchor);
    void check_access_kernels();
    void check_tunnel_ends(const AccessHost& ar);
    void check_counters();

    Simulation& world_;
    std::unordered_map<Prefix, Path> paths_;
    std::vector<std::string> violations_;
    std::uint64_t operations_ = 0;
    std::uint64_t paths_watched_ = 0;
    std::uint64_t holds_completed_ = 0;
    std::uint64_t holds_dropped_ = 0;
    bool altered_ = false;
    bool full_ = false;
};

}  // namespace mobility::sim
