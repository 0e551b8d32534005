// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wiring: input to state machine to kernel and sessions, and back.
#include "core/nodes.h"

#include <algorithm>

namespace mobility {
namespace {
constexpr Milliseconds kRetryAfter{50};
constexpr Seconds kTellEvery{1};
}  // namespace

Result<void> TunnelEnds::want(std::vector<Decapsulation> decapsulations,
                              std::vector<ReversePath> reverse_paths, bool keep, Instant now) {
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
    if (now >= retry_) {
        done = reconciler_.set_tunnel_ends(join(decapsulations, reconciler_.decapsulations()),
                                           join(reverse_paths, reconciler_.reverse_paths()));
        retry_ = done ? Instant{} : now + kRetryAfter;
    }
    ready_ = !missing(decapsulations, reconciler_.decapsulations()) &&
             !missing(reverse_paths, reconciler_.reverse_paths());
    if (done || now < tell_) return {};
    tell_ = now + kTellEvery;
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
      watch_(forwarder, reconciler_, timers.kernel_check, "ANCHOR_KERNEL_ALTERED", notices_) {}

Result<void> AnchorNode::start() {
    if (auto read = reconciler_.read_back(); !read) return read;
    for (const auto& [prefix, forwarding] : reconciler_.installed()) {
        anchor_.found_in_kernel(prefix, forwarding);
    }
    return {};
}

bool AnchorNode::work() {
    const auto now = clock_.now().now;
    update_tunnel_ends(now);
    const bool more = ends_.ready() && reconciler_.run(now);  // see AccessNode::work
    sessions_.flush();
    if (more) return true;
    update_tunnel_ends(now);
    if (!settled_ && anchor_.listed()) settle();
    return !reconciler_.idle() || watch_.run(now, settled_);
}

void AnchorNode::settle() {
    settled_ = static_cast<bool>(reconciler_.purge());
    if (settled_) reconciler_.sweep();
}

void AnchorNode::inventory_changed() {
    sessions_.revoke_unclaimed();
    anchor_.end_prohibited(clock_.now());
}

void AnchorNode::update_tunnel_ends(Instant now) {
    std::vector<Decapsulation> wanted;
    if (reverse_tunnel_ && anchor_.bindings().size() > 0) {
        wanted.push_back({tunnel_address_, anchor_.settings().mode});
    }
    const bool keep = anchor_.recovering() || !reconciler_.at_rest();
    if (const auto done = ends_.want(std::move(wanted), {}, keep, now); !done) {
        notices_({"ANCHOR_TUNNEL_FAILED", tunnel_address_.text() + ": " + done.error()});
    }
}

void AnchorNode::tick(Instant now) { sessions_.tick(now); }

std::size_t AnchorNode::confirm_removal(const std::string& lease_domain) {
    return anchor_.confirm_removal(inventory_.domain(lease_domain), clock_.now());
}

void AnchorNode::answer(DomainId source, std::uint64_t number, const std::vector<Answer>& answers) {
    sessions_.answer(source, number, answers);
}

void AnchorNode::record_changed(NodeId ar, const Prefix& prefix) {
    sessions_.record_changed(ar, prefix);
}

void AnchorNode::route_changed(const Prefix& prefix) { reconciler_.touch(prefix); }

void AnchorNode::notice(const Notice& notice) { notices_(notice); }

AccessNode::AccessNode(AccessSettings settings, Forwarder& forwarder, const Clock& clock,
                       NodeTimers timers, Notices notices)
    : settings_(std::move(settings)),
      clock_(clock),
      notices_(std::move(notices)),
      router_(settings_.interfaces, settings_.anchors, *this),
      reconciler_(forwarder, router_),
      watch_(forwarder, reconciler_, timers.kernel_check, "ACCESS_KERNEL_ALTERED", notices_) {
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
    // An AR that acknowledged a route without its tunnel end would draw an MN's packets to nowhere.
    const bool more = ends_.ready() && reconciler_.run(now);
    if (more) return true;
    update_tunnel_ends(now);
    if (!settled_ && router_.listed()) settle();
    return !reconciler_.idle() || watch_.run(now, settled_);
}

void AccessNode::settle() {
    settled_ = static_cast<bool>(reconciler_.purge());
    if (settled_) reconciler_.sweep();
}

void AccessNode::update_tunnel_ends(Instant now) {
    const bool keep = router_.recovering() || !reconciler_.at_rest();
    const auto done = ends_.want(router_.decapsulations(settings_.identity.tunnel_address),
                                 router_.reverse_paths(now), keep, now);
    if (!done) notices_({"ACCESS_TUNNEL_FAILED", done.error()});
}

void AccessNode::tick(Instant now) {
    for (auto& session : sessions_) session->tick(now);
}

void AccessNode::acknowledge(std::size_t anchor, std::uint64_t number,
                             const std::vector<Answer>& answers) {
    sessions_[anchor]->acknowledge(number, answers);
}

void AccessNode::route_changed(const Prefix& prefix, bool bulk) {
    reconciler_.touch(prefix, bulk ? Reconciler::Urgency::kBulk : Reconciler::Urgency::kMove);
}

void AccessNode::deregister(std::size_t anchor,
                            const std::vector<std::pair<Prefix, std::uint64_t>>& records) {
    sessions_[anchor]->deregister(records);
}

void AccessNode::leave(const std::string& why) {
    for (auto& session : sessions_) session->leave(why);
}

void AccessNode::relayed(const RelayedExchange& exchange) {
    for (auto& session : sessions_) session->attest(exchange);
}

std::size_t AccessNode::gone(const std::function<bool(const BindingRecord&)>& which) {
    return router_.gone(which);
}

void AccessNode::notice(const Notice& notice) { notices_(notice); }

}  // namespace mobility
