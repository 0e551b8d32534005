// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Records to routes, routes to acknowledgements.
#include "core/access_router.h"

#include <algorithm>

namespace mobility {

AccessRouter::AccessRouter(IpAddress tunnel_address, std::vector<AccessInterface> interfaces,
                           std::vector<std::string> anchors, AccessRouterOutput& output,
                           MnToMn mn_to_mn)
    : tunnel_address_(tunnel_address),
      interfaces_(std::move(interfaces)),
      output_(output),
      mn_to_mn_(mn_to_mn) {
    for (auto& name : anchors) anchors_.emplace_back().name = std::move(name);
}

void AccessRouter::accepted(std::size_t anchor, AnchorTerms terms) {
    anchors_[anchor].terms = std::move(terms);
}

Result<std::string> AccessRouter::interface_of(const Attachment& attachment) const {
    const AccessInterface* found = nullptr;
    bool ambiguous = false;
    for (const auto& interface : interfaces_) {
        if (interface.link_address != attachment.link_address) continue;
        if (!attachment.interface_id.empty() && interface.interface_id != attachment.interface_id) {
            continue;
        }
        ambiguous = found != nullptr;
        found = &interface;
    }
    const auto asked =
        "link-address " + attachment.link_address.text() +
        (attachment.interface_id.empty() ? " without Interface-ID"
                                         : " and Interface-ID " + attachment.interface_id_text());
    if (!found) return Error{"invalid attachment: no access interface has " + asked};
    if (ambiguous) return Error{"invalid attachment: several access interfaces have " + asked};
    return found->name;
}

Result<std::string> AccessRouter::place_of(const BindingRecord& record) const {
    auto interface = interface_of(record.attachment);
    if (!interface) return interface;
    if (const auto free = next_hops_.may_lead(record, *interface); !free) {
        return Error{free.error()};
    }
    return interface;
}

void AccessRouter::install(std::size_t anchor, std::uint64_t number,
                           const std::vector<BindingRecord>& records) {
    if (records.empty()) return output_.acknowledge(anchor, number, {});
    const auto id = next_request_++;
    requests_[id] = {anchor, number, std::vector<Answer>(records.size()), records.size()};
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& prefix = records[i].prefix;
        if (!anchors_[anchor].owns(prefix)) {
            keep_listed(anchor, prefix);
            give(id, i,
                 {Verdict::kRefused, Refusal::kInvalidIpAddress,
                  prefix.text() + " is in no prefix of anchor " + anchors_[anchor].name});
            continue;
        }
        if (const auto wanted = want(anchor, records[i]); !wanted) {
            give(id, i, {Verdict::kRefused, Refusal::kInvalidAttachment, wanted.error()});
            continue;
        }
        if (diary_) diary_->wanted(prefix);
        waits_[prefix].push_back({id, i});
        output_.route_changed(prefix, records.size() > 16);
    }
}

bool AccessRouter::Anchor::owns(const Prefix& prefix) const {
    return std::any_of(terms.prefixes.begin(), terms.prefixes.end(),
                       [&](const Prefix& owned) { return owned.contains(prefix); });
}

/// Its successor is refused: the anchor goes back to what is here and will say so.
void AccessRouter::keep_listed(std::size_t anchor, const Prefix& prefix) {
    auto* wants = wants_.find(prefix);
    if (!wants) return;
    for (auto& want : *wants) {
        if (want.anchor == anchor) said(anchors_[anchor], want);
    }
}

Result<void> AccessRouter::want(std::size_t index, const BindingRecord& record) {
    auto& anchor = anchors_[index];
    auto& wants = wants_[record.prefix];
    const auto mine = std::find_if(wants.begin(), wants.end(),
                                   [&](const Want& want) { return want.anchor == index; });
    const bool known = mine != wants.end() || recovered_.contains(record.prefix);
    const auto interface = record.sequence != 0 ? place_of(record) : Result<std::string>(Error{});
    // It was here before our start, perhaps on an interface that our configuration has lost.
    const bool here =
        mine == wants.end() ? !anchor.complete : mine->record.sequence == record.sequence;
    const bool stranded = here && record.sequence != 0 && !interface_of(record.attachment);
    if (record.sequence == 0 ? !known : !interface && !stranded) {
        keep_listed(index, record.prefix);
        if (wants.empty()) wants_.erase(record.prefix);
        return Error{record.sequence != 0
                         ? interface.error()
                         : "invalid attachment: the record has none, and nothing is known here"};
    }
    if (mine == wants.end()) {
        wants.push_back({index, record, anchor.list, !anchor.complete});
        anchor.prefixes.emplace(record.prefix);
        anchor.digest.add(record.prefix, proof(wants.back()));
    } else if (record.sequence == 0) {
        said(anchor, *mine);  // the anchor remembers less than we do: keep ours
    } else {
        said(anchor, *mine);
        if (mine->record.sequence != record.sequence) {
            confirm(*mine, false);
            mine->remembered = !anchor.complete;
        }
        mine->record = record;
    }
    if (stranded) {
        output_.notice(
            {"ACCESS_INTERFACE_UNKNOWN",
             record.prefix.text() + ": " + interface.error() + "; it keeps its place here"});
    } else if (record.sequence != 0) {
        recovered_.erase(record.prefix);
    }
    note_next_hop(record.prefix);
    if (wants.size() > 1) {
        output_.notice({"ACCESS_TWO_ANCHORS", record.prefix.text() + " is wanted by " +
                                                  anchors_[wants[0].anchor].name + " and by " +
                                                  anchors_[wants[1].anchor].name +
                                                  "; the newest sequence is installed"});
    }
    return {};
}

void AccessRouter::remove(std::size_t anchor, std::uint64_t number,
                          const std::vector<Prefix>& prefixes) {
    if (prefixes.empty()) return output_.acknowledge(anchor, number, {});
    const auto id = next_request_++;
    requests_[id] = {anchor, number, std::vector<Answer>(prefixes.size()), prefixes.size()};
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        const bool its =
            anchors_[anchor].owns(prefixes[i]) || anchors_[anchor].prefixes.contains(prefixes[i]);
        if (its) recovered_.erase(prefixes[i]);
        forget(anchor, prefixes[i]);
        waits_[prefixes[i]].push_back({id, i});
        output_.route_changed(prefixes[i], prefixes.size() > 16);
    }
}

void AccessRouter::linger(std::size_t anchor, Instant until) {
    auto& lingers_until = anchors_[anchor].lingers_until;
    lingers_until = std::max(lingers_until, until);
}

AccessRouter::Gone AccessRouter::gone(const std::function<bool(const BindingRecord&)>& which) {
    Gone gone;
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        std::vector<std::pair<Prefix, std::uint64_t>> records;
        for (const auto& [prefix, nothing] : anchors_[i].prefixes) {
            const auto ours = record(i, prefix);
            if (ours && which(*ours)) records.emplace_back(prefix, ours->sequence);
        }
        if (records.empty()) continue;
        (output_.deregister(i, records) ? gone.told : gone.not_told) += records.size();
    }
    return gone;
}

void AccessRouter::note_next_hop(const Prefix& prefix) {
    if (prefix.is_host()) return;
    const auto* record = newest(prefix);
    const auto interface = record ? interface_of(record->attachment) : Result<std::string>(Error{});
    if (interface) {
        next_hops_.set(*record, *interface);
    } else {
        next_hops_.erase(prefix);
    }
}

void AccessRouter::anchor_gone(std::size_t anchor) {
    std::erase_if(requests_, [&](const auto& entry) { return entry.second.anchor == anchor; });
}

void AccessRouter::found_in_kernel(const Prefix& prefix, const Forwarding& forwarding) {
    recovered_.emplace(prefix, forwarding);
}

const AccessRouter::Want* AccessRouter::newest_want(const Prefix& prefix) const {
    const auto* wants = wants_.find(prefix);
    if (!wants) return nullptr;
    return &*std::max_element(wants->begin(), wants->end(), [](const Want& a, const Want& b) {
        return a.record.sequence < b.record.sequence;
    });
}

const BindingRecord* AccessRouter::newest(const Prefix& prefix) const {
    const auto* want = newest_want(prefix);
    return want ? &want->record : nullptr;
}

std::optional<Forwarding> AccessRouter::wanted(const Prefix& prefix) const {
    const auto* record = newest(prefix);
    const bool proven = record && record->sequence != 0;
    const auto interface = proven ? interface_of(record->attachment) : Result<std::string>(Error{});
    if (!interface) {
        if (const auto* recovered = recovered_.find(prefix)) return *recovered;
        return proven ? std::optional<Forwarding>(Drop{}) : std::nullopt;
    }
    const auto& attachment = record->attachment;
    if (prefix.is_host()) return OnLink{*interface, attachment.link_layer};
    return Via{attachment.link_local, *interface, attachment.link_layer};
}

void AccessRouter::written(const Prefix& prefix, const Forwarding* forwarding) {
    if (diary_) diary_->written(prefix, forwarding, newest(prefix));
}

void AccessRouter::confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) {
    if (forwarding != wanted(prefix)) return;
    if (diary_) diary_->settled(prefix);
    if (auto* wants = wants_.find(prefix)) {
        for (auto& want : *wants) confirm(want, forwarding.has_value());
    }
    resolve(prefix, {Verdict::kInstalled, Refusal::kNone, {}});
}

std::optional<Forwarding> AccessRouter::failed(const Prefix& prefix, const Forwarding& forwarding,
                                               const Outcome& outcome, bool again) {
    const auto* newest = newest_want(prefix);
    const bool stays = outcome.kind == Outcome::Kind::kFailed && newest &&
                       (newest->confirmed || newest->remembered) &&
                       !std::holds_alternative<Drop>(forwarding);
    if (!again) {
        output_.notice({"ACCESS_ROUTE_FAILED", prefix.text() + " " + text(forwarding) + ": " +
                                                   outcome.reason +
                                                   (stays ? "; it keeps its place here" : "")});
    }
    if (!stays) {
        give_up(prefix, outcome.reason);
        return std::nullopt;
    }
    for (auto& want : *wants_.find(prefix)) confirm(want, true);
    resolve(prefix, {Verdict::kInstalled, Refusal::kNone, {}});
    return Drop{};
}

/// What an anchor believes to be here would come back to it by our default route: a loop.
void AccessRouter::give_up(const Prefix& prefix, const std::string& reason) {
    resolve(prefix, {Verdict::kRefused, Refusal::kLackOfResources, reason});
    auto* wants = wants_.find(prefix);
    if (!wants) return;
    for (auto& want : *wants) {
        want.remembered = false;
        if (!want.confirmed) continue;
        confirm(want, false);
        output_.deregister(want.anchor, {{prefix, want.record.sequence}});
    }
}

RouteNeeds AccessRouter::needs(const Prefix& prefix, const Forwarding& forwarding) const {
    const auto* on_link = std::get_if<OnLink>(&forwarding);
    const auto* via = std::get_if<Via>(&forwarding);
    const auto* want = newest_want(prefix);
    if (!want || (!on_link && !via)) return {};
    const auto& terms = anchors_[want->anchor].terms;
    const auto owned = std::find_if(terms.prefixes.begin(), terms.prefixes.end(),
                                    [&](const Prefix& each) { return each.contains(prefix); });
    if (owned == terms.prefixes.end()) return {};
    RouteNeeds needs;
    if (terms.tunnel.mode != TunnelMode::kRouted) {
        needs.decapsulation = {tunnel_address_, terms.tunnel.mode, prefix.address().family()};
    }
    if (terms.reverse_tunnel) {
        needs.reverse_path = {*owned, on_link ? on_link->interface : via->interface, terms.tunnel};
    }
    return needs;
}

void AccessRouter::has_room_again() {
    output_.notice({"ACCESS_ROOM_AGAIN", "this AR's kernel takes routes again"});
}

void AccessRouter::resolve(const Prefix& prefix, const Answer& answer) {
    const auto found = waits_.find(prefix);
    if (found == waits_.end()) return;
    const auto waits = std::move(found->second);
    waits_.erase(found);
    for (const auto& wait : waits) give(wait.request, wait.item, answer);
}

void AccessRouter::give(std::uint64_t id, std::size_t item, const Answer& answer) {
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;
    auto& request = found->second;
    request.answers[item] = answer;
    if (--request.open > 0) return;
    output_.acknowledge(request.anchor, request.number, request.answers);
    requests_.erase(found);
}

std::vector<Decapsulation> AccessRouter::decapsulations() const {
    std::set<Decapsulation> ends;
    for (const auto& anchor : anchors_) {
        const auto mode = anchor.terms.tunnel.mode;
        if (anchor.prefixes.empty() || mode == TunnelMode::kRouted) continue;
        const auto its = tunnel_ends(tunnel_address_, mode, anchor.terms.prefixes);
        ends.insert(its.begin(), its.end());
    }
    return {ends.begin(), ends.end()};
}

std::vector<ReversePath> AccessRouter::reverse_paths(Instant now) const {
    std::vector<ReversePath> paths;
    for (const auto& anchor : anchors_) {
        const bool needed = !anchor.prefixes.empty() || now < anchor.lingers_until;
        if (!needed || !anchor.terms.reverse_tunnel) continue;
        for (const auto& prefix : anchor.terms.prefixes) {
            for (const auto& interface : interfaces_) {
                paths.push_back({prefix, interface.name, anchor.terms.tunnel});
            }
        }
    }
    return paths;
}

std::vector<DirectPath> AccessRouter::direct_paths() const {
    std::vector<DirectPath> paths;
    if (mn_to_mn_ == MnToMn::kThroughAnchor) return paths;
    for (const auto& anchor : anchors_) {
        if (anchor.prefixes.empty() || !anchor.terms.reverse_tunnel) continue;
        for (const auto& prefix : anchor.terms.prefixes) {
            for (const auto& interface : interfaces_) paths.push_back({prefix, interface.name});
        }
    }
    return paths;
}

std::optional<BindingRecord> AccessRouter::record(std::size_t anchor, const Prefix& prefix) const {
    const auto* wants = wants_.find(prefix);
    if (!wants) return std::nullopt;
    for (const auto& want : *wants) {
        if (want.anchor == anchor && want.confirmed && want.record.sequence != 0) {
            return want.record;
        }
    }
    return std::nullopt;
}

}  // namespace mobility
