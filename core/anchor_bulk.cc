// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What concerns many bindings at once is done in slices: a move waits for one slice at most. Each
// piece of work remembers how far it has come in the parts of a PrefixMap, which others change
// meanwhile; whatever it finds is judged again when its turn has come.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {
namespace {
/// Entries looked at, bindings ended: a millisecond or two.
constexpr std::size_t kSlice = 256;
/// More bindings than this (or than a tenth) missing from a list look like an accident.
constexpr std::size_t kMayVanish = 100;

bool overlaps(const std::vector<Prefix>& prefixes, const Prefix& prefix) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Prefix& each) { return each.overlaps(prefix); });
}
}  // namespace

bool Anchor::work(Moment moment) {
    // Each kind of work has a slice of its own: what one peer causes keeps no other's waiting.
    for (std::size_t done = 0; done < kSlice && !proven_.empty();) {
        done += prove(proven_.front());
        if (proven_.front().part == PrefixSet::kParts && proven_.front().left.empty()) {
            proven_.pop_front();
        }
    }
    for (std::size_t done = 0; done < kSlice && !closings_.empty();) {
        done += close(closings_.front(), moment);
        if (closings_.front().step == Closing::Step::kDone) closings_.pop_front();
    }
    for (std::size_t done = 0; done < kSlice && releasing_ < PrefixSet::kParts;) {
        done += release(releasing_++);
    }
    for (std::size_t done = 0; done < kSlice && !retunnelled_.empty();) {
        auto& [ar, part] = retunnelled_.front();
        done += retunnel(ar, part++);
        if (part == PrefixSet::kParts) retunnelled_.pop_front();
    }
    return !proven_.empty() || !closings_.empty() || releasing_ < PrefixSet::kParts ||
           !retunnelled_.empty();
}

std::size_t Anchor::retunnel(NodeId ar, std::size_t part) {
    const auto prefixes = table_.at(ar, part);
    for (const auto& prefix : prefixes) output_.route_changed(prefix);
    return 1 + prefixes.size();
}

void Anchor::ar_has(NodeId ar, const Buckets& buckets) {
    drop_proven(ar);  // a digest says what the AR has now, whatever an earlier one said
    proven_.push_back({ar, buckets, sequence_, 0, {}});
}

/// A place that was given before the digests were compared, and is still the binding's, was in both
/// of them.
std::size_t Anchor::prove(Proven& proven) {
    if (proven.left.empty()) {
        const auto bucket = proven.part++;
        if (proven.buckets[bucket]) proven.left = table_.at(proven.ar, bucket);
        return proven.left.size() / 8;
    }
    const auto prefix = proven.left.back();
    proven.left.pop_back();
    const auto* binding = table_.find(prefix);
    if (!binding || binding->acknowledged || !binding->where) return 1;
    const auto& where = *binding->where;
    if (where.ar != proven.ar || where.sequence > proven.up_to) return 1;
    ar_acknowledged(proven.ar, prefix, where.sequence, {Verdict::kInstalled, Refusal::kNone, {}});
    return 1;
}

void Anchor::drop_proven(NodeId ar) {
    std::erase_if(proven_, [&](const Proven& each) { return each.ar == ar; });
}

void Anchor::begin_closing(DomainId source, Closing::Reason reason) {
    const auto& list = lists_[source];
    closings_.push_back({source, reason, list.number(), list.buckets()});
}

std::size_t Anchor::close(Closing& closing, Moment moment) {
    if (closing.step == Closing::Step::kCount) return count_unclaimed(closing);
    if (closing.step == Closing::Step::kEnd) return end_missing(closing, moment);
    return 0;
}

/// In the kernel since before the start, inside the source's claim, and still nobody's.
std::size_t Anchor::count_unclaimed(Closing& closing) {
    if (closing.part == PrefixSet::kParts || recovered_.empty()) {
        judge(closing);
        return 1;
    }
    const auto* claim = inventory_.source(closing.source);
    const auto& part = recovered_.part(closing.part++);
    if (!claim) return 0;
    closing.unclaimed +=
        static_cast<std::size_t>(std::count_if(part.begin(), part.end(), [&](const auto& entry) {
            return !entry.second.released && !table_.find(entry.first) &&
                   overlaps(claim->prefixes, entry.first);
        }));
    return part.size();
}

void Anchor::judge(Closing& closing) {
    auto& list = lists_[closing.source];
    const auto gone = list.missing() + closing.unclaimed;
    const auto owned = list.owned() + closing.unclaimed;
    if (closing.reason == Closing::Reason::kListEnd && gone > std::max(kMayVanish, owned / 10)) {
        list.too_short = true;
        list.gone = gone;
        closing.step = Closing::Step::kDone;
        output_.notice({"ANCHOR_LIST_TOO_SHORT",
                        std::to_string(gone) + " of " + std::to_string(owned) + " bindings of " +
                            inventory_.name(closing.source) +
                            " are not in its list; none is removed until an operator confirms"});
        return;
    }
    list.too_short = false;
    closing.step = Closing::Step::kEnd;
    closing.part = list.missing() > 0 ? 0 : PrefixSet::kParts;
}

EndReason Anchor::Closing::why() const {
    switch (reason) {
        case Reason::kListEnd:
            return EndReason::kNotListed;
        case Reason::kConfirmed:
            return EndReason::kRemovalConfirmed;
        case Reason::kGone:
            break;
    }
    return EndReason::kSourceGone;
}

std::size_t Anchor::end_missing(Closing& closing, Moment moment) {
    const auto missing = [&](const Binding& binding) {
        return binding.owner == closing.source && !binding.ended &&
               binding.touched < closing.number;
    };
    if (!closing.left.empty()) {
        auto* binding = table_.find(closing.left.back());
        closing.left.pop_back();
        if (!binding || !missing(*binding)) return 1;
        end(*binding, moment, closing.why());
        ++closing.ended;
        return 1;
    }
    if (closing.part == PrefixSet::kParts) {
        finish(closing);
        return 1;
    }
    const auto bucket = closing.part++;
    if (!closing.buckets[bucket]) return 0;
    const auto& part = table_.all().part(bucket);
    for (const auto& [prefix, binding] : part) {
        if (missing(binding)) closing.left.push_back(prefix);
    }
    return part.size() / 8;
}

void Anchor::finish(Closing& closing) {
    closing.step = Closing::Step::kDone;
    lists_[closing.source].complete = true;
    releasing_ = recovered_.empty() ? PrefixSet::kParts : 0;
    const auto ended = closing.ended + closing.unclaimed;
    if (closing.reason != Closing::Reason::kGone || ended == 0) return;
    output_.notice({"ANCHOR_SOURCE_GONE", std::to_string(ended) + " bindings of " +
                                              inventory_.name(closing.source) +
                                              " have ended (keep-bindings)"});
}

/// What no source whose list is still to end may own is nobody's.
std::size_t Anchor::release(std::size_t part) {
    const auto& sources = inventory_.sources();
    std::vector<Prefix> nobodys;
    for (const auto& [prefix, recovered] : recovered_.part(part)) {
        const auto open = [&, &lost = prefix](const SourceClaim& claim) {
            return overlaps(claim.prefixes, lost) &&
                   !lists_[inventory_.domain(claim.lease_domain)].complete;
        };
        if (recovered.released || std::any_of(sources.begin(), sources.end(), open)) continue;
        nobodys.push_back(prefix);
    }
    for (const auto& prefix : nobodys) {
        recovered_.find(prefix)->released = true;
        output_.route_changed(prefix);
    }
    return recovered_.part(part).size();
}

}  // namespace mobility
