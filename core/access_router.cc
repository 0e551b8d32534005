// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Records to routes, routes to acknowledgements.
#include "core/access_router.h"

#include <algorithm>

namespace mobility {

AccessRouter::AccessRouter(std::vector<AccessInterface> interfaces,
                           std::vector<std::string> anchors, AccessRouterOutput& output)
    : interfaces_(std::move(interfaces)), output_(output) {
    for (auto& name : anchors) anchors_.emplace_back().name = std::move(name);
}

void AccessRouter::accepted(std::size_t anchor, AnchorTerms terms) {
    anchors_[anchor].terms = std::move(terms);
}

void AccessRouter::list_begin(std::size_t anchor, const Buckets& buckets) {
    ++anchors_[anchor].list;
    anchors_[anchor].listing = buckets;
}

void AccessRouter::list_end(std::size_t index) {
    auto& anchor = anchors_[index];
    std::vector<Prefix> unlisted;
    for (const auto& prefix : anchor.prefixes) {
        if (!anchor.listing.has(prefix)) continue;
        for (const auto& want : wants_[prefix]) {
            if (want.anchor == index && want.list < anchor.list) unlisted.push_back(prefix);
        }
    }
    for (const auto& prefix : unlisted) {
        forget(index, prefix);
        output_.route_changed(prefix, true);
    }
    anchor.complete = true;
    release_recovered();
}

bool AccessRouter::listed() const {
    return std::all_of(anchors_.begin(), anchors_.end(),
                       [](const Anchor& anchor) { return anchor.complete; });
}

void AccessRouter::release_recovered() {
    const bool all_complete = listed();
    const auto told = [&](const Prefix& prefix) {
        return std::any_of(anchors_.begin(), anchors_.end(), [&](const Anchor& anchor) {
            const auto& owned = anchor.terms.prefixes;
            return anchor.complete && std::any_of(owned.begin(), owned.end(), [&](const Prefix& p) {
                       return p.contains(prefix);
                   });
        });
    };
    for (auto each = recovered_.begin(); each != recovered_.end();) {
        if (!all_complete && !told(each->first)) {
            ++each;
            continue;
        }
        // A record without an attachment lives on what was found: it keeps that.
        const auto* record = newest(each->first);
        if (record && record->sequence == 0) {
            ++each;
            continue;
        }
        const auto prefix = each->first;
        each = recovered_.erase(each);
        output_.route_changed(prefix, true);
    }
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
        if (const auto wanted = want(anchor, records[i]); !wanted) {
            give(id, i, {Verdict::kRefused, Refusal::kInvalidAttachment, wanted.error()});
            continue;
        }
        waits_[prefix].push_back({id, i});
        output_.route_changed(prefix, records.size() > 16);
    }
}

Result<void> AccessRouter::want(std::size_t index, const BindingRecord& record) {
    auto& anchor = anchors_[index];
    auto& wants = wants_[record.prefix];
    const auto mine = std::find_if(wants.begin(), wants.end(),
                                   [&](const Want& want) { return want.anchor == index; });
    const bool known = mine != wants.end() || recovered_.contains(record.prefix);
    const auto interface = record.sequence != 0 ? place_of(record) : Result<std::string>(Error{});
    if (record.sequence == 0 ? !known : !interface) {
        // What is here already stays: the anchor goes back to it and will say so.
        if (mine != wants.end()) mine->list = anchor.list;
        if (wants.empty()) wants_.erase(record.prefix);
        return Error{record.sequence != 0
                         ? interface.error()
                         : "invalid attachment: the record has none, and nothing is known here"};
    }
    if (mine == wants.end()) {
        wants.push_back({index, record, anchor.list});
        anchor.prefixes.insert(record.prefix);
    } else if (record.sequence == 0) {
        mine->list = anchor.list;  // the anchor remembers less than we do: keep ours
    } else {
        const bool same = mine->record.sequence == record.sequence;
        *mine = {index, record, anchor.list, same && mine->confirmed};
    }
    if (record.sequence != 0) recovered_.erase(record.prefix);
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
        forget(anchor, prefixes[i]);
        recovered_.erase(prefixes[i]);
        waits_[prefixes[i]].push_back({id, i});
        output_.route_changed(prefixes[i], prefixes.size() > 16);
    }
}

void AccessRouter::linger(std::size_t anchor, Instant until) {
    auto& lingers_until = anchors_[anchor].lingers_until;
    lingers_until = std::max(lingers_until, until);
}

std::size_t AccessRouter::gone(const std::function<bool(const BindingRecord&)>& which) {
    std::size_t told = 0;
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        std::vector<std::pair<Prefix, std::uint64_t>> records;
        for (const auto& prefix : anchors_[i].prefixes) {
            const auto ours = record(i, prefix);
            if (ours && which(*ours)) records.emplace_back(prefix, ours->sequence);
        }
        told += records.size();
        if (!records.empty()) output_.deregister(i, records);
    }
    return told;
}

void AccessRouter::forget(std::size_t anchor, const Prefix& prefix) {
    anchors_[anchor].prefixes.erase(prefix);
    const auto found = wants_.find(prefix);
    if (found == wants_.end()) return;
    std::erase_if(found->second, [&](const Want& want) { return want.anchor == anchor; });
    if (found->second.empty()) wants_.erase(found);
    note_next_hop(prefix);
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

const BindingRecord* AccessRouter::newest(const Prefix& prefix) const {
    const auto found = wants_.find(prefix);
    if (found == wants_.end()) return nullptr;
    return &std::max_element(
                found->second.begin(), found->second.end(),
                [](const Want& a, const Want& b) { return a.record.sequence < b.record.sequence; })
                ->record;
}

std::optional<Forwarding> AccessRouter::wanted(const Prefix& prefix) const {
    const auto* record = newest(prefix);
    if (!record || record->sequence == 0) {
        const auto recovered = recovered_.find(prefix);
        if (recovered == recovered_.end()) return std::nullopt;
        return recovered->second;
    }
    const auto interface = interface_of(record->attachment);
    if (!interface) return std::nullopt;
    const auto& attachment = record->attachment;
    if (prefix.is_host()) return OnLink{*interface, attachment.link_layer};
    return Via{attachment.link_local, *interface, attachment.link_layer};
}

void AccessRouter::confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) {
    if (forwarding != wanted(prefix)) return;
    if (const auto found = wants_.find(prefix); found != wants_.end()) {
        for (auto& want : found->second) want.confirmed = forwarding.has_value();
    }
    resolve(prefix, {Verdict::kInstalled, Refusal::kNone, {}});
}

void AccessRouter::failed(const Prefix& prefix, const Forwarding& forwarding,
                          const std::string& reason, bool again) {
    if (!again) {
        output_.notice(
            {"ACCESS_ROUTE_FAILED", prefix.text() + " " + text(forwarding) + ": " + reason});
    }
    resolve(prefix, {Verdict::kRefused, Refusal::kLackOfResources, reason});
    // What an anchor believes to be here would come back to it by our default route: a loop.
    const auto found = wants_.find(prefix);
    if (found == wants_.end()) return;
    for (auto& want : found->second) {
        if (!std::exchange(want.confirmed, false)) continue;
        output_.deregister(want.anchor, {{prefix, want.record.sequence}});
    }
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

std::vector<Decapsulation> AccessRouter::decapsulations(const IpAddress& address) const {
    std::set<Decapsulation> ends;
    for (const auto& anchor : anchors_) {
        const auto mode = anchor.terms.tunnel.mode;
        if (!anchor.prefixes.empty() && mode != TunnelMode::kRouted) ends.insert({address, mode});
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

std::optional<BindingRecord> AccessRouter::record(std::size_t anchor, const Prefix& prefix) const {
    const auto found = wants_.find(prefix);
    if (found == wants_.end()) return std::nullopt;
    for (const auto& want : found->second) {
        if (want.anchor == anchor && want.confirmed && want.record.sequence != 0) {
            return want.record;
        }
    }
    return std::nullopt;
}

StateDigest AccessRouter::digest(std::size_t anchor) const {
    StateDigest digest;
    for (const auto& prefix : anchors_[anchor].prefixes) {
        if (const auto proven = record(anchor, prefix)) digest.add(prefix, proven->sequence);
    }
    return digest;
}

std::optional<Prefix> AccessRouter::next_after(std::size_t anchor,
                                               const std::optional<Prefix>& prefix) const {
    const auto& prefixes = anchors_[anchor].prefixes;
    const auto next = prefix ? prefixes.upper_bound(*prefix) : prefixes.begin();
    if (next == prefixes.end()) return std::nullopt;
    return *next;
}

}  // namespace mobility
