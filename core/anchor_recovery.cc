// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Full lists and restarts: how an Anchor learns what it did not see happen. It takes its kernel,
// its journal (anchor_journal.cc), the ARs' reports and the sources' lists; the newest sequence
// wins, and nothing is removed before a list has ended.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {
namespace {
/// More bindings than this (or than a tenth) missing from a list look like an accident.
constexpr std::size_t kMayVanish = 100;
/// A sequence further ahead of the wall clock was not given by any anchor.
constexpr std::uint64_t kClockMayErr = 86'400'000;  // milliseconds

bool overlaps(const std::vector<Prefix>& prefixes, const Prefix& prefix) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Prefix& each) { return each.overlaps(prefix); });
}

bool covers(const SourceClaim& claim, const Prefix& prefix) {
    return std::any_of(claim.prefixes.begin(), claim.prefixes.end(),
                       [&](const Prefix& each) { return each.contains(prefix); });
}
}  // namespace

void Anchor::list_begin(DomainId source) {
    auto& list = lists_[source];
    list.number = ++list_;
    list.too_short = false;
}

void Anchor::list_page(DomainId source, const std::vector<LeaseEntry>& page, Moment moment) {
    const auto list = lists_[source].number;
    const auto* claim = inventory_.source(source);
    for (const auto& [mn, item] : page) {
        if (!owns(item.prefix) || !claim || !covers(*claim, item.prefix)) continue;
        auto* binding = table_.find(item.prefix);
        const bool stale = binding && !binding->ended && binding->mn != mn;
        if (stale && binding->touched >= list) continue;  // an event since then knows better
        if (prohibited(mn)) {
            cut_off(item.prefix, moment);
            continue;
        }
        if (stale && doubtful_.contains(item.prefix)) {
            adopt(*binding, mn);
        } else if (stale) {
            end(*binding, moment);
            binding = table_.find(item.prefix);
        }
        if (!binding || binding->ended) binding = &create(item.prefix, mn, item.iaid, source);
        refresh(*binding, source, item, moment.now);
    }
}

/// The kernel leads elsewhere than the journal says, and the lease is another's than the journal
/// says: the journal is older than both. What the kernel has is the new holder's path.
void Anchor::adopt(Binding& binding, const MnId& mn) {
    doubtful_.erase(binding.prefix);
    table_.hand_over(binding, mn);
    const auto kept = binding.routed
                          ? std::make_shared<const Place>(Place{binding.routed->ar, {}, 0})
                          : nullptr;
    place(binding, [&](Binding& b) { b.where = b.route = b.routed = kept; });
    binding.acknowledged = kept != nullptr;
}

void Anchor::list_end(DomainId source, Moment moment) {
    const auto missing = unlisted(source);
    const auto gone = missing.size() + unclaimed(source);
    const auto owned =
        unclaimed(source) + static_cast<std::size_t>(std::count_if(
                                table_.all().begin(), table_.all().end(),
                                [&](const auto& entry) { return entry.second.owner == source; }));
    if (gone <= std::max(kMayVanish, owned / 10)) return finish_list(source, missing, moment);
    lists_[source].too_short = true;
    output_.notice({"ANCHOR_LIST_TOO_SHORT",
                    std::to_string(gone) + " of " + std::to_string(owned) + " bindings of " +
                        inventory_.name(source) +
                        " are not in its list; none is removed until an operator confirms"});
}

std::size_t Anchor::confirm_removal(DomainId source, Moment moment) {
    if (!lists_[source].too_short) return 0;
    const auto missing = unlisted(source);
    const auto gone = missing.size() + unclaimed(source);
    finish_list(source, missing, moment);
    return gone;
}

std::size_t Anchor::end_all(DomainId source, Moment moment) {
    list_begin(source);
    const auto missing = unlisted(source);
    const auto gone = missing.size() + unclaimed(source);
    finish_list(source, missing, moment);
    return gone;
}

void Anchor::finish_list(DomainId source, const std::vector<Prefix>& missing, Moment moment) {
    lists_[source].too_short = false;
    lists_[source].complete = true;
    for (const auto& prefix : missing) end(*table_.find(prefix), moment);
    release_recovered();
}

std::vector<Prefix> Anchor::unlisted(DomainId source) const {
    const auto list = lists_.find(source);
    std::vector<Prefix> missing;
    for (const auto& [prefix, binding] : table_.all()) {
        if (binding.owner == source && !binding.ended && list != lists_.end() &&
            binding.touched < list->second.number) {
            missing.push_back(prefix);
        }
    }
    return missing;
}

std::size_t Anchor::unclaimed(DomainId source) const {
    const auto* claim = inventory_.source(source);
    if (!claim) return 0;
    return static_cast<std::size_t>(
        std::count_if(recovered_.begin(), recovered_.end(), [&](const auto& entry) {
            return !entry.second.released && !table_.find(entry.first) &&
                   overlaps(claim->prefixes, entry.first);
        }));
}

void Anchor::found_in_kernel(const Prefix& prefix, const Forwarding& forwarding) {
    const auto* tunnel = std::get_if<Tunnel>(&forwarding);
    recovered_[prefix].ar = tunnel ? inventory_.ar_by_tunnel_address(tunnel->to) : std::nullopt;
}

bool Anchor::listed() const {
    const auto& sources = inventory_.sources();
    return std::all_of(sources.begin(), sources.end(), [&](const SourceClaim& claim) {
        const bool may_own =
            std::any_of(settings_.prefixes.begin(), settings_.prefixes.end(),
                        [&](const Prefix& owned) { return overlaps(claim.prefixes, owned); });
        const auto list = lists_.find(inventory_.domain(claim.lease_domain));
        return !may_own || (list != lists_.end() && list->second.complete);
    });
}

void Anchor::release_recovered() {
    const auto& sources = inventory_.sources();
    for (auto& [prefix, recovered] : recovered_) {
        const auto open = [&, &lost = prefix](const SourceClaim& claim) {
            const auto list = lists_.find(inventory_.domain(claim.lease_domain));
            return overlaps(claim.prefixes, lost) &&
                   (list == lists_.end() || !list->second.complete);
        };
        if (recovered.released || std::any_of(sources.begin(), sources.end(), open)) continue;
        recovered.released = true;
        output_.route_changed(prefix);
    }
}

void Anchor::ar_reported(NodeId ar, const BindingRecord& record, Moment moment) {
    if (record.sequence == 0 || !owns(record.prefix) || ended_.contains(record.prefix)) return;
    if (prohibited(record.mn)) return;
    // The wall clock may have been set back since the sequences of the journal were given.
    if (record.sequence >> 16 > std::max(moment.wall_ms, sequence_ >> 16) + kClockMayErr) return;
    auto* binding = table_.find(record.prefix);
    if (binding && binding->ended) return;
    // A move that was under way is told again by its source: what the kernel points at is younger
    // than what any other AR remembers.
    const auto recovered = recovered_.find(record.prefix);
    const auto known = recovered == recovered_.end() ? std::nullopt : recovered->second.ar;
    if (!binding && known && *known != ar) return;
    if (!binding) {
        const auto& sources = inventory_.sources();
        const auto claim = std::find_if(sources.begin(), sources.end(), [&](const auto& each) {
            return each.lease_domain == record.owner && covers(each, record.prefix);
        });
        if (claim == sources.end()) return;  // no list would ever remove it
        const auto owner = inventory_.domain(record.owner);
        const auto list = lists_.find(owner);
        if (list != lists_.end() && list->second.complete) return;  // it has ended meanwhile
        binding = &create(record.prefix, record.mn, record.iaid, owner);
    }
    const auto& where = binding->where;
    if (where && where->ar == ar && where->sequence == record.sequence) {
        binding->acknowledged = true;
        return settle(*binding);
    }
    const bool known_by_kernel = where && where->sequence == 0 && where->ar != ar;
    const bool same_mn = binding->mn == record.mn || binding->touched == 0;  // or only reported yet
    if (known_by_kernel || !same_mn || record.sequence <= binding->highest_sequence) return;
    if (binding->heard) return;  // it was we who gave the newest sequence
    table_.hand_over(*binding, record.mn);
    binding->iaid = record.iaid;
    const auto there = std::make_shared<Place>(Place{ar, record.attachment, record.sequence});
    binding->highest_sequence = record.sequence;
    sequence_ = std::max(sequence_, record.sequence);
    binding->acknowledged = true;
    doubtful_.erase(record.prefix);
    place(*binding, [&](Binding& b) { b.where = there; });
    settle(*binding);
}

}  // namespace mobility
