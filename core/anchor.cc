// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Events and acknowledgements: where an MN is, and what follows from it.
#include "core/anchor.h"

#include <algorithm>

namespace mobility {
namespace {

constexpr std::uint64_t kNobodyWaits = 0;

Answer refused(Refusal refusal, std::string text) {
    return {Verdict::kRefused, refusal, std::move(text)};
}

}  // namespace

Anchor::Anchor(AnchorSettings settings, Inventory& inventory, AnchorOutput& output)
    : settings_(std::move(settings)), inventory_(inventory), output_(output) {}

bool Anchor::owns(const Prefix& prefix) const {
    return std::any_of(settings_.prefixes.begin(), settings_.prefixes.end(),
                       [&](const Prefix& owned) { return owned.contains(prefix); });
}

bool Anchor::may_speak_for(DomainId source, const Prefix& prefix) const {
    const auto* claim = inventory_.source(source);
    return claim && std::any_of(claim->prefixes.begin(), claim->prefixes.end(),
                                [&](const Prefix& each) { return each.contains(prefix); });
}

bool Anchor::bound(const Prefix& prefix) const {
    const auto* binding = table_.find(prefix);
    return binding && !binding->ended;
}

void Anchor::attached(DomainId source, std::uint64_t number, const Attached& event, Moment moment) {
    const auto id = next_request_++;
    const auto count = event.items.size();
    requests_[id] = {source, number, std::vector<Answer>(count), count};
    const auto ar = vouched(event.attachment);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& item = event.items[i];
        ++counters_.attached;
        const auto answer = ar ? attach(source, event, *ar, item, moment)
                               : tell_refused("ANCHOR_ATTACH_REFUSED", event, item,
                                              refused(Refusal::kUnknownAccessRouter, ar.error()));
        if (answer) {
            give(id, i, *answer);
        } else {
            waits_[item.prefix].push_back({id, i});
        }
    }
}

void Anchor::answer_all(DomainId source, std::uint64_t number, const Attached& event,
                        const Answer& answer) {
    counters_.attached += event.items.size();
    for (std::size_t i = 0; i < event.items.size(); ++i) count(answer);
    if (answer.verdict == Verdict::kRefused) tell_unattested(event, answer);
    output_.answer(source, number, std::vector<Answer>(event.items.size(), answer));
}

void Anchor::tell_unattested(const Attached& event, const Answer& refusal) {
    for (const auto& item : event.items) {
        tell_refused("ANCHOR_NOT_ATTESTED", event, item, refusal);
    }
}

void Anchor::attested_late(DomainId source, const Attached& event, Milliseconds late,
                           Moment moment) {
    output_.notice(
        {"ANCHOR_ATTESTED_LATE", "the word of the relay with link-address " +
                                     event.attachment.link_address.text() + " about MN " +
                                     event.mn.text() + " came " + std::to_string(late.count()) +
                                     " ms after its message was answered without; it counts"});
    attached(source, kNobodyWaits, event, moment);
}

Result<NodeId> Anchor::vouched(const Attachment& attachment) const {
    const auto ar = inventory_.ar_by_link_address(attachment.link_address);
    if (!ar) {
        return Error{"no access router has the link-address " + attachment.link_address.text() +
                     " (Relay-forward from " + attachment.relay_source.text() + ")"};
    }
    const auto& peer = attachment.link_local;
    const bool relay_says_peer = attachment.link_address.family() == Family::kIpv6;
    if (relay_says_peer && !peer.is_link_local() && !peer.is_global()) {
        return Error{"peer-address " + peer.text() + " is no MN's (Relay-forward from " +
                     attachment.relay_source.text() + ")"};
    }
    const auto& addresses = inventory_.ar(*ar)->addresses;
    if (std::find(addresses.begin(), addresses.end(), attachment.relay_source) == addresses.end()) {
        return Error{"Relay-forward from " + attachment.relay_source.text() +
                     ", which is no address of " + inventory_.name(*ar) + " whose link-address " +
                     attachment.link_address.text() + " it uses"};
    }
    return *ar;
}

std::optional<Answer> Anchor::refuse(DomainId source, const Attached& event, const Item& item,
                                     const Binding* binding, Moment moment) const {
    if (!may_speak_for(source, item.prefix)) {
        return refused(Refusal::kAdministrativelyProhibited,
                       "source " + inventory_.name(source) + " may not speak for it");
    }
    if (!owns(item.prefix)) {
        return refused(Refusal::kInvalidIpAddress, "not in a prefix of this anchor");
    }
    const auto began = event.order.arrived - event.order.elapsed;
    if (!binding || binding->ended) {
        if (event.proof == Proof::kLookup && ended_after(item.prefix, began, moment.now)) {
            return refused(Refusal::kUnauthorizedMn,
                           "its lease ended after this exchange had begun");
        }
        return std::nullopt;
    }
    if (binding->mn != event.mn) {
        if (event.proof == Proof::kCommit) return std::nullopt;  // the server gave it to another
        return refused(Refusal::kUnauthorizedMn, "it belongs to MN " + binding->mn.text());
    }
    if (settings_.move_requires == MoveRequires::kLinkLayerAddress && binding->where) {
        const auto& known = binding->where->attachment.link_layer;
        if (!known.empty() && known != event.attachment.link_layer) {
            return refused(Refusal::kUnauthorizedMn, "from link-layer address " +
                                                         event.attachment.link_layer.text() +
                                                         ", but the binding has " + known.text() +
                                                         " (move-requires: link-layer-address)");
        }
    }
    return std::nullopt;
}

std::optional<Answer> Anchor::attach(DomainId source, const Attached& event, NodeId ar,
                                     const Item& item, Moment moment) {
    auto* binding = table_.find(item.prefix);
    if (auto no = refuse(source, event, item, binding, moment)) {
        return tell_refused("ANCHOR_ATTACH_REFUSED", event, item, std::move(*no));
    }
    if (auto no = admit(event, ar, item, binding, moment)) return no;
    const bool known = binding && !binding->ended;
    const bool other_mn = !known || binding->mn != event.mn;
    if (other_mn) binding = &create(item.prefix, event.mn, item.iaid, source);
    const auto message = binding->earlier.recall(heard(event.order));
    refresh(*binding, source, item, moment.now);
    const bool here = binding->where && binding->where->ar == ar;
    const auto fresh = freshness(binding->heard, message);
    if (fresh == Freshness::kOlder) binding->earlier.remember(message, moment.now);
    if (fresh != Freshness::kNewer) {
        ++counters_.copies;
        return here ? progress(*binding) : Answer{Verdict::kSuperseded, Refusal::kNone, {}};
    }
    if (binding->heard && binding->heard->transaction != message.transaction) {
        binding->earlier.remember(*binding->heard, moment.now);
    }
    binding->heard = message;
    // Its AR remembers whose it is: another MN is told to it, also where nothing else differs.
    if (here && !other_mn && binding->where->attachment == event.attachment) {
        believe(*binding);
        return progress(*binding);
    }
    if (binding->where && !here) ++counters_.moves;
    const bool handed_over = known && other_mn;
    move(*binding, handed_over ? nullptr : binding->where.get(), ar, event, moment);
    return progress(*binding);
}

std::optional<Answer> Anchor::progress(const Binding& binding) const {
    if (binding.routed == binding.where) return Answer{Verdict::kUnchanged, Refusal::kNone, {}};
    if (!binding.acknowledged && !connected_.contains(binding.where->ar)) {
        return Answer{Verdict::kDeferred, Refusal::kNone, {}};
    }
    return std::nullopt;
}

Binding& Anchor::create(const Prefix& prefix, const MnId& mn, std::uint32_t iaid, DomainId owner) {
    auto& binding = table_.create(prefix);
    if (diary_ && binding.counted) diary_->ended(binding, EndReason::kReassigned);
    resolve(prefix, {Verdict::kSuperseded, Refusal::kNone, {}});
    recount(binding, [&](Binding& b) {
        table_.hand_over(b, mn);
        b.iaid = iaid;
        b.owner = owner;
        b.ended = false;
    });
    output_.binding_changed(prefix);
    binding.heard.reset();
    binding.earlier.clear();
    if (const auto* recovered = recovered_.find(prefix)) {
        if (const auto ar = recovered->ar) {
            const auto kept = std::make_shared<Place>(Place{*ar, {}, 0});
            place(binding, [&](Binding& b) { b.where = b.route = b.routed = kept; });
            binding.acknowledged = true;
            recovered_.erase(prefix);
        }  // else it is a route to nobody we know: it goes when the lists have ended
    }
    return binding;
}

void Anchor::refresh(Binding& binding, DomainId owner, const Item& item, Instant now) {
    if (binding.owner != owner || binding.iaid != item.iaid) {
        output_.binding_changed(binding.prefix);
        recount(binding, [&](Binding& b) {
            b.owner = owner;
            b.iaid = item.iaid;
        });
    }
    binding.expires = now + item.remaining;
    lists_[owner].touch(binding, list_);
}

void Anchor::move(Binding& binding, const Place* from, NodeId ar, const Attached& event,
                  Moment moment) {
    resolve(binding.prefix, {Verdict::kSuperseded, Refusal::kNone, {}});
    latest_wall_ms_ = std::max(latest_wall_ms_, moment.wall_ms);
    sequence_ = std::max({sequence_, binding.highest_sequence, (moment.wall_ms << 16) - 1}) + 1;
    binding.highest_sequence = sequence_;
    const auto there = std::make_shared<Place>(Place{ar, event.attachment, sequence_});
    if (diary_) diary_->attached(binding, from, *there, event, connected_.contains(ar));
    binding.acknowledged = false;
    doubtful_.erase(binding.prefix);
    place(binding, [&](Binding& b) { b.where = there; });
}

void Anchor::settle(Binding& binding) {
    const bool follows = binding.ended ? binding.route != nullptr
                                       : binding.acknowledged && binding.route != binding.where &&
                                             !doubtful_.contains(binding.prefix);
    if (follows) {
        place(binding, [](Binding& b) { b.route = b.where; });
        if (settings_.mode == TunnelMode::kRouted) {
            place(binding, [](Binding& b) { b.routed = b.route; });
        } else {
            output_.route_changed(binding.prefix);
        }
    }
    if (binding.where && binding.routed == binding.where) {
        if (diary_) diary_->installed(binding);
        resolve(binding.prefix, {Verdict::kInstalled, Refusal::kNone, {}});
    }
    if (binding.ended && !binding.routed) table_.erase(Prefix(binding.prefix));
}

std::optional<Forwarding> Anchor::wanted(const Prefix& prefix) const {
    const auto* binding = table_.find(prefix);
    if (!binding || !binding->route || settings_.mode == TunnelMode::kRouted) return std::nullopt;
    const auto to = inventory_.tunnel_address(binding->route->ar);
    if (to == settings_.own_access_router) return std::nullopt;
    return Tunnel{to, settings_.mode};
}

void Anchor::confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) {
    if (forwarding != wanted(prefix)) return;
    recovered_.erase(prefix);
    auto* binding = table_.find(prefix);
    if (!binding || binding->routed == binding->route) return;
    place(*binding, [](Binding& b) { b.routed = b.route; });
    settle(*binding);
}

std::optional<Forwarding> Anchor::failed(const Prefix& prefix, const Forwarding& forwarding,
                                         const Outcome& outcome, bool again) {
    if (!again) {
        output_.notice({"ANCHOR_ROUTE_FAILED",
                        prefix.text() + " " + text(forwarding) + ": " + outcome.reason});
    }
    resolve(prefix, refused(Refusal::kLackOfResources, "the anchor's kernel: " + outcome.reason));
    return std::nullopt;
}

void Anchor::has_room_again() {
    output_.notice({"ANCHOR_ROOM_AGAIN", "the anchor's kernel takes routes again"});
}

void Anchor::detached(DomainId source, std::uint64_t number, const Detached& event, Moment moment) {
    for (const auto& prefix : event.prefixes) {
        auto* binding = table_.find(prefix);
        if (binding && !binding->ended && binding->owner == source &&
            (!event.mn || *event.mn == binding->mn)) {
            end(*binding, moment, end_reason(event.reason));
        } else if (binding && !binding->ended) {
            ++counters_.foreign_detached;
        } else if (auto* recovered = binding ? nullptr : recovered_.find(prefix);
                   recovered && may_speak_for(source, prefix)) {
            recovered->released = true;
            output_.route_changed(prefix);
        }
    }
    output_.answer(source, number, std::vector<Answer>(event.prefixes.size()));
}

void Anchor::end(Binding& binding, Moment moment, EndReason reason) {
    ++counters_.detached;
    if (diary_) diary_->ended(binding, reason);
    forget_ended(moment.now, 2);
    ended_[binding.prefix] = moment.now;
    ended_in_order_.emplace_back(moment.now, binding.prefix);
    resolve(binding.prefix, {Verdict::kSuperseded, Refusal::kNone, {}});
    recount(binding, [](Binding& b) { b.ended = true; });
    binding.acknowledged = false;
    binding.heard.reset();
    binding.earlier.clear();
    doubtful_.erase(binding.prefix);
    place(binding, [](Binding& b) { b.where = nullptr; });
    settle(binding);
}

bool Anchor::ended_after(const Prefix& prefix, Instant began, Instant now) const {
    const auto* ended = ended_.find(prefix);
    return ended && began <= *ended && now - *ended <= settings_.remember_ended;
}

void Anchor::forget_ended(Instant now, std::size_t most) {
    for (; most > 0 && !ended_in_order_.empty(); --most) {
        const auto& [when, prefix] = ended_in_order_.front();
        if (now - when <= settings_.remember_ended) return;
        const auto* ended = ended_.find(prefix);
        if (ended && *ended == when) ended_.erase(prefix);
        ended_in_order_.pop_front();
    }
}

void Anchor::source_gone(DomainId source) {
    std::erase_if(requests_, [&](const auto& entry) { return entry.second.source == source; });
    for (auto& [prefix, waits] : waits_) {
        std::erase_if(waits, [&](const Wait& wait) { return !requests_.contains(wait.request); });
    }
    std::erase_if(waits_, [](const auto& entry) { return entry.second.empty(); });
}

void Anchor::resolve(const Prefix& prefix, const Answer& answer) {
    const auto found = waits_.find(prefix);
    if (found == waits_.end()) return;
    const auto waits = std::move(found->second);
    waits_.erase(found);
    for (const auto& wait : waits) give(wait.request, wait.item, answer);
}

void Anchor::give(std::uint64_t id, std::size_t item, const Answer& answer) {
    count(answer);
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;
    auto& request = found->second;
    request.answers[item] = answer;
    if (--request.open > 0) return;
    if (request.number != kNobodyWaits) {
        output_.answer(request.source, request.number, request.answers);
    }
    requests_.erase(found);
}

void Anchor::count(const Answer& answer) {
    switch (answer.verdict) {
        case Verdict::kInstalled:
            ++counters_.installed;
            break;
        case Verdict::kUnchanged:
            ++counters_.unchanged;
            break;
        case Verdict::kDeferred:
            ++counters_.deferred;
            break;
        case Verdict::kSuperseded:
            ++counters_.superseded;
            break;
        case Verdict::kRefused:
            ++counters_.refused;
            ++counters_.refusals[answer.refusal];
            break;
    }
}

std::optional<BindingRecord> Anchor::record(NodeId ar, const Prefix& prefix, Instant now) const {
    const auto* binding = table_.find(prefix);
    const auto there = binding ? binding->place_at(ar) : nullptr;
    if (!there) return std::nullopt;
    const auto remaining = std::chrono::duration_cast<Seconds>(binding->expires - now);
    return BindingRecord{prefix,
                         binding->mn,
                         binding->iaid,
                         inventory_.name(binding->owner),
                         there->attachment,
                         there->sequence,
                         std::max(remaining, Seconds{0})};
}

}  // namespace mobility
