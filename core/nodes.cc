// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wiring: input to state machine to kernel and sessions, and back.
#include "core/nodes.h"

#include <algorithm>

namespace mobility {
namespace {
constexpr Milliseconds kRetryAfter{50};
constexpr Milliseconds kRetryAtLeast{1'000};
constexpr Seconds kTellEvery{1};
constexpr Seconds kTellAgainEvery{60};
constexpr Seconds kLookAtPeersEvery{1};
using Minutes = std::chrono::minutes;
}  // namespace

Result<void> TunnelEnds::want(std::vector<Decapsulation> decapsulations,
                              std::vector<ReversePath> reverse_paths,
                              std::vector<DirectPath> direct_paths, bool keep, Instant now) {
    const auto missing = [](const auto& wanted, const auto& present) {
        return std::any_of(wanted.begin(), wanted.end(), [&](const auto& each) {
            return !std::binary_search(present.begin(), present.end(), each);
        });
    };
    const auto join = [keep](auto wanted, const auto& present) {
        if (keep) wanted.insert(wanted.end(), present.begin(), present.end());
        return wanted;
    };
    Result<void> done;
    Ends wanted{std::move(decapsulations), std::move(reverse_paths), std::move(direct_paths)};
    const auto& [ends, paths, direct] = wanted;
    if (now >= retry_ || wanted != failed_) {
        done = reconciler_.set_tunnel_ends(join(ends, reconciler_.decapsulations()),
                                           join(paths, reconciler_.reverse_paths()),
                                           join(direct, reconciler_.direct_paths()));
        if (done) {
            failing_since_.reset();
            retry_ = {};
        } else {
            if (!failing_since_ || wanted != failed_) failing_since_ = now;
            const auto lasted = std::chrono::duration_cast<Milliseconds>(now - *failing_since_);
            retry_ = now + std::clamp<Milliseconds>(lasted, kRetryAfter, kRetryAtLeast);
        }
    }
    ready_ = !missing(ends, reconciler_.decapsulations()) &&
             !missing(paths, reconciler_.reverse_paths());
    if (!done) failed_ = std::move(wanted);
    return tell(std::move(done), now);
}

Result<void> TunnelEnds::tell(Result<void> done, Instant now) {
    if (done || now < tell_ || (done.error() == told_ && now < tell_again_)) return {};
    told_ = done.error();
    tell_ = now + kTellEvery;
    tell_again_ = now + kTellAgainEvery;
    return done;
}

AnchorNode::AnchorNode(AnchorSettings settings, AnchorIdentity identity, Inventory& inventory,
                       Forwarder& forwarder, const Clock& clock, NodeTimers timers, Notices notices)
    : inventory_(inventory),
      clock_(clock),
      notices_(std::move(notices)),
      tunnel_address_(identity.tunnel_address),
      reverse_tunnel_(identity.reverse_tunnel && settings.mode != TunnelMode::kRouted),
      anchor_(std::move(settings), inventory, *this),
      sessions_(anchor_, inventory, std::move(identity), timers.session, clock, notices_),
      reconciler_(forwarder, anchor_),
      watch_(forwarder, reconciler_, timers.kernel_check, "ANCHOR_KERNEL_ALTERED", notices_),
      absent_(anchor_.settings().keep_bindings) {}

Result<void> AnchorNode::start(Journal* journal) {
    if (auto read = reconciler_.read_back(); !read) return read;
    for (const auto& [prefix, forwarding] : reconciler_.installed()) {
        anchor_.found_in_kernel(prefix, forwarding);
    }
    for (const auto& claim : inventory_.sources()) inventory_.domain(claim.lease_domain);
    if (journal) recover(*journal);
    return {};
}

bool AnchorNode::work() {
    const auto moment = clock_.now();
    const auto now = moment.now;
    const bool writing = writer_ && writer_->write(moment);
    update_tunnel_ends(now);
    // All routes of an anchor come back by the one tunnel end.
    const bool more = ends_.ready() && reconciler_.run(now);
    const bool unsaid = sessions_.flush();
    if (more) return true;
    update_tunnel_ends(now);
    const bool bulk = anchor_.work(moment);
    if (!settled_ && anchor_.listed()) settle();
    if (!reconciler_.idle()) return true;
    return watch_.run(now, settled_) || writing || unsaid || bulk;
}

void AnchorNode::settle() {
    settled_ = static_cast<bool>(reconciler_.purge());
    if (settled_) reconciler_.sweep();
}

void AnchorNode::keep_diary(bool wanted) {
    if (wanted && !diary_) diary_.emplace(inventory_, clock_, notices_);
    if (!wanted) diary_.reset();
    anchor_.keep(diary_ ? &*diary_ : nullptr);
}

void AnchorNode::inventory_changed() {
    sessions_.revoke_unclaimed();
    anchor_.allocations().inventory_changed();
    anchor_.end_prohibited(clock_.now());
}

void AnchorNode::update_tunnel_ends(Instant now) {
    std::vector<Decapsulation> wanted;
    if (reverse_tunnel_ && anchor_.bindings().size() > 0) {
        const auto& settings = anchor_.settings();
        wanted = tunnel_ends(tunnel_address_, settings.mode, settings.prefixes);
    }
    const bool keep = anchor_.recovering() || !reconciler_.at_rest();
    if (const auto done = ends_.want(std::move(wanted), {}, {}, keep, now); !done) {
        notices_({"ANCHOR_TUNNEL_FAILED", tunnel_address_.text() + ": " + done.error()});
    }
}

void AnchorNode::tick(Instant now) {
    sessions_.tick(now);
    anchor_.tick(now);
    if (journal_) {
        for (const auto& notice : journal_->take_notices()) notices_(notice);
    }
    look_for_absent_sources(now);
}

void AnchorNode::recover(Journal& journal) {
    const auto moment = clock_.now();
    const auto contents = journal.read();
    for (const auto& [lease_domain, time] : contents.away) {
        absent_.recover(static_cast<std::size_t>(inventory_.domain(lease_domain)), time);
    }
    const auto meaningless = anchor_.recover(contents, moment);
    for (const auto& prefix : meaningless) journal.remove(prefix);
    for (const auto& notice : journal.take_notices()) notices_(notice);
    notices_({"ANCHOR_JOURNAL_READ",
              std::to_string(contents.entries.size() - meaningless.size()) + " bindings, " +
                  std::to_string(reconciler_.installed().size()) + " routes in the kernel"});
    if (!meaningless.empty()) {
        notices_({"ANCHOR_JOURNAL_MEANINGLESS", std::to_string(meaningless.size()) +
                                                    " entries, among them " +
                                                    meaningless.front().text()});
    }
    journal_ = &journal;
    writer_.emplace(anchor_, journal);
    anchor_.end_prohibited(moment);
}

void AnchorNode::look_for_absent_sources(Instant now) {
    if (!anchor_.settings().keep_bindings || now < look_at_sources_) return;
    look_at_sources_ = now + kLookAtPeersEvery;
    for (std::size_t i = 0; i < inventory_.domains(); ++i) {
        const auto source = static_cast<DomainId>(i);
        const auto event = absent_.look(i, sessions_.serves(source), now);
        if (event != AbsentPeers::Event::kNone) source_is_absent(source, event, now);
    }
}

void AnchorNode::source_is_absent(DomainId source, AbsentPeers::Event event, Instant now) {
    const auto name = inventory_.name(source);
    const auto away = absent_.away(static_cast<std::size_t>(source), now);
    if (event == AbsentPeers::Event::kWarn) {
        const auto count = anchor_.owned(source);
        const auto left = *anchor_.settings().keep_bindings - away;
        if (count > 0) {
            notices_({"ANCHOR_SOURCE_ABSENT",
                      name + " has had no session for " + std::to_string(away / Minutes{1}) +
                          " minutes; its " + std::to_string(count) + " bindings end in " +
                          std::to_string(left / Minutes{1}) + " minutes"});
        }
        return;
    }
    if (event == AbsentPeers::Event::kEnd) anchor_.end_all(source, clock_.now());
    if (journal_) journal_->away(name, away);
}

std::size_t AnchorNode::confirm_removal(const std::string& name) {
    if (inventory_.mns().authorities.contains(name)) {
        return anchor_.allocations().confirm_withdrawal(name);
    }
    return anchor_.confirm_removal(inventory_.domain(name), clock_.now());
}

std::vector<IpAddress> AnchorNode::without_session() const {
    std::vector<IpAddress> addresses;
    for (const auto& claim : inventory_.access_routers()) {
        if (sessions_.serves(*inventory_.ar_by_identity(claim.identity))) continue;
        addresses.insert(addresses.end(), claim.addresses.begin(), claim.addresses.end());
    }
    return addresses;
}

void AnchorNode::answer(DomainId source, std::uint64_t number, const std::vector<Answer>& answers) {
    sessions_.answer(source, number, answers);
}

void AnchorNode::record_changed(NodeId ar, const Prefix& prefix) {
    sessions_.record_changed(ar, prefix);
}

void AnchorNode::route_changed(const Prefix& prefix) {
    reconciler_.touch(
        prefix, anchor_.bound(prefix) ? Reconciler::Urgency::kMove : Reconciler::Urgency::kBulk);
}

void AnchorNode::binding_changed(const Prefix& prefix) {
    if (writer_) writer_->changed(prefix);
}

void AnchorNode::notice(const Notice& notice) { notices_(notice); }

AccessNode::AccessNode(AccessSettings settings, Forwarder& forwarder, const Clock& clock,
                       NodeTimers timers, Notices notices)
    : settings_(std::move(settings)),
      clock_(clock),
      notices_(std::move(notices)),
      router_(settings_.identity.tunnel_address, settings_.interfaces, settings_.anchors, *this,
              settings_.mn_to_mn),
      reconciler_(forwarder, router_),
      watch_(forwarder, reconciler_, timers.kernel_check, "ACCESS_KERNEL_ALTERED", notices_),
      absent_(settings_.keep_bindings) {
    for (std::size_t i = 0; i < settings_.anchors.size(); ++i) {
        sessions_.push_back(std::make_unique<AccessSession>(router_, i, settings_.anchors[i],
                                                            settings_.identity, timers.session,
                                                            clock, notices_, settings_.offer));
    }
}

Result<void> AccessNode::start() {
    if (auto read = reconciler_.read_back(); !read) return read;
    for (const auto& [prefix, forwarding] : reconciler_.installed()) {
        router_.found_in_kernel(prefix, forwarding);
    }
    return {};
}

ConnectionUser& AccessNode::connected(std::size_t anchor, Connection& connection) {
    return sessions_[anchor]->connected(connection);
}

bool AccessNode::work() {
    const auto now = clock_.now().now;
    update_tunnel_ends(now);
    // An AR that acknowledged a route without its tunnel end would draw an MN's packets to nowhere;
    // which routes that are is found one by one (AccessRouter::needs).
    if (reconciler_.run(now)) return true;
    update_tunnel_ends(now);
    const bool bulk = router_.work();
    if (!settled_ && router_.listed()) settle();
    return bulk || !reconciler_.idle() || watch_.run(now, settled_);
}

void AccessNode::settle() {
    settled_ = static_cast<bool>(reconciler_.purge());
    if (settled_) reconciler_.sweep();
}

void AccessNode::update_tunnel_ends(Instant now) {
    const bool keep = router_.recovering() || !reconciler_.at_rest();
    const auto done = ends_.want(router_.decapsulations(), router_.reverse_paths(now),
                                 router_.direct_paths(), keep, now);
    if (!done) notices_({"ACCESS_TUNNEL_FAILED", done.error()});
}

void AccessNode::tick(Instant now) {
    for (auto& session : sessions_) session->tick(now);
    look_for_absent_anchors(now);
}

void AccessNode::look_for_absent_anchors(Instant now) {
    if (!settings_.keep_bindings || now < look_at_anchors_) return;
    look_at_anchors_ = now + kLookAtPeersEvery;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        const auto event = absent_.look(i, sessions_[i]->associated(), now);
        if (event == AbsentPeers::Event::kWarn) warn_of_absence(i, now);
        if (event == AbsentPeers::Event::kEnd) router_.forget_all(i);
    }
}

void AccessNode::warn_of_absence(std::size_t anchor, Instant now) {
    const auto records = router_.size(anchor);
    if (records == 0 && !router_.recovering()) return;
    const auto away = absent_.away(anchor, now);
    const auto left = *settings_.keep_bindings - away;
    notices_({"ACCESS_ANCHOR_ABSENT", settings_.anchors[anchor] + " has had no session for " +
                                          std::to_string(away / Minutes{1}) + " minutes; its " +
                                          std::to_string(records) + " records are removed in " +
                                          std::to_string(left / Minutes{1}) + " minutes"});
}

void AccessNode::acknowledge(std::size_t anchor, std::uint64_t number,
                             const std::vector<Answer>& answers) {
    sessions_[anchor]->acknowledge(number, answers);
}

void AccessNode::route_changed(const Prefix& prefix, bool bulk) {
    reconciler_.touch(prefix, bulk ? Reconciler::Urgency::kBulk : Reconciler::Urgency::kMove);
}

bool AccessNode::deregister(std::size_t anchor,
                            const std::vector<std::pair<Prefix, std::uint64_t>>& records) {
    return sessions_[anchor]->deregister(records);
}

void AccessNode::leave(const std::string& why) {
    for (auto& session : sessions_) session->leave(why);
}

void AccessNode::relayed(const RelayedExchange& exchange) {
    for (auto& session : sessions_) session->attest(exchange);
}

void AccessNode::keep_diary(bool wanted) {
    if (wanted && !diary_) diary_.emplace(clock_, notices_);
    if (!wanted) diary_.reset();
    router_.keep(diary_ ? &*diary_ : nullptr);
}

AccessRouter::Gone AccessNode::gone(const std::function<bool(const BindingRecord&)>& which) {
    return router_.gone(which);
}

void AccessNode::notice(const Notice& notice) { notices_(notice); }

}  // namespace mobility
