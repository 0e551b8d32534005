// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wiring: input to state machine to kernel and sessions, and back.
#include "core/nodes.h"

#include <algorithm>

namespace mobility {
namespace {
constexpr Milliseconds kRetryAfter{50};
constexpr Seconds kTellEvery{1};
constexpr Seconds kLookAtSourcesEvery{1};
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
    if (now >= retry_) {
        done = reconciler_.set_tunnel_ends(join(decapsulations, reconciler_.decapsulations()),
                                           join(reverse_paths, reconciler_.reverse_paths()),
                                           std::move(direct_paths));
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
    const bool more = ends_.ready() && reconciler_.run(now);  // see AccessNode::work
    sessions_.flush();
    if (more) return true;
    update_tunnel_ends(now);
    if (!settled_ && anchor_.listed()) settle();
    if (!reconciler_.idle()) return true;
    return watch_.run(now, settled_) || writing;
}

void AnchorNode::settle() {
    settled_ = static_cast<bool>(reconciler_.purge());
    if (settled_) reconciler_.sweep();
}

void AnchorNode::inventory_changed() {
    sessions_.revoke_unclaimed();
    anchor_.allocations().inventory_changed();
    anchor_.end_prohibited(clock_.now());
}

void AnchorNode::update_tunnel_ends(Instant now) {
    std::vector<Decapsulation> wanted;
    if (reverse_tunnel_ && anchor_.bindings().size() > 0) {
        wanted.push_back({tunnel_address_, anchor_.settings().mode});
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
        absent_.recover(inventory_.domain(lease_domain), time);
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
    look_at_sources_ = now + kLookAtSourcesEvery;
    for (std::size_t i = 0; i < inventory_.domains(); ++i) {
        const auto source = static_cast<DomainId>(i);
        const auto event = absent_.look(source, sessions_.serves(source), now);
        if (event != AbsentSources::Event::kNone) source_is_absent(source, event, now);
    }
}

void AnchorNode::source_is_absent(DomainId source, AbsentSources::Event event, Instant now) {
    const auto name = inventory_.name(source);
    if (event == AbsentSources::Event::kWarn) {
        const auto& all = anchor_.bindings().all();
        const auto count = std::count_if(all.begin(), all.end(), [&](const auto& entry) {
            return entry.second.owner == source && !entry.second.ended;
        });
        const auto left = *anchor_.settings().keep_bindings - absent_.away(source, now);
        if (count > 0) {
            notices_({"ANCHOR_SOURCE_ABSENT",
                      name + " has had no session for " +
                          std::to_string(absent_.away(source, now) / Minutes{1}) +
                          " minutes; its " + std::to_string(count) + " bindings end in " +
                          std::to_string(left / Minutes{1}) + " minutes"});
        }
        return;
    }
    if (event == AbsentSources::Event::kEnd) {
        const auto ended = anchor_.end_all(source, clock_.now());
        if (ended > 0) {
            notices_({"ANCHOR_SOURCE_GONE", std::to_string(ended) + " bindings of " + name +
                                                " have ended (keep-bindings)"});
        }
    }
    if (journal_) journal_->away(name, absent_.away(source, now));
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

void AnchorNode::route_changed(const Prefix& prefix) { reconciler_.touch(prefix); }

void AnchorNode::binding_changed(const Prefix& prefix) {
    if (writer_) writer_->changed(prefix);
}

void AnchorNode::notice(const Notice& notice) { notices_(notice); }

AccessNode::AccessNode(AccessSettings settings, Forwarder& forwarder, const Clock& clock,
                       NodeTimers timers, Notices notices)
    : settings_(std::move(settings)),
      clock_(clock),
      notices_(std::move(notices)),
      router_(settings_.interfaces, settings_.anchors, *this, settings_.mn_to_mn),
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
                                 router_.reverse_paths(now), router_.direct_paths(), keep, now);
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
