// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Full lists and restarts: how an Anchor learns what it did not see happen. It takes its kernel,
// its journal (anchor_journal.cc), the ARs' reports and the sources' lists; the newest sequence
// wins, and nothing is removed before a list has ended.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {
namespace {
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

void Anchor::list_begin(DomainId source, const Buckets& buckets) {
    // What is missing from a list that has been judged goes on ending.
    std::erase_if(closings_, [&](const Closing& each) {
        return each.source == source && each.step == Closing::Step::kCount;
    });
    lists_[source].begin(++list_, buckets);
}

StateDigest Anchor::lease_digest(DomainId source) const {
    const auto list = lists_.find(source);
    return list == lists_.end() ? StateDigest() : list->second.digest();
}

std::size_t Anchor::owned(DomainId source) const {
    const auto list = lists_.find(source);
    return list == lists_.end() ? 0 : list->second.owned();
}

void Anchor::list_page(DomainId source, const std::vector<LeaseEntry>& page, Moment moment) {
    const auto list = lists_[source].number();
    const auto* claim = inventory_.source(source);
    for (const auto& [mn, item] : page) {
        if (!owns(item.prefix) || !claim || !covers(*claim, item.prefix)) continue;
        auto* binding = table_.find(item.prefix);
        const bool stale = binding && !binding->ended && binding->mn != mn;
        if (stale && binding->touched >= list) continue;  // an event since then knows better
        // Nor does a source end what another one, which may still speak, has said since the start.
        if (stale && binding->owner != source && binding->touched > 0 &&
            inventory_.source(binding->owner)) {
            continue;
        }
        if (prohibited(mn)) {
            cut_off(item.prefix, moment);
            continue;
        }
        if (stale && doubtful_.contains(item.prefix)) {
            adopt(*binding, mn);
        } else if (stale) {
            end(*binding, moment, EndReason::kReassigned);
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
    if (diary_) diary_->ended(binding, EndReason::kReassigned);
    recount(binding, [&](Binding& b) { table_.hand_over(b, mn); });
    const auto kept =
        binding.routed ? std::make_shared<const Place>(Place{binding.routed->ar, {}, 0}) : nullptr;
    place(binding, [&](Binding& b) { b.where = b.route = b.routed = kept; });
    binding.acknowledged = kept != nullptr;
}

void Anchor::list_end(DomainId source, Moment moment) {
    begin_closing(source, Closing::Reason::kListEnd);
    work(moment);
}

std::size_t Anchor::confirm_removal(DomainId source, Moment moment) {
    auto& list = lists_[source];
    if (!std::exchange(list.too_short, false)) return 0;
    begin_closing(source, Closing::Reason::kConfirmed);
    work(moment);
    return list.gone;
}

void Anchor::end_all(DomainId source, Moment moment) {
    list_begin(source);
    begin_closing(source, Closing::Reason::kGone);
    work(moment);
}

void Anchor::found_in_kernel(const Prefix& prefix, const Forwarding& forwarding) {
    const auto* tunnel = std::get_if<Tunnel>(&forwarding);
    recovered_[prefix].ar = tunnel ? inventory_.ar_by_tunnel_address(tunnel->to) : std::nullopt;
}

bool Anchor::may_own(const SourceClaim& claim) const {
    return std::any_of(settings_.prefixes.begin(), settings_.prefixes.end(),
                       [&](const Prefix& owned) { return overlaps(claim.prefixes, owned); });
}

bool Anchor::listed() const {
    const auto& sources = inventory_.sources();
    return std::all_of(sources.begin(), sources.end(), [&](const SourceClaim& claim) {
        const auto list = lists_.find(inventory_.domain(claim.lease_domain));
        return !may_own(claim) || (list != lists_.end() && list->second.complete);
    });
}

void Anchor::ar_reported(NodeId ar, const BindingRecord& record, Moment moment) {
    if (record.sequence == 0 || !owns(record.prefix)) return;
    if (ended_after(record.prefix, Instant::min(), moment.now)) return;
    if (prohibited(record.mn)) return;
    // The wall clock may have been set back since sequences were given here, or into the journal.
    // What ARs report does not count: each would carry the limit further.
    if (record.sequence >> 16 > std::max(moment.wall_ms, latest_wall_ms_) + kClockMayErr) return;
    auto* binding = table_.find(record.prefix);
    if (binding && binding->ended) return;
    // A move that was under way is told again by its source: what the kernel points at is younger
    // than what any other AR remembers.
    const auto* recovered = recovered_.find(record.prefix);
    const auto known = recovered ? recovered->ar : std::nullopt;
    if (!binding && known && *known != ar) return;
    if (!binding) {
        const auto& sources = inventory_.sources();
        const auto claim = std::find_if(sources.begin(), sources.end(), [&](const auto& each) {
            return each.lease_domain == record.owner && covers(each, record.prefix);
        });
        if (claim == sources.end()) return;  // no list would ever remove it
        const auto owner = inventory_.domain(record.owner);
        if (lists_[owner].knows(record.prefix)) return;  // it has ended meanwhile
        binding = &create(record.prefix, record.mn, record.iaid, owner);
    }
    const auto& where = binding->where;
    if (where && where->ar == ar && where->sequence == record.sequence) {
        if (diary_) diary_->acknowledged(record.prefix);
        binding->acknowledged = true;
        return settle(*binding);
    }
    const bool known_by_kernel = where && where->sequence == 0 && where->ar != ar;
    const bool only_reported =
        binding->touched == 0 && !lists_[binding->owner].knows(record.prefix);
    const bool same_mn = binding->mn == record.mn || only_reported;
    if (known_by_kernel || !same_mn || record.sequence <= binding->highest_sequence) return;
    if (binding->heard) return;  // it was we who gave the newest sequence
    recount(*binding, [&](Binding& b) {
        table_.hand_over(b, record.mn);
        b.iaid = record.iaid;
    });
    const auto there = std::make_shared<Place>(Place{ar, record.attachment, record.sequence});
    if (diary_) diary_->reported(*binding, *there);
    binding->highest_sequence = record.sequence;
    sequence_ = std::max(sequence_, record.sequence);
    binding->acknowledged = true;
    doubtful_.erase(record.prefix);
    place(*binding, [&](Binding& b) { b.where = there; });
    settle(*binding);
}

}  // namespace mobility
