// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The two roles of a route agent, each wired in one block: everything but its bytes, its kernel and
// its clock. The program and the simulator put those in.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/absent_peers.h"
#include "core/access_session.h"
#include "core/anchor_sessions.h"
#include "core/journal_writer.h"
#include "core/kernel_watch.h"
#include "core/reconciler.h"

namespace mobility {

using Notices = std::function<void(const Notice&)>;

struct NodeTimers {
    SessionTimers session;
    /// From one look at what others did to our routes to the next; 0: none.
    Milliseconds kernel_check{10'000};
};

/// Keeps decapsulation, reverse and direct paths as wanted: there before the first route that needs
/// them, gone after the last. What fails is tried again at once when something else is wanted, and
/// otherwise ever more rarely, once a second at last.
class TunnelEnds {
public:
    explicit TunnelEnds(Reconciler& reconciler) : reconciler_(reconciler) {}
    /// `keep`: what is there stays beside what is wanted. The error is the kernel's, told once a
    /// second at most, and the same one once a minute.
    Result<void> want(std::vector<Decapsulation> decapsulations,
                      std::vector<ReversePath> reverse_paths, std::vector<DirectPath> direct_paths,
                      bool keep, Instant now);
    /// All that was wanted last is there: routes that need it may come.
    bool ready() const { return ready_; }

private:
    using Ends =
        std::tuple<std::vector<Decapsulation>, std::vector<ReversePath>, std::vector<DirectPath>>;

    Result<void> tell(Result<void> done, Instant now);

    Reconciler& reconciler_;
    Ends failed_;  ///< what was wanted when it failed last
    std::optional<Instant> failing_since_;
    Instant retry_{};
    std::string told_;
    Instant tell_{}, tell_again_{};
    bool ready_ = false;
};

/// Owner: the agent's one thread. Call work() after every batch of input until it says that nothing
/// is left.
class AnchorNode final : private AnchorOutput {
public:
    AnchorNode(AnchorSettings settings, AnchorIdentity identity, Inventory& inventory,
               Forwarder& forwarder, const Clock& clock, NodeTimers timers, Notices notices);

    /// Reads its kernel back, then its journal, if it has one. What is there stays until the
    /// sources have listed their leases.
    Result<void> start(Journal* journal = nullptr);
    ConnectionUser& accept(Connection& connection) { return sessions_.accept(connection); }
    /// True when more is left than fits a slice.
    bool work();
    /// When work() is to be called at the latest.
    std::optional<Instant> next_deadline() const { return sessions_.next_deadline(); }
    void tick(Instant now);
    /// Disassociates from all peers, and says why; what is installed stays.
    void leave(const std::string& why) { sessions_.leave_all(why); }
    /// Notices tell of each binding that attaches, moves or ends, or do no longer.
    void keep_diary(bool wanted);
    /// The inventory has been replaced.
    void inventory_changed();
    /// Of a lease domain, or of what an authority of this name has not in its list any more.
    std::size_t confirm_removal(const std::string& name);

    /// Addresses of the inventory's ARs that have no session.
    std::vector<IpAddress> without_session() const;

    const std::set<std::string>& authorities() const { return inventory_.mns().authorities; }
    const Anchor& anchor() const { return anchor_; }
    const AnchorSessions& sessions() const { return sessions_; }
    const Reconciler& reconciler() const { return reconciler_; }
    const KernelWatch& watch() const { return watch_; }

private:
    void answer(DomainId source, std::uint64_t number, const std::vector<Answer>& answers) override;
    void record_changed(NodeId ar, const Prefix& prefix) override;
    void route_changed(const Prefix& prefix) override;
    void binding_changed(const Prefix& prefix) override;
    void notice(const Notice& notice) override;
    void update_tunnel_ends(Instant now);
    void settle();
    void recover(Journal& journal);
    void look_for_absent_sources(Instant now);
    void source_is_absent(DomainId source, AbsentPeers::Event event, Instant now);

    Inventory& inventory_;
    const Clock& clock_;
    Notices notices_;
    IpAddress tunnel_address_;
    bool reverse_tunnel_;
    std::optional<AnchorDiary> diary_;
    Anchor anchor_;
    AnchorSessions sessions_;
    Reconciler reconciler_;
    TunnelEnds ends_{reconciler_};
    KernelWatch watch_;
    bool settled_ = false;  ///< what the kernel had at the start has found its owner, or is gone
    Journal* journal_ = nullptr;
    std::optional<JournalWriter> writer_;
    AbsentPeers absent_;
    Instant look_at_sources_{};
};

struct AccessSettings {
    AccessIdentity identity;
    std::vector<AccessInterface> interfaces;
    std::vector<std::string> anchors;  ///< their identities
    /// What an anchor without a session wants here goes after so long; nothing: never.
    std::optional<Seconds> keep_bindings{};
    ProtocolOffer offer{};
    MnToMn mn_to_mn = MnToMn::kDirect;
};

/// Owner: the agent's one thread. Call work() after every batch of input until it says that nothing
/// is left.
class AccessNode final : private AccessRouterOutput {
public:
    AccessNode(AccessSettings settings, Forwarder& forwarder, const Clock& clock, NodeTimers timers,
               Notices notices);

    /// Reads its kernel back. What is there stays until its anchor has told its full state.
    Result<void> start();
    ConnectionUser& connected(std::size_t anchor, Connection& connection);
    bool work();
    void tick(Instant now);
    /// Disassociates from all anchors, and says why; what is installed stays.
    void leave(const std::string& why);
    /// Notices tell of each route to an MN that comes or goes, or do no longer.
    void keep_diary(bool wanted);
    /// What the relay here has relayed: all anchors that want to know are told.
    void relayed(const RelayedExchange& exchange);
    /// AccessRouter::gone.
    AccessRouter::Gone gone(const std::function<bool(const BindingRecord&)>& which);

    const AccessRouter& router() const { return router_; }
    const Reconciler& reconciler() const { return reconciler_; }
    const KernelWatch& watch() const { return watch_; }
    std::size_t anchors() const { return sessions_.size(); }
    const AccessSession& session(std::size_t anchor) const { return *sessions_[anchor]; }

private:
    void acknowledge(std::size_t anchor, std::uint64_t number,
                     const std::vector<Answer>& answers) override;
    void route_changed(const Prefix& prefix, bool bulk) override;
    bool deregister(std::size_t anchor,
                    const std::vector<std::pair<Prefix, std::uint64_t>>& records) override;
    void notice(const Notice& notice) override;
    void update_tunnel_ends(Instant now);
    void settle();
    void look_for_absent_anchors(Instant now);
    void warn_of_absence(std::size_t anchor, Instant now);

    AccessSettings settings_;
    const Clock& clock_;
    Notices notices_;
    std::optional<AccessDiary> diary_;
    AccessRouter router_;
    Reconciler reconciler_;
    std::vector<std::unique_ptr<AccessSession>> sessions_;
    TunnelEnds ends_{reconciler_};
    KernelWatch watch_;
    bool settled_ = false;  ///< what the kernel had at the start has found its owner, or is gone
    AbsentPeers absent_;
    Instant look_at_anchors_{};
};

}  // namespace mobility
